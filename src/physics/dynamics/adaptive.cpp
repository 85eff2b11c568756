#include "src/physics/dynamics/adaptive.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace spinlab::physics {
namespace {

constexpr std::size_t kStages = 7, kVectors = 5;
constexpr std::array<double, kStages> kTime{0, 0.2, 0.3, 0.8, 8.0 / 9, 1, 1};
/// Its last row is the step itself: the seventh slope is the next step's first.
constexpr std::array<std::array<double, 6>, kStages> kStage{
    {{},
     {1.0 / 5},
     {3.0 / 40, 9.0 / 40},
     {44.0 / 45, -56.0 / 15, 32.0 / 9},
     {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
     {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
     {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}}};
/// Order 5 less order 4.
constexpr std::array<double, kStages> kError{71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                                             -17253.0 / 339200, 22.0 / 525, -1.0 / 40};
constexpr std::array<double, kStages> kDense{-12715105075.0 / 11282082432,  0,
                                             87487479700.0 / 32700410799,   -10690763975.0 / 1880347072,
                                             701980252875.0 / 199316789632, -1453857185.0 / 822651844,
                                             69997945.0 / 29380423};

}  // namespace

/// The integration, a step at a time.
class DormandPrince {
 public:
  DormandPrince(const Slope& slope, const at::Tensor& x, double first, double last,
                const Tolerances& tolerances)
      : slope_(slope), t_(first), last_(last), direction_(last < first ? -1 : 1), tolerances_(tolerances) {
    const auto start = x.to(at::kDouble).contiguous();
    x_.assign(start.const_data_ptr<double>(), start.const_data_ptr<double>() + start.numel());
    next_.resize(x_.size());
    for (auto& k : slopes_) k.resize(x_.size());
    solution_.dimension_ = static_cast<int64_t>(x_.size());
    solution_.times_.push_back(first);
  }

  DenseSolution run() {
    ask(0, t_, x_);
    double h = first_step();
    for (int64_t tried = 0; direction_ * (last_ - t_) > 0; ++tried) {
      TORCH_CHECK_VALUE(tried < tolerances_.most_steps, "after ", tried, " steps the time is ", t_, " of ",
                        last_, "; choose larger tolerances");
      const double shortest = 10 * std::abs(std::nextafter(t_, last_) - t_);
      TORCH_CHECK_VALUE(std::abs(h) > shortest, "the solution cannot be followed beyond t = ", t_,
                        ": a step would have to be shorter than ", shortest);
      const bool reaches = direction_ * (t_ + h - last_) >= 0;
      const double length = reaches ? last_ - t_ : h;
      const double error = try_step(length);
      if (error <= 1) accept(length, reaches);
      h = length * factor(error, error <= 1);
    }
    if (solution_.times_.size() == 1) keep(0);  // the ends are one
    return std::move(solution_);
  }

 private:
  void ask(std::size_t stage, double t, const std::vector<double>& x) {
    slope_(t, x.data(), slopes_[stage].data());
    ++solution_.evaluations_;
  }

  double scale(std::size_t i, double x) const {
    return tolerances_.absolute + tolerances_.relative * std::abs(x);
  }

  template <typename Value>
  double root_mean_square(Value&& value) const {
    double squares = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) squares += value(i) * value(i);
    return std::sqrt(squares / static_cast<double>(std::max<std::size_t>(x_.size(), 1)));
  }

  /// [Hairer, Nørsett and Wanner, section II.4, "starting step size"], without the second derivative.
  double first_step() const {
    const double size = root_mean_square([&](std::size_t i) { return x_[i] / scale(i, x_[i]); }),
                 slope = root_mean_square([&](std::size_t i) { return slopes_[0][i] / scale(i, x_[i]); });
    const double h = size < 1e-5 || slope < 1e-5 ? 1e-6 : 0.01 * size / slope;
    return direction_ * std::min(h, std::abs(last_ - t_));
  }

  /// Leaves the state in next_ and the slope there in the last stage. The error in units of what is allowed;
  /// infinite where a number is not finite.
  double try_step(double h) {
    for (std::size_t stage = 1; stage < kStages; ++stage) {
      for (std::size_t i = 0; i < x_.size(); ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < stage; ++j) sum += kStage[stage][j] * slopes_[j][i];
        next_[i] = x_[i] + h * sum;
      }
      ask(stage, t_ + kTime[stage] * h, next_);
    }
    const double error = root_mean_square([&](std::size_t i) {
      double sum = 0;
      for (std::size_t j = 0; j < kStages; ++j) sum += kError[j] * slopes_[j][i];
      return h * sum / scale(i, std::max(std::abs(x_[i]), std::abs(next_[i])));
    });
    return std::isfinite(error) ? error : std::numeric_limits<double>::infinity();
  }

  /// By which the next step is longer: the error grows as its fifth power.
  static double factor(double error, bool accepted) {
    constexpr double kSafety = 0.9, kLeast = 0.2, kMost = 10;
    const double wanted = error == 0 ? kMost : kSafety * std::pow(error, -0.2);
    return std::clamp(wanted, kLeast, accepted ? kMost : 1.0);
  }

  void accept(double h, bool reaches) {
    keep(h);
    t_ = reaches ? last_ : t_ + h;
    solution_.times_.push_back(t_);
    x_.swap(next_);
    slopes_.front().swap(slopes_.back());
  }

  /// [Hairer, Nørsett and Wanner, their code DOPRI5]
  void keep(double h) {
    const auto n = x_.size();
    auto& all = solution_.polynomials_;
    const auto begin = all.size();
    all.resize(begin + kVectors * n);
    auto* r = all.data() + begin;
    for (std::size_t i = 0; i < n; ++i) {
      const double difference = h == 0 ? 0 : next_[i] - x_[i], bend = h * slopes_[0][i] - difference;
      double last = 0;
      for (std::size_t j = 0; j < kStages; ++j) last += kDense[j] * slopes_[j][i];
      r[i] = x_[i];
      r[n + i] = difference;
      r[2 * n + i] = bend;
      r[3 * n + i] = difference - h * slopes_[kStages - 1][i] - bend;
      r[4 * n + i] = h * last;
    }
  }

  const Slope& slope_;
  double t_, last_, direction_;
  Tolerances tolerances_;
  std::vector<double> x_, next_;
  std::array<std::vector<double>, kStages> slopes_;
  DenseSolution solution_;
};

at::Tensor DenseSolution::at(const at::Tensor& times) const {
  const auto asked = times.to(at::kDouble).contiguous();
  TORCH_CHECK_VALUE(asked.dim() == 1, "expected times (m), got ", times.sizes());
  auto states = at::empty({asked.size(0), dimension_}, at::kDouble);
  const double direction = times_.back() < times_.front() ? -1 : 1;
  for (int64_t m = 0; m < asked.size(0); ++m) {
    const double t = asked.const_data_ptr<double>()[m];
    TORCH_CHECK_VALUE(direction * (t - times_.front()) >= 0 && direction * (times_.back() - t) >= 0, "time ",
                      t, " lies outside of the solution, ", times_.front(), " to ", times_.back());
    const auto after = std::upper_bound(times_.begin(), times_.end(), t,
                                        [&](double a, double b) { return direction * (b - a) > 0; });
    const auto steps = static_cast<std::ptrdiff_t>(times_.size()) - 1;
    const auto step =
        std::clamp<std::ptrdiff_t>(after - times_.begin() - 1, 0, std::max<std::ptrdiff_t>(steps - 1, 0));
    const auto begin = times_[static_cast<std::size_t>(step)];
    const double length = steps > 0 ? times_[static_cast<std::size_t>(step) + 1] - begin : 1;
    const double theta = (t - begin) / length, rest = 1 - theta;
    const auto* r = polynomials_.data() + step * static_cast<std::ptrdiff_t>(kVectors) * dimension_;
    auto* out = states.mutable_data_ptr<double>() + m * dimension_;
    for (int64_t i = 0; i < dimension_; ++i) {
      const auto of = [&](int64_t k) { return r[k * dimension_ + i]; };
      out[i] = of(0) + theta * (of(1) + rest * (of(2) + theta * (of(3) + rest * of(4))));
    }
  }
  return states;
}

at::Tensor DenseSolution::end() const { return at(at::full({1}, times_.back(), at::kDouble))[0]; }

DenseSolution dormand_prince(const Slope& slope, const at::Tensor& x, double first, double last,
                             const Tolerances& tolerances) {
  TORCH_CHECK_VALUE(x.dim() == 1 && x.size(0) > 0, "expected a state (d), got ", x.sizes());
  TORCH_CHECK_VALUE(std::isfinite(first) && std::isfinite(last), "expected finite times, got ", first,
                    " and ", last);
  TORCH_CHECK_VALUE(x.isfinite().all().item<bool>(), "the state at the beginning is not finite");
  TORCH_CHECK_VALUE(tolerances.relative >= 0 && tolerances.absolute > 0,
                    "tolerances: expected relative ≥ 0 and absolute > 0, got ", tolerances.relative, " and ",
                    tolerances.absolute);
  return DormandPrince(slope, x, first, last, tolerances).run();
}

}  // namespace spinlab::physics
