#include "src/training/optimizers/optimizer.h"

#include <ATen/ATen.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using Tensors = std::vector<at::Tensor>;

class OptimizerTest : public SpinlabTest {
 protected:
  static Tensors parameters() {
    auto generator = make_generator(kSeed, "parameters");
    Tensors all;
    for (const auto& sizes : std::vector<std::vector<int64_t>>{{3, 2}, {2}, {2, 2, 1, 1}}) {
      all.push_back(at::randn(sizes, generator, at::kDouble).requires_grad_());
    }
    return all;
  }

  static std::vector<NamedParameter> numbered(const Tensors& parameters) {
    std::vector<NamedParameter> all;
    for (const auto& parameter : parameters) all.push_back({"p" + std::to_string(all.size()), parameter});
    return all;
  }

  /// A loss whose curvature differs in every direction.
  static void backward(const Tensors& parameters) {
    auto loss = at::zeros({}, at::kDouble);
    for (const auto& p : parameters) {
      loss = loss + (p * at::arange(1, p.numel() + 1, at::kDouble).reshape(p.sizes())).sin().sum() +
             p.pow(4).sum() / 4;
    }
    loss.backward();
  }

  /// 30 steps of each from the same start, with a learning rate that changes: equal to rounding after every
  /// one.
  template <typename Theirs>
  void expect_same_steps(const Json& options, Theirs theirs, const Tensors& their_parameters) {
    const auto ours = parameters();
    const auto optimizer = make_optimizer(options, numbered(ours), "test");
    for (int step = 0; step < 30; ++step) {
      const double rate = 0.02 / (1 + 0.1 * step);
      for (auto& group : theirs.param_groups()) group.options().set_lr(rate);
      backward(ours);
      backward(their_parameters);
      optimizer->step({rate});
      optimizer->zero_grad();
      theirs.step();
      theirs.zero_grad();
      for (size_t i = 0; i < ours.size(); ++i) {
        ASSERT_CLOSE(ours[i], their_parameters[i], rtol(1e-10) + atol(1e-12)) << options << ", step " << step;
      }
    }
  }
};

TEST_F(OptimizerTest, SgdTakesLibTorchsSteps) {
  using torch::optim::SGD;
  auto p = parameters();
  expect_same_steps({{"name", "sgd"}, {"momentum", 0.0}}, SGD(p, torch::optim::SGDOptions(1)), p);
  p = parameters();
  expect_same_steps({{"name", "sgd"}, {"momentum", 0.9}, {"weight_decay", 0.1}},
                    SGD(p, torch::optim::SGDOptions(1).momentum(0.9).weight_decay(0.1)), p);
  p = parameters();
  expect_same_steps({{"name", "sgd"}, {"momentum", 0.8}, {"nesterov", true}},
                    SGD(p, torch::optim::SGDOptions(1).momentum(0.8).nesterov(true)), p);
  p = parameters();
  expect_same_steps({{"name", "sgd"}, {"momentum", 0.8}, {"dampening", 0.5}},
                    SGD(p, torch::optim::SGDOptions(1).momentum(0.8).dampening(0.5)), p);
}

TEST_F(OptimizerTest, AdamAndAdamWTakeLibTorchsSteps) {
  auto p = parameters();
  expect_same_steps({{"name", "adam"}, {"weight_decay", 0.1}},
                    torch::optim::Adam(p, torch::optim::AdamOptions(1).weight_decay(0.1)), p);
  p = parameters();
  expect_same_steps(
      {{"name", "adamw"}, {"weight_decay", 0.1}, {"beta1", 0.8}, {"beta2", 0.95}},
      torch::optim::AdamW(p, torch::optim::AdamWOptions(1).weight_decay(0.1).betas({0.8, 0.95})), p);
}

TEST_F(OptimizerTest, LionMovesBySignsOfItsRunningMean) {
  const double rate = 0.02, decay = 0.3, beta1 = 0.8, beta2 = 0.95;
  const auto ours = parameters(), theirs = parameters();
  const auto optimizer =
      make_optimizer({{"name", "lion"}, {"beta1", beta1}, {"beta2", beta2}, {"weight_decay", decay}},
                     numbered(ours), "test");
  Tensors means;
  for (const auto& p : theirs) means.push_back(at::zeros_like(p));
  for (int step = 0; step < 20; ++step) {
    backward(ours);
    backward(theirs);
    optimizer->step({rate});
    optimizer->zero_grad();
    const at::NoGradGuard outside_the_graph;
    for (size_t i = 0; i < theirs.size(); ++i) {
      const auto gradient = theirs[i].grad();
      theirs[i].copy_(theirs[i] -
                      rate * ((beta1 * means[i] + (1 - beta1) * gradient).sign() + decay * theirs[i]));
      means[i] = beta2 * means[i] + (1 - beta2) * gradient;
      theirs[i].mutable_grad().reset();
      ASSERT_CLOSE(ours[i], theirs[i], rtol(1e-12)) << "step " << step;
    }
  }
}

TEST_F(OptimizerTest, VectorsCanBeSparedTheDecay) {
  const auto ours = parameters();
  const auto bias_before = ours[1].detach().clone(), weight_before = ours[0].detach().clone();
  const auto optimizer =
      make_optimizer({{"name", "sgd"}, {"momentum", 0.0}, {"weight_decay", 0.5}, {"decay_1d", false}},
                     numbered(ours), "test");
  for (const auto& p : ours) p.mutable_grad() = at::zeros_like(p);
  optimizer->step({0.1});
  EXPECT_CLOSE(ours[1], bias_before, atol(0));
  EXPECT_CLOSE(ours[0], weight_before * 0.95, rtol(1e-12));
}

TEST_F(OptimizerTest, GoesOnFromItsState) {
  for (const Json& options : {Json{{"name", "sgd"}, {"momentum", 0.9}}, Json{{"name", "adamw"}},
                              Json{{"name", "lion"}}, Json{{"name", "muon"}}}) {
    const auto straight = parameters(), broken = parameters();
    const auto one = make_optimizer(options, numbered(straight), "test"),
               first = make_optimizer(options, numbered(broken), "test");
    const auto step = [](const Tensors& parameters, Optimizer& optimizer) {
      backward(parameters);
      optimizer.step({0.01});
      optimizer.zero_grad();
    };
    for (int i = 0; i < 3; ++i) step(straight, *one), step(broken, *first);
    const auto second = make_optimizer(options, numbered(broken), "test");
    second->load_state(first->state());
    for (int i = 0; i < 3; ++i) step(straight, *one), step(broken, *second);
    for (size_t i = 0; i < straight.size(); ++i) EXPECT_CLOSE(broken[i], straight[i], atol(0)) << options;
  }
}

TEST_F(OptimizerTest, RefusesAStateOfAnotherShapeAndChangesNothing) {
  const auto ours = parameters();
  const auto optimizer = make_optimizer({{"name", "sgd"}, {"momentum", 0.9}}, numbered(ours), "test");
  auto state = optimizer->state();
  NamedTensors other;
  for (const auto& [name, tensor] : state) other[name] = at::ones_like(tensor);
  other["momentum.p1"] = at::ones({7}, at::kDouble);
  EXPECT_THROW(optimizer->load_state(other), c10::ValueError);
  for (const auto& [name, tensor] : optimizer->state())
    EXPECT_CLOSE(tensor, at::zeros_like(tensor), atol(0)) << name;
}

TEST_F(OptimizerTest, RefusesWhatCannotBe) {
  const auto make = [](const Json& options) { make_optimizer(options, numbered(parameters()), "recipe"); };
  EXPECT_THROW(make({{"name", "sgdd"}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "sgd"}, {"momentum", -0.1}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "sgd"}, {"momentum", 0.0}, {"nesterov", true}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "adam"}, {"beta1", 1.0}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "lion"}, {"beta2", -0.5}}), c10::ValueError);
  EXPECT_THROW(make_optimizer({{"name", "sgd"}}, numbered(parameters()), "recipe")->step({0.1}),
               c10::Error);  // no gradients
}

}  // namespace
}  // namespace spinlab::training
