// Conjugate gradients: other functions than in checks.cpp, other streams of the seed, the edges of each
// definition.
#include <cmath>
#include <vector>

#include "assignments/07-optimization/calls.h"
#include "assignments/07-optimization/problems.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

/// x_k minimises ½ xᵀA x − bᵀx over x_0 + span(r_0, A r_0, …, A^{k−1} r_0). [Nocedal and Wright, theorem 5.2]
TEST(ConjugateGradients, MinimiseOverTheKrylovSpace) {
  const auto quadratic = with_spectrum(torch::linspace(1, 20, 9, torch::kFloat64), "krylov");
  const auto b = normal({9}, "krylov b"), x0 = normal({9}, "krylov start");
  const auto product = [&](const Tensor& x) { return quadratic.H.matmul(x); };
  const auto path = conjugate_gradients(product, b, x0, {1e-9, 20});
  ASSERT_GE(path.size(0), 6);
  std::vector<Tensor> krylov{b - product(x0)};
  for (int k = 1; k <= 5; ++k) {
    const auto Q = std::get<0>(torch::linalg_qr(torch::stack(krylov, 1)));
    const auto projected = Q.t().matmul(quadratic.H).matmul(Q);
    const auto best = x0 + Q.matmul(torch::linalg_solve(projected, Q.t().matmul(krylov[0])));
    EXPECT_CLOSE(path[k], best, atol(1e-8)) << "after " << k << " steps";
    krylov.push_back(product(krylov.back()));
  }
}

/// ‖e_k‖_A ≤ 2 ((√κ−1)/(√κ+1))^k ‖e_0‖_A. [Nocedal and Wright, eq. 5.36] The number of steps to a tolerance
/// does not grow with the dimension, and products are what is counted.
TEST(ConjugateGradients, ConvergeAtTheRateOfTheRoot) {
  const auto lambda = torch::linspace(1, 100, 400, torch::kFloat64);
  const auto b = normal({400}, "large b");
  Watch watch;
  const auto path = conjugate_gradients(watch.on(Map([&](const Tensor& x) { return lambda * x; })), b,
                                        zeros({400}), {1e-8, 120});
  const auto energy = (lambda * (path - b / lambda).square()).sum(1).sqrt();
  for (int64_t k = 0; k < path.size(0); ++k) {
    const double bound = 2 * std::pow(9.0 / 11, k) * energy[0].item<double>();
    ASSERT_LE(energy[k].item<double>(), bound * (1 + 1e-9)) << "after " << k << " steps";
  }
  EXPECT_CLOSE(lambda * path[-1], b, atol(1e-6));
  EXPECT_EQ(watch.calls(), path.size(0));
}

/// ‖b − A x_k‖ falls below the tolerance at the last point and at none before, whatever the unit of b and
/// however far x0 lies.
TEST(ConjugateGradients, EndAtTheFirstSmallResidual) {
  const auto lambda = torch::linspace(1, 100, 200, torch::kFloat64);
  const auto product = [&](const Tensor& x) { return lambda * x; };
  for (const double unit : {1e-6, 1.0, 1e6})
    for (const double distance : {0.0, 1000.0}) {
      const auto b = unit * normal({200}, "unit b"), x0 = unit * distance * normal({200}, "far start");
      const auto path = conjugate_gradients(product, b, x0, {1e-3, 400});
      const auto residuals = torch::linalg_vector_norm(b - lambda * path, 2, 1) / b.norm();
      EXPECT_LE(residuals[-1].item<double>(), 1e-3 * (1 + 1e-6))
          << "unit " << unit << ", distance " << distance;
      EXPECT_TRUE((residuals.slice(0, 0, -1) > 1e-3 * (1 - 1e-6)).all().item<bool>())
          << "unit " << unit << ", distance " << distance;
    }
}

TEST(ConjugateGradients, TheEdgesOfTheDefinition) {
  const auto scaled = [](const Tensor& x) { return vector({1, 2, 5}) * x; };
  const auto b = vector({1, 1, 1});
  EXPECT_CLOSE(conjugate_gradients(scaled, vector({1, 2, 5}), b, {1e-9, 5}), b.unsqueeze(0), atol(0.0));
  EXPECT_CLOSE(conjugate_gradients(scaled, zeros({3}), zeros({3}), {1e-9, 5}), zeros({1, 3}), atol(0.0));
  const auto path = conjugate_gradients(scaled, b, zeros({3}), {1e-9, 5});
  EXPECT_CLOSE(path[-1], b / vector({1, 2, 5}), atol(1e-8)) << "elsewhere it takes steps";
}

TEST(ConjugateGradients, RefusesWhatIsOutOfRange) {
  const auto indefinite = [](const Tensor& x) { return vector({1, 1, -1}) * x; };
  const auto scaled = [](const Tensor& x) { return vector({1, 2, 5}) * x; };
  const auto b = vector({1, 1, 1});
  between_right_answers(
      [&] {
        const auto path = conjugate_gradients(scaled, b, zeros({3}), {1e-9, 9});
        EXPECT_CLOSE(path[-1], b / vector({1, 2, 5}), atol(1e-8));
      },
      [&] {
        EXPECT_THROW(conjugate_gradients(indefinite, vector({0.1, 0.1, 1}), zeros({3}), {1e-9, 9}),
                     StudentError);
        EXPECT_THROW(conjugate_gradients(scaled, b, zeros({3}), {1e-9, 2}), StudentError);
        EXPECT_THROW(conjugate_gradients(scaled, b, zeros({2}), {1e-9, 9}), StudentError);
        EXPECT_THROW(conjugate_gradients(scaled, b, zeros({3}), {0.0, 9}), StudentError);
        EXPECT_THROW(conjugate_gradients(constant(vector({1, 2})), b, zeros({3}), {1e-9, 9}), StudentError);
      });
}

}  // namespace
