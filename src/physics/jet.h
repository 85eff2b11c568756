#pragma once

#include <cmath>

namespace spinlab::physics {

/// A value with its first and second derivative by one variable: arithmetic carries them along (forward-mode
/// automatic differentiation), so that a formula for ln Z is at once one for the energy and the specific
/// heat.
struct Jet {
  double value = 0, first = 0, second = 0;

  static Jet variable(double value) { return {value, 1, 0}; }
};

/// f(x) from f, f' and f'' at x.value.
inline Jet chain(const Jet& x, double f, double df, double ddf) {
  return {f, df * x.first, ddf * x.first * x.first + df * x.second};
}

inline Jet operator+(const Jet& a, const Jet& b) {
  return {a.value + b.value, a.first + b.first, a.second + b.second};
}
inline Jet operator-(const Jet& a, const Jet& b) {
  return {a.value - b.value, a.first - b.first, a.second - b.second};
}
inline Jet operator*(const Jet& a, const Jet& b) {
  return {a.value * b.value, a.first * b.value + a.value * b.first,
          a.second * b.value + 2 * a.first * b.first + a.value * b.second};
}
inline Jet operator+(const Jet& a, double b) { return {a.value + b, a.first, a.second}; }
inline Jet operator*(double a, const Jet& b) { return {a * b.value, a * b.first, a * b.second}; }
inline Jet& operator+=(Jet& a, const Jet& b) { return a = a + b; }

inline Jet exp(const Jet& x) {
  const double e = std::exp(x.value);
  return chain(x, e, e, e);
}
inline Jet log(const Jet& x) { return chain(x, std::log(x.value), 1 / x.value, -1 / (x.value * x.value)); }
inline Jet sqrt(const Jet& x) {
  const double root = std::sqrt(x.value);
  return chain(x, root, 0.5 / root, -0.25 / (root * x.value));
}
inline Jet asinh(const Jet& x) {
  const double square = 1 + x.value * x.value;
  return chain(x, std::asinh(x.value), 1 / std::sqrt(square), -x.value / (square * std::sqrt(square)));
}
/// ln(1 + s·e⁻²ˣ) for s = ±1 and x > 0.
inline Jet log1p_exp(const Jet& x, double sign) {
  const double tail = sign * std::exp(-2 * x.value), part = tail / (1 + tail);
  return chain(x, std::log1p(tail), -2 * part, 4 * part / (1 + tail));
}

}  // namespace spinlab::physics
