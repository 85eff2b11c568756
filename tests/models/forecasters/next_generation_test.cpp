#include "models/forecasters/next_generation.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/core/seed.h"
#include "tests/support/mistake.h"

namespace spinlab::models {
namespace {

/// Euler's steps of Lorenz's system: u(t+1) - u(t) is exactly a quadratic polynomial of u(t).
at::Tensor euler_paths(int64_t n, int64_t steps, double h) {
  auto u =
      at::randn({n, 3}, make_generator(7, "euler"), at::kDouble) + at::tensor({1.0, 1.0, 20.0}, at::kDouble);
  std::vector<at::Tensor> all{u};
  for (int64_t t = 1; t < steps; ++t) {
    const auto x = u.select(1, 0), y = u.select(1, 1), z = u.select(1, 2);
    u = u + h * at::stack({10 * (y - x), x * (28 - z) - y, x * y - 8.0 / 3 * z}, 1);
    all.push_back(u);
  }
  return at::stack(all, 1);
}

TEST(NextGeneration, MonomialsComeOnceEachInTheirOrder) {
  const NextGeneration model({.delays = 1, .degree = 3});
  const auto u = at::tensor({2.0, 3.0}, at::kDouble).unsqueeze(0);
  const auto expected = at::tensor({2.0, 3.0, 4.0, 6.0, 9.0, 8.0, 12.0, 18.0, 27.0}, at::kDouble);
  EXPECT_TRUE(at::equal(model.monomials(u)[0], expected));
  const NextGeneration six({.delays = 2, .degree = 2});
  EXPECT_EQ(six.monomials(at::ones({1, 6}, at::kDouble)).size(1), 6 + 21);  // Gauthier et al., d = 3, k = 2
}

/// dx = hσ(y - x), dy = h(ρx - xz - y), dz = h(xy - βz).
TEST(NextGeneration, LearnsAnEulerStepOfLorenzExactly) {
  const double h = 0.01;
  const auto paths = euler_paths(4, 500, h);
  NextGeneration model({.delays = 1, .degree = 2, .penalty = 0});
  model.fit(paths);
  auto exact = at::zeros({9, 3}, at::kDouble);  // x y z xx xy xz yy yz zz
  exact[0][0] = -10 * h, exact[1][0] = 10 * h;
  exact[0][1] = 28 * h, exact[1][1] = -h, exact[5][1] = -h;
  exact[2][2] = -8.0 / 3 * h, exact[4][2] = h;
  EXPECT_LT((model.weights() - exact).abs().max().item<double>(), 1e-9);
  EXPECT_LT(model.intercept().abs().max().item<double>(), 1e-9);
  const auto heard = paths.slice(1, 0, 300);
  EXPECT_LT((model.forecast(heard, 150) - paths.slice(1, 300, 450)).abs().max().item<double>(), 1e-4);
  EXPECT_LT((model.next(heard) - paths.slice(1, 1, 301)).abs().max().item<double>(), 1e-10);
}

/// u(t+1) = u(t) + u(t - 4) / 10 needs the second delay, four steps back.
TEST(NextGeneration, DelaysAreAStrideApart) {
  auto series = at::empty({60}, at::kDouble);
  series.slice(0, 0, 5).copy_(at::tensor({0.1, -0.4, 0.2, 0.5, -0.3}, at::kDouble));
  for (int64_t t = 5; t < 60; ++t) series[t] = series[t - 1] + series[t - 5] / 10;
  const auto path = series.view({1, 60, 1});
  NextGeneration model({.delays = 2, .stride = 4, .degree = 1, .penalty = 0});
  EXPECT_EQ(model.memory(), 5);
  model.fit(path);
  EXPECT_LT((model.weights().flatten() - at::tensor({0.0, 0.1}, at::kDouble)).abs().max().item<double>(),
            1e-9);
  EXPECT_LT((model.forecast(path.slice(1, 0, 30), 30) - path.slice(1, 30)).abs().max().item<double>(), 1e-7);
}

TEST(NextGeneration, AForecastThatGrowsBeyondAllBoundsIsNotRepaired) {
  NextGeneration model({.delays = 1, .degree = 2, .penalty = 0});
  model.fit(euler_paths(4, 500, 0.01));
  const auto far = at::full({1, 1, 3}, 1e6, at::kDouble);
  EXPECT_THAT(mistake([&] { require_bounded(model.forecast(far, 100)); }), testing::HasSubstr("not finite"));
}

TEST(NextGeneration, RefusesMoreMonomialsThanCanBe) {
  NextGeneration model({.delays = 20, .degree = 4});
  EXPECT_THAT(mistake([&] { model.fit(euler_paths(1, 100, 0.01)); }), testing::HasSubstr("monomials"));
}

TEST(NextGeneration, ACheckpointOfOtherDelaysIsRefused) {
  NextGeneration model({.delays = 1}), other({.delays = 3});
  model.fit(euler_paths(2, 300, 0.01));
  EXPECT_THAT(mistake([&] { other.load_state(model.state()); }), testing::HasSubstr("3 delays"));
}

}  // namespace
}  // namespace spinlab::models
