#include "models/solvers/svm/pairs.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinlab::models {
namespace {

// BEGIN SOLUTION
constexpr double kNever = -std::numeric_limits<double>::infinity();
/// A pair's curvature where the kernel has none, or less than none [Chen, Fan and Lin, IEEE TNN 17 (2006)].
constexpr double kLeastCurvature = 1e-12;
/// Of the pair's squares; what is above is the kernel's rounding.
constexpr double kNegative = -1e-5;

/// The first of the largest, which vectorised loops find in two goes.
size_t argmax(const std::vector<double>& numbers) {
  double most = kNever;
  for (const double x : numbers) most = x > most ? x : most;
  return static_cast<size_t>(std::find(numbers.begin(), numbers.end(), most) - numbers.begin());
}

class Pairs {
 public:
  explicit Pairs(SmallDual& dual)
      : dual_(dual), q_(dual.size()), rising_(q_), falling_(q_), fall_(q_), diagonal_(q_) {
    for (size_t k = 0; k < q_; ++k) {
      diagonal_[k] = dual.kernel[k * q_ + k];
      update(k);
    }
  }

  /// Of coefficients of one sign, or of any where `sign` is 0; false where none misses its condition by more
  /// than `tolerance`.
  bool step(double tolerance, double sign) {
    const auto i = best_rising(sign);
    if (i == q_ || rising_[i] == kNever) return false;
    const auto j = best_partner(i, sign, tolerance);
    if (j == q_) return false;
    move(i, j);
    return true;
  }

 private:
  static constexpr double kAny = 0;

  bool is_of(size_t k, double sign) const { return sign == kAny || dual_.sign[k] == sign; }

  size_t best_rising(double sign) const {
    if (sign == kAny) return argmax(rising_);
    size_t best = q_;
    for (size_t k = 0; k < q_; ++k)
      if (is_of(k, sign) && rising_[k] > (best == q_ ? kNever : rising_[best])) best = k;
    return best;
  }

  /// By how much the objective falls, twice, with each; none of those that miss the condition by less than
  /// `tolerance` if no one misses it by more.
  size_t best_partner(size_t i, double sign, double tolerance) {
    const double own = rising_[i], square = diagonal_[i];
    const double* row = dual_.kernel.data() + i * q_;
    double widest = 0;
    for (size_t k = 0; k < q_; ++k) {
      const double difference = own - falling_[k];  // -∞ where k cannot fall
      const double curvature = std::max(square + diagonal_[k] - 2 * row[k], kLeastCurvature);
      fall_[k] = difference > 0 ? difference * difference / curvature : kNever;
      widest = difference > widest ? difference : widest;
    }
    if (sign != kAny) widest = mask(own, sign);
    if (widest <= tolerance) return q_;
    return argmax(fall_);
  }

  double mask(double own, double sign) {
    double widest = 0;
    for (size_t k = 0; k < q_; ++k) {
      if (!is_of(k, sign))
        fall_[k] = kNever;
      else
        widest = std::max(widest, own - falling_[k]);
    }
    return widest;
  }

  void move(size_t i, size_t j) {
    const double* row_i = dual_.kernel.data() + i * q_;
    const double* row_j = dual_.kernel.data() + j * q_;
    const double squares = diagonal_[i] + diagonal_[j], square = squares - 2 * row_i[j];
    dual_.is_indefinite = dual_.is_indefinite || square < kNegative * std::abs(squares);
    const double curvature = std::max(square, kLeastCurvature);
    const double by = std::min({(dual_.gain[i] - dual_.gain[j]) / curvature, room_up(i), room_down(j)});
    shift(i, by);
    shift(j, -by);
    double* gain = dual_.gain.data();
    for (size_t k = 0; k < q_; ++k) gain[k] -= by * (row_i[k] - row_j[k]);
    for (size_t k = 0; k < q_; ++k) {
      rising_[k] = rising_[k] == kNever ? kNever : gain[k];
      falling_[k] = falling_[k] == -kNever ? -kNever : gain[k];
    }
    update(i);
    update(j);
  }

  double room_up(size_t k) const {
    return dual_.sign[k] > 0 ? dual_.bound[k] - dual_.alpha[k] : dual_.alpha[k];
  }
  double room_down(size_t k) const {
    return dual_.sign[k] > 0 ? dual_.alpha[k] : dual_.bound[k] - dual_.alpha[k];
  }

  /// y α by `by`. What reaches a bound is at it to the last bit.
  void shift(size_t k, double by) {
    const double room = by > 0 ? room_up(k) : room_down(k);
    auto& alpha = dual_.alpha[k];
    const bool to_bound = (by > 0) == (dual_.sign[k] > 0);
    if (std::abs(by) >= room)
      alpha = to_bound ? dual_.bound[k] : 0;
    else
      alpha += dual_.sign[k] * by;
  }

  void update(size_t k) {
    const auto sign = dual_.sign[k], alpha = dual_.alpha[k], bound = dual_.bound[k];
    rising_[k] = can_rise(sign, alpha, bound) ? dual_.gain[k] : kNever;
    falling_[k] = can_fall(sign, alpha, bound) ? dual_.gain[k] : -kNever;
  }

  SmallDual& dual_;
  size_t q_;
  /// Gains, -∞ and ∞ for those that cannot.
  std::vector<double> rising_, falling_, fall_, diagonal_;
};
// END SOLUTION

}  // namespace

int64_t solve_by_pairs(SmallDual& dual, double tolerance, int64_t most) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, dual.size(), " coefficients by pairs to ", tolerance, ", at most ", most,
  // STUB                   ": left out, 04-svm asks for it");
  Pairs pairs(dual);
  const auto signs = dual.keeps_each_sign ? std::vector{1.0, -1.0} : std::vector{0.0};
  int64_t steps = 0;
  for (bool moves = true; moves;) {
    moves = false;
    for (const double sign : signs) {
      if (steps == most || !pairs.step(tolerance, sign)) continue;
      ++steps;
      moves = true;
    }
  }
  return steps;
  // END SOLUTION
}

}  // namespace spinlab::models
