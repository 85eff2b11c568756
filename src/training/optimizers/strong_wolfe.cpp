#include "src/training/optimizers/strong_wolfe.h"

#include <algorithm>
#include <cmath>

namespace spinlab::training {
namespace {

constexpr double kDecrease = 1e-4, kCurvature = 0.9;
/// How far a step out may go, in steps so far, and how near to an end one between two points.
constexpr double kMostOut = 10, kLeastOut = 1.1, kMargin = 0.1;
/// Ends so near to one another (relatively) that nothing lies between them.
constexpr double kSame = 1e-9;

/// Of the cubic with values and slopes of both, not finite where it has no minimum. [eq. 3.59]
double cubic_minimum(const LinePoint& a, const LinePoint& b) {
  const auto d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
  const auto d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), b.step - a.step);
  return b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
}

double step_between(const LinePoint& a, const LinePoint& b) {
  const auto [low, high] = std::minmax(a.step, b.step);
  const auto guess = cubic_minimum(a, b), margin = kMargin * (high - low);
  return std::isfinite(guess) ? std::clamp(guess, low + margin, high - margin) : (low + high) / 2;
}

double step_beyond(const LinePoint& before, const LinePoint& last) {
  const auto guess = cubic_minimum(before, last);
  return std::isfinite(guess) ? std::clamp(guess, kLeastOut * last.step, kMostOut * last.step)
                              : 2 * last.step;
}

class Search {
 public:
  Search(const LinePoint& start, const Line& line, int64_t evaluations)
      : start_(start), line_(line), left_(evaluations) {}

  /// Algorithm 3.5: outwards until a minimum is enclosed.
  LinePoint outwards(double step) {
    auto low = start_;
    for (; left_ > 0; --left_) {
      const auto point = line_(step);
      if (too_high(point, low)) return between(low, point);
      if (flat(point)) return point;
      if (point.slope >= 0) return between(point, low);
      step = step_beyond(low, point);
      low = point;
    }
    return low;
  }

 private:
  /// Algorithm 3.6, "zoom": `low` is the lowest so far.
  LinePoint between(LinePoint low, LinePoint high) {
    while (--left_ > 0 && std::abs(high.step - low.step) > kSame * std::max(high.step, low.step)) {
      const auto point = line_(step_between(low, high));
      if (too_high(point, low)) {
        high = point;
        continue;
      }
      if (flat(point)) return point;
      if (point.slope * (high.step - low.step) >= 0) high = low;
      low = point;
    }
    return low;
  }

  bool too_high(const LinePoint& point, const LinePoint& low) const {
    const bool decreased = point.value <= start_.value + kDecrease * point.step * start_.slope;
    return !std::isfinite(point.value) || !decreased || (low.step > 0 && point.value >= low.value);
  }
  bool flat(const LinePoint& point) const { return std::abs(point.slope) <= -kCurvature * start_.slope; }

  const LinePoint& start_;
  const Line& line_;
  int64_t left_;
};

}  // namespace

LinePoint strong_wolfe(const LinePoint& start, double first, const Line& line, int64_t evaluations) {
  return Search(start, line, evaluations).outwards(first);
}

}  // namespace spinlab::training
