#include "experiments/in-context-regression/prompts.h"

#include <ATen/ATen.h>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kDimension = 3;
constexpr double kNoise = 0.4;

class PromptsTest : public SpinlabTest {};

// Solved anew from all examples before each place.
TEST_F(PromptsTest, RidgeIsThePosteriorMeanAtEachPlace) {
  const auto prompts = draw_prompts(4, 6, kDimension, kNoise, make_generator(1, "prompts"));
  const auto predictions = ridge_predictions(prompts, kNoise);
  for (int64_t n = 0; n < 4; ++n) {
    for (int64_t k = 0; k < 6; ++k) {
      const auto X = prompts.X[n].narrow(0, 0, k), y = prompts.Y[n].narrow(0, 0, k);
      const auto w =
          at::linalg_solve(X.t().mm(X) + kNoise * kNoise * at::eye(kDimension, at::kDouble), X.t().mv(y));
      EXPECT_CLOSE(predictions[n][k].item<double>(), prompts.X[n][k].dot(w).item<double>(), atol(1e-12)) << k;
    }
  }
}

// One step of gradient descent of length η from 0 has the mean squared error d - 2 η k d + η² k d (k + d + 1
// + σ²), in the best case d (1 - k/(k + d + 1 + σ²)): 200,000 prompts, six standard errors.
TEST_F(PromptsTest, AStepOfGradientDescentErrsAsTheFormulaSays) {
  constexpr int64_t kPrompts = 200'000, kExamples = 8;
  const auto prompts = draw_prompts(kPrompts, kExamples + 1, kDimension, kNoise, make_generator(2, "step"));
  const auto X = prompts.X.narrow(1, 0, kExamples), Y = prompts.Y.narrow(1, 0, kExamples);
  const auto w = Y.unsqueeze(1).matmul(X).squeeze(1);
  for (const double eta : {0.05, 1 / (kExamples + kDimension + 1 + kNoise * kNoise)}) {
    const auto said = eta * (w * prompts.X.select(1, kExamples)).sum(1);
    const auto squared = (said - prompts.f.select(1, kExamples)).square();
    const double k = kExamples, d = kDimension,
                 expected = d - 2 * eta * k * d + eta * eta * k * d * (k + d + 1 + kNoise * kNoise);
    EXPECT_CLOSE(squared.mean().item<double>(), expected,
                 atol(6 * squared.std().item<double>() / std::sqrt(kPrompts)));
  }
}

}  // namespace
}  // namespace spinlab::experiments
