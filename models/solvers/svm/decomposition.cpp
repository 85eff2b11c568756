#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/solvers/svm/active_set.h"
#include "models/solvers/svm/pairs.h"

namespace spinlab::models {
namespace {

// BEGIN SOLUTION
constexpr size_t kWorkingSet = 256;
/// A working set's own problem is solved until its violation is this part of the whole's.
constexpr double kOwnTolerance = 0.1;
/// Shrinks where this part of the active ones can be left out.
constexpr double kWorthShrinking = 0.25;
/// A short search would pay more for the values of those left out than it saves: so many working sets before
/// the first look, and between two.
constexpr int64_t kFirstLook = 32, kBetweenLooks = 16;
/// The kernel's rounding may be these parts of the tolerance and of the objective.
constexpr double kRoughViolation = 0.1, kRoughObjective = 3e-7;
/// Of a working set's own problem, which is then looked at among the others.
constexpr int64_t kMostPairs = 100'000;
/// Times the kernel's largest number: where the objective is known to fall below minus half of this.
constexpr double kBottomless = 1e10;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// This near to a bound, as a part of it, a coefficient counts as there: sums of others left it so.
constexpr double kAtBound = 1e-12;

void check(const DualOptions& options) {
  TORCH_CHECK_VALUE(options.tolerance > 0, "the tolerance must be above 0, is ", options.tolerance);
  TORCH_CHECK_VALUE(!options.max_iterations || *options.max_iterations > 0,
                    "max_iterations must be above 0, is ", *options.max_iterations);
  TORCH_CHECK_VALUE(options.cache_bytes >= 0, "the cache's bytes must not be negative, are ",
                    options.cache_bytes);
}

/// The most violating pair's gains, of coefficients of one sign or of all.
struct Ends {
  double rising = -kInfinity, falling = kInfinity;
  double violation() const { return rising - falling; }
};

class Decomposition {
 public:
  Decomposition(const DualProblem& problem, const KernelMatrix& kernel, const DualOptions& options)
      : problem_(problem), options_(options), active_(problem, kernel, options.cache_bytes) {
    most_ = std::min(kWorkingSet, static_cast<size_t>(active_.row_capacity()) / 2 * 2);
    const auto size = static_cast<int64_t>(problem.size());
    most_pairs_ = options.max_iterations.value_or(std::max(int64_t{10'000'000}, 100 * size));
    is_bounded_ = std::ranges::none_of(problem.bound, [](double bound) { return std::isinf(bound); });
  }

  DualSolution run() {
    DualSolution found;
    for (;;) {
      look();
      found.violation = violation();
      found.is_bottomless = !is_bounded_ && is_bottomless();
      if (found.violation <= options_.tolerance || found.iterations >= most_pairs_ || found.is_bottomless) {
        if (!active_.is_everything())
          active_.take_all();
        else if (is_rough())
          active_.make_exact();
        else
          break;
        continue;
      }
      if (options_.shrinking && found.working_sets >= kFirstLook && found.working_sets % kBetweenLooks == 0)
        shrink();
      choose();
      found.iterations += improve(found);
      ++found.working_sets;
    }
    found.alpha = active_.alpha();
    found.values = active_.values();
    found.kernel_rows = active_.rows_computed();
    found.objective = objective();
    return found;
  }

 private:
  static size_t side(double sign) { return sign > 0 ? 0 : 1; }
  bool rises(int64_t s) const { return can(s, can_rise); }
  bool falls(int64_t s) const { return can(s, can_fall); }
  bool can(int64_t s, bool (*what)(double, double, double)) const {
    const auto i = static_cast<size_t>(s);
    return what(problem_.sign[i], active_.alpha()[i], problem_.bound[i]);
  }
  Ends& ends_of(int64_t s) {
    return ends_[problem_.keeps_each_sign ? side(problem_.sign[static_cast<size_t>(s)]) : 0];
  }

  void look() {
    ends_[0] = ends_[1] = Ends();
    for (const auto s : active_.coefficients()) {
      auto& ends = ends_of(s);
      const auto gain = active_.gain(s);
      if (rises(s)) ends.rising = std::max(ends.rising, gain);
      if (falls(s)) ends.falling = std::min(ends.falling, gain);
    }
  }

  double violation() const { return std::max({ends_[0].violation(), ends_[1].violation(), 0.0}); }

  /// The rounding of the kernel's rows shows in the violation, or in the objective: iterative refinement.
  bool is_rough() const {
    return active_.value_error() > kRoughViolation * options_.tolerance ||
           active_.sum_error() / 2 > kRoughObjective * std::abs(objective());
  }

  /// α times the best of all factors gives the objective -(pᵀα)² / 2αᵀQα: of a hard margin, minus half of
  /// the inverse square of the margin that two points in the classes' hulls allow. Where bounds are ∞, none
  /// but active coefficients are above 0.
  bool is_bottomless() const {
    double linear = 0;
    for (size_t s = 0; s < problem_.size(); ++s) linear += problem_.linear[s] * active_.alpha()[s];
    return linear < 0 && linear * linear * active_.largest() > kBottomless * active_.square();
  }

  /// At a bound, and no part of any violating pair.
  bool is_settled(int64_t s) {
    const auto gain = active_.gain(s);
    const auto& ends = ends_of(s);
    if (!rises(s)) return gain > ends.rising;
    return !falls(s) && gain < ends.falling;
  }

  void shrink() {
    std::vector<int64_t> left;
    for (const auto s : active_.coefficients())
      if (!is_settled(s)) left.push_back(s);
    const auto all = static_cast<double>(active_.coefficients().size());
    if (static_cast<double>(left.size()) > (1 - kWorthShrinking) * all) return;
    std::erase_if(working_, [&](int64_t s) { return !std::ranges::binary_search(left, s); });
    active_.leave_only(std::move(left));
  }

  /// Half of the last set, of which the newest, and the most violating ones of the others.
  void choose() {
    const auto count = std::min(most_, active_.coefficients().size());
    const auto signs = signs_to_choose(count);
    const auto kept = std::min(count / 2, count - std::min(count, 2 * signs.size()));
    if (working_.size() > kept)
      working_.erase(working_.begin(), working_.end() - static_cast<ptrdiff_t>(kept));
    auto is_new = std::vector<bool>(problem_.size(), true);
    for (const auto s : working_) is_new[static_cast<size_t>(s)] = false;
    const auto each = std::max<size_t>((count - working_.size()) / (2 * signs.size()), 1);
    for (const auto sign : signs)
      for (const bool rising : {true, false})
        for (const auto s : most_violating(sign, rising, each, is_new)) {
          working_.push_back(s);
          is_new[static_cast<size_t>(s)] = false;
        }
  }

  /// 0 stands for both.
  std::vector<double> signs_to_choose(size_t count) const {
    if (!problem_.keeps_each_sign) return {0.0};
    if (count >= 4) return {1.0, -1.0};
    return {ends_[0].violation() >= ends_[1].violation() ? 1.0 : -1.0};
  }

  std::vector<int64_t> most_violating(double sign, bool rising, size_t count,
                                      const std::vector<bool>& is_new) {
    std::vector<std::pair<double, int64_t>> all;
    for (const auto s : active_.coefficients()) {
      const auto i = static_cast<size_t>(s);
      if (!is_new[i] || (sign != 0 && problem_.sign[i] != sign) || !(rising ? rises(s) : falls(s))) continue;
      all.emplace_back(rising ? -active_.gain(s) : active_.gain(s), s);
    }
    if (all.size() > count) {
      std::ranges::nth_element(all, all.begin() + static_cast<ptrdiff_t>(count));
      all.resize(count);
    }
    std::vector<int64_t> found;
    for (const auto& [gain, s] : all) found.push_back(s);
    return found;
  }

  int64_t improve(DualSolution& found) {
    SmallDual small;
    small.kernel = active_.kernel_of(working_);
    small.keeps_each_sign = problem_.keeps_each_sign;
    for (const auto s : working_) {
      const auto i = static_cast<size_t>(s);
      small.sign.push_back(problem_.sign[i]);
      small.bound.push_back(problem_.bound[i]);
      small.alpha.push_back(active_.alpha()[i]);
      small.gain.push_back(active_.gain(s));
    }
    const auto tolerance = std::max(kOwnTolerance * found.violation, options_.tolerance / 2);
    const auto steps = solve_by_pairs(small, tolerance, std::min(kMostPairs, most_pairs_ - found.iterations));
    active_.set(working_, small.alpha);
    found.is_indefinite = found.is_indefinite || small.is_indefinite;
    return steps;
  }

  /// ½ Σ_s α_s (y_s f(x_s) + 2 p_s)
  double objective() const {
    double sum = 0;
    for (size_t s = 0; s < problem_.size(); ++s)
      sum +=
          active_.alpha()[s] * (problem_.sign[s] * active_.value(problem_.point[s]) / 2 + problem_.linear[s]);
    return sum;
  }

  const DualProblem& problem_;
  const DualOptions& options_;
  ActiveSet active_;
  size_t most_;  // coefficients of a working set
  int64_t most_pairs_;
  bool is_bounded_;
  Ends ends_[2];  // of each sign where they are kept, else the first
  std::vector<int64_t> working_;
};
// END SOLUTION

}  // namespace

double multiplier(const DualProblem& problem, const DualSolution& solution, double sign) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the multiplier of ", problem.size(), " coefficients, ", sign, ", ",
  // STUB                   solution.objective, ": left out, 04-svm asks for it");
  double sum = 0, rising = -kInfinity, falling = kInfinity;
  int64_t free = 0;
  for (size_t s = 0; s < problem.size(); ++s) {
    if (sign != 0 && problem.sign[s] != sign) continue;
    const auto alpha = solution.alpha[s], own = problem.sign[s], bound = problem.bound[s];
    const auto gain = -solution.values[static_cast<size_t>(problem.point[s])] - own * problem.linear[s];
    const auto slack = std::isinf(bound) ? 0 : kAtBound * bound;
    const auto settled = alpha <= slack ? 0 : alpha >= bound - slack ? bound : alpha;
    const bool rises = can_rise(own, settled, bound), falls = can_fall(own, settled, bound);
    if (rises && falls) sum += gain, ++free;
    if (rises) rising = std::max(rising, gain);
    if (falls) falling = std::min(falling, gain);
  }
  if (free > 0) return sum / static_cast<double>(free);
  if (std::isinf(rising)) return falling;
  return std::isinf(falling) ? rising : (rising + falling) / 2;
  // END SOLUTION
}

DualSolution minimise(const DualProblem& problem, const KernelMatrix& kernel, const DualOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the dual of ", problem.size(), " coefficients and ", kernel.size(),
  // STUB                   " points to ", options.tolerance, ": left out, 04-svm asks for it");
  check(options);
  return Decomposition(problem, kernel, options).run();
  // END SOLUTION
}

}  // namespace spinlab::models
