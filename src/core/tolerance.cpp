#include "src/core/tolerance.h"

#include <cmath>
#include <sstream>

namespace spinlab {

Tolerance rtol(double relative) { return {relative, 0}; }
Tolerance atol(double absolute) { return {0, absolute}; }
Tolerance operator+(Tolerance a, Tolerance b) { return {a.relative + b.relative, a.absolute + b.absolute}; }

std::string to_string(Tolerance tolerance) {
  std::ostringstream out;
  if (tolerance.relative != 0) out << "relative " << tolerance.relative;
  if (tolerance.absolute != 0)
    out << (tolerance.relative != 0 ? " + " : "") << "absolute " << tolerance.absolute;
  return out.str().empty() ? "none" : out.str();
}

const char* seven_digits(bool is_float32) {
  return is_float32 ? "it agrees to 7 digits: float32?"
                    : "it agrees to 7 digits: float32 on the way, or an approximation?";
}

std::string likeness(double actual, double expected) {
  const auto is = [&](double factor) {
    return expected != 0 && std::abs(actual - factor * expected) < 1e-9 * std::abs(actual);
  };
  if (is(-1)) return "the sign is turned";
  if (is(2)) return "it is twice the expected";
  if (is(0.5)) return "it is half of the expected";
  const double error = std::abs(actual - expected) / std::abs(expected);
  if (!(error > 1e-9 && error < 1e-6)) return "";  // nor where it is NaN
  return seven_digits(static_cast<double>(static_cast<float>(actual)) == actual);
}

std::string difference(double actual, double expected, Tolerance tolerance) {
  const double allowed = tolerance.absolute + tolerance.relative * std::abs(expected);
  if (actual == expected || (std::isfinite(expected) && std::abs(actual - expected) <= allowed)) return "";
  std::ostringstream out;
  out.precision(12);
  out << "expected " << expected << ", got " << actual << " (tolerance: " << to_string(tolerance) << ")";
  if (const auto text = likeness(actual, expected); !text.empty()) out << ": " << text;
  return out.str();
}

}  // namespace spinlab
