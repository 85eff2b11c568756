#include <ATen/ops/add.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/registry.h"
#include "src/training/optimizers/flat_optimizer.h"
#include "src/training/optimizers/strong_wolfe.h"

namespace spinlab::training {
namespace {

struct LBFGSOptions {
  int64_t history = 10;
  /// Of a step, all on its batch.
  int64_t iterations = 1;
  bool line_search = true;
  /// Of the loss in one line search, at most.
  int64_t evaluations = 25;
};

/// A pair whose cosine is not above this says nothing of the curvature.
constexpr double kLeastCosine = 1e-10;

/// w ← w - t H g: H the inverse Hessian by the last `history` pairs of moves s and changes of gradient y
/// [Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5], t of the strong Wolfe
/// conditions. The learning rate is the t that is tried first, and t itself without a line search; before
/// there is a pair it is shortened to min(1, 1 / |g|₁), as torch::optim::LBFGS has it. Weight decay is a part
/// of loss and gradient.
///
/// Both gradients of a pair belong to the same batch and the same dropout [Schraudolph, Yu and Günter,
/// AISTATS 2007], so that batches that differ do not pass for curvature. torch::optim::LBFGS is not used
/// since it compares gradients of different batches, and since its state has no fixed shape.
class LBFGS : public FlatOptimizer {
 public:
  LBFGS(std::vector<ParameterGroup> groups, LBFGSOptions options)
      : FlatOptimizer(std::move(groups)), options_(options), pairs_(at::zeros({}, at::kLong)) {
    moves_ = at::zeros({options.history, weights().numel()}, weights().options());
    changes_ = at::zeros_like(moves_);
  }

  bool evaluates_again() const override { return true; }

  NamedTensors state() const override {
    auto all = FlatOptimizer::state();
    all.insert({{"moves", moves_}, {"changes", changes_}, {"pairs", pairs_}});
    return all;
  }

 private:
  void take(const Step& step, int64_t) override {
    TORCH_CHECK(step.evaluate, "lbfgs has to evaluate the loss again: give Step::evaluate");
    LinePoint here{0, step.loss + decay_energy(), 0, gradient()};
    for (int64_t i = 0; i < options_.iterations && iterate(step, here); ++i) {
    }
  }

  /// Returns whether it has moved; `here` has then.
  bool iterate(const Step& step, LinePoint& here) {
    const auto direction = descent(here.gradient);
    here.step = 0;
    here.slope = here.gradient.dot(direction).item<double>();
    if (here.slope == 0) return false;
    const auto from = weights();
    const Line line = [&](double t) {
      set_weights(at::add(from, direction, t));
      const auto value = step.evaluate() + decay_energy();
      auto slope = gradient();
      return LinePoint{t, value, slope.dot(direction).item<double>(), slope};
    };
    const auto first = step.learning_rate * first_step(here.gradient);
    const auto next =
        options_.line_search ? strong_wolfe(here, first, line, options_.evaluations) : line(first);
    const auto move = direction * next.step;
    set_weights(at::add(from, direction, next.step));
    remember(move, next.gradient - here.gradient);
    here = next;
    return next.step > 0;
  }

  /// -H g; steepest descent where rounding has left H without its sign.
  at::Tensor descent(const at::Tensor& gradient) {
    auto direction = -times_inverse_hessian(gradient);
    if (direction.dot(gradient).item<double>() < 0) return direction;
    forget();
    return -gradient;
  }

  at::Tensor times_inverse_hessian(const at::Tensor& gradient) const {
    auto q = gradient.clone();
    std::vector<at::Tensor> shares;
    for (int64_t age = 0; age < stored(); ++age) {
      const auto s = moves_[row(age)], y = changes_[row(age)];
      shares.push_back(s.dot(q) / s.dot(y));
      q -= shares.back() * y;
    }
    if (stored() > 0) q *= moves_[row(0)].dot(changes_[row(0)]) / changes_[row(0)].square().sum();
    for (int64_t age = stored() - 1; age >= 0; --age) {
      const auto s = moves_[row(age)], y = changes_[row(age)];
      q += (shares[age] - y.dot(q) / s.dot(y)) * s;
    }
    return q;
  }

  /// Where the line search has found nothing, the pairs no longer describe the loss, and go.
  void remember(const at::Tensor& move, const at::Tensor& change) {
    const auto product = move.dot(change).item<double>();
    if (product == 0) return forget();
    if (!(product > kLeastCosine * (move.norm() * change.norm()).item<double>()))
      return;  // also where it is not finite
    ++count();
    moves_[row(0)].copy_(move);
    changes_[row(0)].copy_(change);
  }
  void forget() { count() = 0; }

  int64_t& count() { return *pairs_.mutable_data_ptr<int64_t>(); }
  int64_t pairs() const { return *pairs_.const_data_ptr<int64_t>(); }
  int64_t stored() const { return std::min(pairs(), options_.history); }
  /// The row of a pair, the newest of age 0.
  int64_t row(int64_t age) const { return (pairs() - 1 - age) % options_.history; }
  double first_step(const at::Tensor& gradient) const {
    return pairs() > 0 ? 1 : std::min(1.0, 1 / gradient.abs().sum().item<double>());
  }

  LBFGSOptions options_;
  /// (history, p), a ring; and how many pairs have been written since the last was forgotten.
  at::Tensor moves_, changes_, pairs_;
};

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  for (const auto& group : groups) {
    TORCH_CHECK_VALUE(group.lr_scale == 1, config.where(),
                      ": groups: lbfgs moves all parameters by one step; \"", group.names.front(),
                      "\" can have an lr_scale of 0 (it is left as it is) or 1, got ", group.lr_scale);
  }
  const LBFGSOptions options{config.integer("history", 1, 1000), config.integer("iterations", 1, 10'000),
                             config.one_of("line_search", {"strong_wolfe", "none"}) == "strong_wolfe",
                             config.integer("evaluations", 2, 1000)};
  return std::make_unique<LBFGS>(std::move(groups), options);
}

const Registered<OptimizerEntry> kRegistered{
    {.name = "lbfgs",
     .summary = "quasi-Newton steps with a line search, for large batches",
     .defaults = {{"lr", 1.0},
                  {"history", 10},
                  {"iterations", 1},
                  {"line_search", "strong_wolfe"},
                  {"evaluations", 25}},
     .make = make}};

}  // namespace
}  // namespace spinlab::training
