#include <ATen/ATen.h>

#include "src/core/seed.h"
#include "src/training/gradients.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/optimizers/fisher_model.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

class NaturalGradientTest : public SpinlabTest {
 protected:
  static std::unique_ptr<Optimizer> make(const std::vector<NamedParameter>& parameters,
                                         const Json& changes = Json::object()) {
    Json options = {{"name", "natural_gradient"}, {"damping", 1e-12}, {"kl_clip", 0.0}};
    options.update(changes);
    return make_optimizer(options, parameters, "recipe");
  }

  at::Tensor random(std::vector<int64_t> sizes) { return at::randn(sizes, generator_, at::kDouble); }

  static at::Tensor flat(const FisherModel& model) {
    std::vector<at::Tensor> parts;
    for (const auto& [name, p] : model.parameters()) parts.push_back(p.detach().flatten());
    return at::cat(parts);
  }

  static at::Tensor fisher(const FisherModel& model) {
    std::vector<at::Tensor> parameters;
    for (const auto& parameter : model.parameters()) parameters.push_back(parameter.tensor);
    const auto outputs = model.forward(model.inputs);
    const auto rows = fisher_rows(outputs, model.factor(outputs.detach()), parameters);
    return rows.t().mm(rows);
  }

  at::Generator generator_ = make_generator(kSeed, "natural");
};

TEST_F(NaturalGradientTest, OneStepSolvesLeastSquares) {
  const auto model = fisher_model({}, random({40, 6}), random({40, 2}), kSeed);
  model.step(*make(model.parameters()), 1);
  const auto design = at::cat({model.inputs, at::ones({40, 1}, at::kDouble)}, 1);
  const auto solution = std::get<0>(at::linalg_lstsq(design, model.targets));
  EXPECT_CLOSE(model.forward(model.inputs), design.mm(solution), atol(1e-8));
}

TEST_F(NaturalGradientTest, DecayIsAPartOfTheLossSolved) {
  const auto model = fisher_model({}, random({40, 6}), random({40, 1}), kSeed);
  model.step(*make(model.parameters(), {{"weight_decay", 0.3}, {"decay_1d", false}}), 1);
  const auto design = at::cat({model.inputs, at::ones({40, 1}, at::kDouble)}, 1);
  // ∂/∂w of |X w - y|² / n + λ w² / 2, the intercept without.
  auto normal = design.t().mm(design) * (2.0 / 40);
  normal.diagonal().narrow(0, 0, 6).add_(0.3);
  const auto solution = at::linalg_solve(normal, design.t().mm(model.targets) * (2.0 / 40));
  EXPECT_CLOSE(model.forward(model.inputs), design.mm(solution), atol(1e-8));
}

TEST_F(NaturalGradientTest, TheFisherMatrixOfSoftmaxRegressionIsItsHessian) {
  const auto model = fisher_model({}, random({30, 3}), at::arange(30).remainder(4), kSeed);
  // E[(diag p - p pᵀ) ⊗ x̄ x̄ᵀ] in the order of the weight (4, 3) and the bias (4).
  const auto p = model.forward(model.inputs).detach().softmax(1);
  const auto x = at::cat({model.inputs, at::ones({30, 1}, at::kDouble)}, 1);
  const auto blocks =
      at::einsum("nab,ni,nj->aibj", {at::diag_embed(p) - p.unsqueeze(2) * p.unsqueeze(1), x, x}) / 30;
  const auto order = at::arange(16).reshape({4, 4});
  const auto places = at::cat({order.narrow(1, 0, 3).flatten(), order.select(1, 3)});
  const auto analytic = blocks.reshape({16, 16}).index_select(0, places).index_select(1, places);
  EXPECT_CLOSE(fisher(model), analytic, atol(1e-12));
}

TEST_F(NaturalGradientTest, WoodburysSystemGivesTheDirectOnesStep) {
  // 4 examples of 2 outputs: 8 rows for 35 parameters.
  const auto few = fisher_model({5}, random({4, 4}), random({4, 2}), kSeed);
  const auto before = flat(few), matrix = fisher(few) + 0.1 * at::eye(before.numel(), at::kDouble);
  few.loss().backward();
  std::vector<at::Tensor> gradients;
  for (const auto& [name, p] : few.parameters()) gradients.push_back(p.grad().flatten());
  const auto expected = before - 0.5 * at::linalg_solve(matrix, at::cat(gradients));
  few.step(*make(few.parameters(), {{"damping", 0.1}}), 0.5);
  EXPECT_CLOSE(flat(few), expected, atol(1e-10));
}

TEST_F(NaturalGradientTest, StepsDoNotDependOnTheCoordinatesOfTheInputs) {
  // x → C x with W → W C⁻¹ is the same function; so must be the function after each step.
  const auto X = random({60, 3}), C = random({3, 3}) + 3 * at::eye(3, at::kDouble);
  const auto y = X.mm(random({3, 1})).tanh();
  const auto plain = fisher_model({2}, X, y, kSeed), skewed = fisher_model({2}, X.mm(C.t()), y, kSeed);
  {
    const at::NoGradGuard by_hand;
    auto first = skewed.parameters()[0].tensor;
    first.copy_(first.mm(C.inverse()));
  }
  const auto one = make(plain.parameters()), other = make(skewed.parameters());
  const auto start = plain.forward(X).detach().clone();
  for (int i = 0; i < 3; ++i) {
    plain.step(*one, 0.3);
    skewed.step(*other, 0.3);
  }
  const auto moved = (plain.forward(X) - start).abs().max().item<double>();
  EXPECT_GT(moved, 0.1);
  EXPECT_CLOSE(skewed.forward(skewed.inputs), plain.forward(X), atol(1e-5));
}

TEST_F(NaturalGradientTest, MomentumAndGroupScaleTheSteps) {
  const auto model = fisher_model({}, random({40, 2}), random({40, 1}), kSeed);
  const auto before = flat(model);
  const auto optimizer =
      make(model.parameters(), {{"momentum", 0.5}, {"groups", {{{"match", "*.bias"}, {"lr_scale", 0.1}}}}});
  model.step(*optimizer, 1e-6);
  const auto first = flat(model) - before;
  model.step(*optimizer, 1e-6);
  EXPECT_CLOSE((flat(model) - before) / first, at::full_like(first, 2.5), rtol(1e-4));
  const auto whole = fisher_model({}, model.inputs, model.targets, kSeed);
  whole.step(*make(whole.parameters()), 1e-6);
  EXPECT_CLOSE(first / (flat(whole) - before), at::tensor({1.0, 1.0, 0.1}, at::kDouble), rtol(1e-6));
}

TEST_F(NaturalGradientTest, TheClipBoundsAStep) {
  // For squares ΔᵀFΔ is twice the mean square of what the outputs of a linear map move by.
  const auto model = fisher_model({}, random({40, 3}), 100 * random({40, 1}), kSeed);
  const auto before = model.forward(model.inputs).detach();
  model.step(*make(model.parameters(), {{"kl_clip", 1e-3}}), 0.7);
  const auto moved = (model.forward(model.inputs) - before).square().mean().item<double>();
  EXPECT_CLOSE(2 * moved, 1e-3, rtol(1e-6));
}

TEST_F(NaturalGradientTest, RefusesWhatIsTooLargeAndWhatCannotBe) {
  const auto model =
      fisher_model({2000}, at::zeros({300, 2000}, at::kDouble), at::zeros({300, 1}, at::kDouble), kSeed);
  const auto optimizer = make(model.parameters());
  EXPECT_THAT(mistake([&] { model.step(*optimizer, 1); }), HasSubstr("smaller batch or network, or kfac"));
  EXPECT_THAT(mistake([&] { make(model.parameters(), {{"damping", 0}}); }), HasSubstr("damping"));
}

}  // namespace
}  // namespace spinlab::training
