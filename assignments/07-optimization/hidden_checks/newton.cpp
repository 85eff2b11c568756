// Newton's method and natural gradients: other functions than in checks.cpp, other streams of the seed, the
// edges of each definition.
#include <cmath>

#include "assignments/07-optimization/calls.h"
#include "assignments/07-optimization/problems.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

/// x = A z turns the gradient into Aᵀg and the Hessian into AᵀHA: Newton's paths are images of each other.
TEST(Newton, DoesNotDependOnTheUnits) {
  const auto c = uniform({3}, 0.5, 2, "cosh");
  const auto gradient = [&](const Tensor& x) { return c * torch::sinh(x) - 0.3; };
  const auto hessian = [&](const Tensor& x) { return torch::diag(c * torch::cosh(x)); };
  const auto A = torch::diag(vector({10, 1, 0.1})).matmul(rotation(3, "turn"));
  const auto start = normal({3}, "newton units");
  const auto image = newton(gradient, hessian, start, 6);
  const auto path = newton([&](const Tensor& z) { return A.t().matmul(gradient(A.matmul(z))); },
                           [&](const Tensor& z) { return A.t().matmul(hessian(A.matmul(z))).matmul(A); },
                           A.t().matmul(torch::diag(vector({1e-2, 1, 1e2}))).matmul(start), 6);
  EXPECT_CLOSE(path.matmul(A.t()), image, atol(1e-8));
  EXPECT_CLOSE(image[6], torch::asinh(0.3 / c), atol(1e-9));
}

TEST(Newton, RefusesASaddle) {
  const auto gradient = constant(vector({1, 1}));
  const auto x0 = vector({0, 0});
  between_right_answers(
      [&] { EXPECT_CLOSE(newton(gradient, constant(2 * eye(2)), x0, 2)[2], vector({-1, -1}), atol(1e-13)); },
      [&] {
        EXPECT_THROW(newton(gradient, constant(torch::diag(vector({1, -1}))), x0, 1), StudentError);
        EXPECT_THROW(newton(gradient, constant(torch::diag(vector({1, 0}))), x0, 1), StudentError);
        EXPECT_THROW(newton(gradient, constant(eye(3)), x0, 1), StudentError);
        EXPECT_THROW(newton(gradient, constant(vector({2, 3})), x0, 1), StudentError);
        EXPECT_THROW(newton(gradient, constant(eye(2)), x0, -1), StudentError);
        EXPECT_THROW(newton(constant(vector({1})), constant(eye(2)), x0, 1), StudentError);
      });
}

/// At the maximum of the likelihood both components vanish.
TEST(GaussianGradient, VanishesAtTheSampleMoments) {
  const auto x = normal({25}, "moments") - 3;
  const auto best = torch::stack({x.mean(), x.std(/*unbiased=*/false).log()});
  EXPECT_CLOSE(gaussian_gradient(x, best), zeros({2}), atol(1e-12));
  EXPECT_CLOSE(gaussian_gradient(vector({1}), vector({0, 0})), vector({-1, 0}), atol(1e-14));
  // A mean far above the width, 10⁶ and 10⁻³: no difference of squares of the data keeps a digit of it.
  const auto far = 1e6 + 1e-3 * normal({25}, "far moments"), off = far - 1e6;
  const auto expected = torch::stack({-1e6 * off.mean(), 1 - 1e6 * off.square().mean()});
  EXPECT_CLOSE(gaussian_gradient(far, vector({1e6, std::log(1e-3)})), expected, rtol(1e-5) + atol(1e-5));
}

TEST(GaussianGradient, RefusesOtherShapesAndNoData) {
  const auto x = vector({1, 3}), theta = vector({2, 0});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(gaussian_gradient(x, theta), vector({0, 0}), atol(1e-14));
        EXPECT_CLOSE(gaussian_fisher(theta), torch::diag(vector({1, 2})), atol(1e-14));
      },
      [&] {
        EXPECT_THROW(gaussian_gradient(x.unsqueeze(1), theta), StudentError);
        EXPECT_THROW(gaussian_gradient(x, vector({1, 2, 3})), StudentError);
        EXPECT_THROW(gaussian_gradient(x.slice(0, 0, 0), theta), StudentError);
        EXPECT_THROW(gaussian_fisher(vector({1})), StudentError);
        EXPECT_THROW(gaussian_fisher(vector({1, 2, 3})), StudentError);
      });
}

/// In the expectations m = (E x, E x²) of a Gaussian, F⁻¹∇L = m − m̂ exactly (an exponential family): one step
/// of 1 is the maximum of the likelihood. F⁻¹ is the covariance of (x, x²).
TEST(NaturalGradient, SolvesAnExponentialFamilyInOneStep) {
  const auto x = 1 + 1.3 * normal({50}, "family");
  const auto best = torch::stack({x.mean(), x.square().mean()});
  const auto inverse_fisher = [](const Tensor& m) {
    const double mean = m[0].item<double>(), variance = m[1].item<double>() - mean * mean;
    const double mixed = 2 * mean * variance;
    return vector({variance, mixed, mixed, 2 * variance * variance + 4 * mean * mean * variance})
        .view({2, 2});
  };
  const auto fisher = [&](const Tensor& m) { return torch::linalg_inv(inverse_fisher(m)); };
  const auto gradient = [&](const Tensor& m) { return fisher(m).matmul(m - best); };
  const double mean = number(-1, 1, "first mean");
  const auto start = vector({mean, mean * mean + number(0.5, 3, "first variance")});
  const auto path = natural_gradient(gradient, fisher, start, {1.0, 0.0}, 1);
  EXPECT_CLOSE(path[1], best, atol(1e-9));
  const auto half = natural_gradient(gradient, fisher, start, {0.5, 0.0}, 1);
  EXPECT_CLOSE(half[1], (start + best) / 2, atol(1e-9));
}

/// F changes from point to point, and its diagonal is not 1. Expected: the definition, by the inverse.
TEST(NaturalGradient, TakesTheFisherMatrixOfEachPoint) {
  const auto gradient = bumpy_gradient(3, "moving");
  const auto fisher = [](const Tensor& theta) {
    return torch::diag(vector({2, 5, 9}) + theta.square()) + 0.5 * torch::ones({3, 3}, torch::kFloat64);
  };
  auto theta = normal({3}, "moving start");
  const auto path = natural_gradient(gradient, fisher, theta, {0.4, 0.3}, 5);
  for (int t = 1; t <= 5; ++t) {
    theta = theta - 0.4 * torch::linalg_inv(fisher(theta) + 0.3 * eye(3)).matmul(gradient(theta));
    EXPECT_CLOSE(path[t], theta, atol(1e-10)) << "after " << t << " steps";
  }
}

/// Damping makes a singular F regular. Expected: Sherman and Morrison.
TEST(NaturalGradient, DampingMakesASingularMatrixRegular) {
  const auto g = normal({3}, "damped"), start = normal({3}, "damped start");
  const auto singular = constant(torch::ones({3, 3}, torch::kFloat64));
  const auto path = natural_gradient(constant(g), singular, start, {2.0, 0.5}, 1);
  EXPECT_CLOSE(path[1], start - 2 * (g - g.sum() / 3.5) / 0.5, atol(1e-11));
}

TEST(NaturalGradient, RefusesWhatIsOutOfRange) {
  const auto g = vector({1, 2, 3}), start = vector({0, 0, 0});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(natural_gradient(constant(g), constant(2 * eye(3)), start, {1.0, 0.0}, 1)[1], -g / 2,
                     atol(1e-14));
      },
      [&] {
        EXPECT_THROW(natural_gradient(constant(g), constant(-eye(3)), start, {1.0, 0.0}, 1), StudentError);
        EXPECT_THROW(natural_gradient(constant(g), constant(eye(3)), start, {0.0, 0.0}, 1), StudentError);
        EXPECT_THROW(natural_gradient(constant(g), constant(eye(3)), start, {1.0, -0.1}, 1), StudentError);
        EXPECT_THROW(natural_gradient(constant(g), constant(eye(2)), start, {1.0, 0.0}, 1), StudentError);
        EXPECT_THROW(natural_gradient(constant(vector({1})), constant(eye(3)), start, {1.0, 0.0}, 1),
                     StudentError);
      });
}

}  // namespace
