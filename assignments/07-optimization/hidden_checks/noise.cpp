// Stochastic gradient descent and the state in which it ends: other functions than in checks.cpp, other
// streams of the seed, the edges of each definition.
#include <vector>

#include "assignments/07-optimization/calls.h"
#include "assignments/07-optimization/problems.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

/// Points a_i, losses ½ Σ λ_j (x_j − a_ij)², batches of 2 drawn with replacement: the gradient's variance is
/// λ_j² s_j²/2, so x_j has the variance η λ_j s_j² / (2 (2 − η λ_j)). Its ratio to that, averaged over 24
/// coordinates and 1450 steps, has the standard deviation 0.0155 (measured with 400 seeds): 0.1 is 6 of them,
/// 2e-9. Without replacement the ratio is 0.691 ± 0.006. A larger step forgets faster, so that fewer will do.
TEST(Sgd, EndsInTheStationaryVariance) {
  const auto a = normal({20, 24}, "points");
  const auto lambda = torch::linspace(0.5, 1.5, 24, torch::kFloat64);
  const auto gradient = [&](const Tensor& x, const Tensor& indices) {
    return lambda * (x - a.index({indices}).mean(0));
  };
  const double step = 0.4;
  const auto path = sgd(gradient, a.mean(0), {20, 2, step, 150, true, seed("sgd")});
  ASSERT_EQ(path.sizes(), at::IntArrayRef({1501, 24}));
  const auto measured = (path.slice(0, 51) - a.mean(0)).square().mean(0);
  const auto expected = step * lambda * a.var(0, /*unbiased=*/false) / (2 * (2 - step * lambda));
  EXPECT_CLOSE((measured / expected).mean().item<double>(), 1.0, atol(0.1));
}

/// Two runs agree by chance with the probability 1/20! = 4e-19.
TEST(Sgd, TheSeedDecides) {
  const auto a = normal({20, 3}, "seeded points");
  const auto gradient = [&](const Tensor& x, const Tensor& indices) {
    return x - a.index({indices}).mean(0);
  };
  const auto x0 = zeros({3});
  const auto path = sgd(gradient, x0, {20, 1, 0.2, 2, false, 5});
  EXPECT_TRUE(path.equal(sgd(gradient, x0, {20, 1, 0.2, 2, false, 5})));
  EXPECT_FALSE(path.equal(sgd(gradient, x0, {20, 1, 0.2, 2, false, 6})));
  const auto drawn = sgd(gradient, x0, {20, 1, 0.2, 2, true, 5});
  EXPECT_TRUE(drawn.equal(sgd(gradient, x0, {20, 1, 0.2, 2, true, 5})));
  EXPECT_FALSE(drawn.equal(sgd(gradient, x0, {20, 1, 0.2, 2, true, 6})));
}

/// The last batch is a batch like the others: its gradient is a mean already.
TEST(Sgd, TheEdgesOfTheDefinition) {
  std::vector<int64_t> sizes;
  const auto gradient = [&](const Tensor& x, const Tensor& indices) {
    sizes.push_back(indices.numel());
    return torch::ones_like(x);
  };
  const auto x0 = vector({1, 2});
  EXPECT_CLOSE(sgd(gradient, x0, {4, 2, 0.1, 0, false, 1}), x0.unsqueeze(0), atol(0.0));
  const auto drawn = sgd(gradient, x0, {7, 3, 0.1, 1, true, 1});
  EXPECT_EQ(sizes, std::vector<int64_t>({3, 3, 3}));
  sizes.clear();
  const auto cut = sgd(gradient, x0, {7, 3, 0.1, 1, false, 1});
  EXPECT_EQ(sizes, std::vector<int64_t>({3, 3, 1}));
  for (const auto& path : {drawn, cut})
    EXPECT_CLOSE(path, x0 - 0.1 * torch::arange(4, torch::kFloat64).unsqueeze(1), atol(1e-13));
}

TEST(Sgd, RefusesWhatIsOutOfRange) {
  const auto gradient = [](const Tensor& x, const Tensor&) { return torch::ones_like(x); };
  const auto x0 = vector({1, 2});
  between_right_answers(
      [&] { EXPECT_CLOSE(sgd(gradient, x0, {4, 4, 0.5, 1, false, 1})[1], vector({0.5, 1.5}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(sgd(gradient, x0, {4, 5, 0.1, 1, false, 1}), StudentError);
        EXPECT_THROW(sgd(gradient, x0, {4, 0, 0.1, 1, false, 1}), StudentError);
        EXPECT_THROW(sgd(gradient, x0, {4, 2, 0.0, 1, false, 1}), StudentError);
        EXPECT_THROW(sgd(gradient, x0, {4, 2, 0.1, -1, false, 1}), StudentError);
        const auto one = [](const Tensor&, const Tensor&) { return vector({1}); };
        EXPECT_THROW(sgd(one, x0, {4, 2, 0.1, 1, false, 1}), StudentError);
      });
}

/// 10000 walkers descend, here, with noise that mixes the eigenvectors. After 25 steps the start is forgotten
/// to 0.7⁵⁰ = 2e-8. An element of their covariance has a standard deviation of at most √2 √(C_ii C_jj)/100:
/// the tolerance is 6 of these, 2e-9 for one element and 1e-8 for the six.
TEST(StationaryCovariance, IsWhereNoisyDescentEnds) {
  const auto quadratic = with_spectrum(vector({0.5, 1.0, 2.4}), "walkers");
  const auto root = normal({3, 3}, "walkers noise") + eye(3);
  const auto generator = make_generator(check_seed(), "walkers steps");
  auto end = zeros({10000, 3});
  for (int step = 0; step < 25; ++step) {
    const auto noise = torch::randn({10000, 3}, generator, torch::kFloat64).matmul(root.t());
    end = end - 0.6 * (end.matmul(quadratic.H) + noise);
  }
  const auto measured = end.t().matmul(end) / 10000;
  const auto C = stationary_covariance(quadratic.H, root.matmul(root.t()), 0.6);
  ASSERT_EQ(C.sizes(), at::IntArrayRef({3, 3}));
  const auto scale = torch::outer(measured.diagonal(), measured.diagonal()).sqrt();
  EXPECT_CLOSE((C - measured) / scale, zeros({3, 3}), atol(0.085));
}

TEST(StationaryCovariance, RefusesWhatIsNotStationary) {
  const auto H = torch::diag(vector({1, 4}));
  const double step = number(0.1, 0.45, "stationary step");
  between_right_answers(
      [&] {
        const auto C = stationary_covariance(H, eye(2), step);
        EXPECT_CLOSE(C.diagonal(), step / (vector({2, 8}) - step * vector({1, 16})), rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(stationary_covariance(H, eye(2), 0.5), StudentError);
        EXPECT_THROW(stationary_covariance(H, eye(2), 0.0), StudentError);
        EXPECT_THROW(stationary_covariance(torch::diag(vector({1, -1})), eye(2), 0.1), StudentError);
        EXPECT_THROW(stationary_covariance(torch::diag(vector({1, 0})), eye(2), 0.1), StudentError);
        EXPECT_THROW(stationary_covariance(H, eye(3), 0.1), StudentError);
        EXPECT_THROW(stationary_covariance(H[0], eye(2), 0.1), StudentError);
      });
}

}  // namespace
