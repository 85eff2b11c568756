// The line search and BFGS: other functions than in checks.cpp, other streams of the seed, the edges of each
// definition.
#include <cmath>
#include <functional>
#include <vector>

#include "assignments/07-optimization/calls.h"
#include "assignments/07-optimization/problems.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

/// −ln(4 − x) − x has a pole at 4 and its minimum at 3. In the direction 8 the first trials fall on NaN and
/// on the pole and must be cut back, not taken. Nor is a value that is not finite low, were it minus
/// infinity.
TEST(WolfeSearch, TurnsBackFromAPole) {
  const auto value = [](const Tensor& x) { return -torch::log(4 - x).item<double>() - x.item<double>(); };
  const auto gradient = [](const Tensor& x) { return 1 / (4 - x) - 1; };
  const optimization::Point from{vector({0}), -std::log(4.0), vector({-0.75})};
  const auto end = wolfe_search(value, gradient, from, vector({8}));
  EXPECT_LT(end.x.item<double>(), 4);
  EXPECT_LT(end.value, from.value);
  const auto abyss = [](const Tensor& x) {
    const double at = x.item<double>();
    return at > 0.5 ? -HUGE_VAL : (at - 0.3) * (at - 0.3) / 2;
  };
  const auto slope = [](const Tensor& x) { return x - 0.3; };
  const auto before = wolfe_search(abyss, slope, {vector({0}), 0.045, vector({-0.3})}, vector({1}));
  EXPECT_CLOSE(before.x, vector({0.5}), atol(1e-14));
}

/// Where it looks, from x = 0 in the direction 1.
std::vector<double> trials(const std::function<double(double)>& f,
                           const std::function<double(double)>& slope) {
  Watch watch;
  const auto value = watch.on(Scalar([&](const Tensor& x) { return f(x.item<double>()); }));
  const auto gradient = [&](const Tensor& x) { return vector({slope(x.item<double>())}); };
  wolfe_search(value, gradient, {vector({0}), f(0), vector({slope(0)})}, vector({1}));
  std::vector<double> all;
  for (int64_t i = 0; i < watch.calls(); ++i) all.push_back(watch.points()[i].item<double>());
  return all;
}

/// ½(α − m)² meets the conditions for m/10 ≤ α ≤ 2m(1 − 10⁻⁴), however steeply it rises there; −α + e^{K(α − a)} falls steeply up to a wall.
/// The last one is lower than the start at 1024, but not by 10⁻⁴ · 1024.
TEST(WolfeSearch, TriesByDoublingAndBisection) {
  const auto parabola = [](double m) {
    return trials([m](double x) { return 0.5 * (x - m) * (x - m); }, [m](double x) { return x - m; });
  };
  const auto wall = [](double K, double a) {
    return trials([=](double x) { return -x + std::exp(K * (x - a)); },
                  [=](double x) { return -1 + K * std::exp(K * (x - a)); });
  };
  EXPECT_EQ(parabola(0.55), std::vector<double>({1}));
  EXPECT_EQ(parabola(0.51), std::vector<double>({1}));
  EXPECT_EQ(parabola(25), std::vector<double>({1, 2, 4}));
  EXPECT_EQ(parabola(0.01), std::vector<double>({1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625}));
  EXPECT_EQ(wall(30, 2.7), std::vector<double>({1, 2, 4, 3, 2.5, 2.75, 2.625}));
  EXPECT_EQ(wall(0.05, 1024 - 20 * std::log(1023.95)),
            std::vector<double>({1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 768, 896, 960}));
}

TEST(WolfeSearch, RefusesToClimbAndGivesUp) {
  const auto value = Scalar([](const Tensor& x) { return 0.5 * (x - 1).square().item<double>(); });
  const auto gradient = [](const Tensor& x) { return x - 1; };
  const optimization::Point from{vector({0}), 0.5, vector({-1})};
  Watch watch;
  between_right_answers(
      [&] { EXPECT_CLOSE(wolfe_search(value, gradient, from, vector({1})).x, vector({1}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(wolfe_search(value, gradient, from, vector({-1})), StudentError);
        EXPECT_THROW(wolfe_search(value, gradient, from, vector({0})), StudentError);
        const auto falling = watch.on(Scalar([](const Tensor& x) { return -x.item<double>(); }));
        EXPECT_THROW(
            wolfe_search(falling, constant(vector({-1})), {vector({0}), 0, vector({-1})}, vector({1})),
            StudentError);
        EXPECT_EQ(watch.calls(), 60);
      });
}

TEST(BfgsUpdate, KeepsTheMatrixWhereTheCurvatureIsNotPositive) {
  const auto H = with_spectrum(uniform({3}, 0.5, 2, "kept spectrum"), "kept").H;
  const auto s = normal({3}, "kept s");
  EXPECT_CLOSE(bfgs_update(H, s, -s), H, atol(0.0));
  EXPECT_CLOSE(bfgs_update(H, s, zeros({3})), H, atol(0.0));
  EXPECT_CLOSE(bfgs_update(H, s, 2 * s).matmul(s), s / 2, atol(1e-12));
}

/// The curvatures are so near 1 that each search takes its first trial: x_{k+1} = x_k − H_k g_k. Expected:
/// the update in its other form, H + (1 + yᵀHy/yᵀs) ssᵀ/yᵀs − (H y sᵀ + s yᵀ H)/yᵀs.
TEST(Bfgs, TakesTheStepsOfTheDefinition) {
  const auto quadratic = with_spectrum(vector({0.7, 0.9, 1.2, 1.4}), "first steps");
  const auto gradient = quadratic.gradient();
  auto x = quadratic.minimum + normal({4}, "first steps start");
  const auto path = bfgs(quadratic.value(), gradient, x, {1e-9, 100});
  ASSERT_GE(path.size(0), 4);
  auto H = eye(4);
  for (int k = 0; k < 3; ++k) {
    const auto next = x - H.matmul(gradient(x));
    EXPECT_CLOSE(path[k + 1], next, atol(1e-10)) << "after " << k + 1 << " steps";
    const auto s = next - x, y = gradient(next) - gradient(x);
    if (k == 0) H = H * (y.dot(s) / y.dot(y));
    const auto Hy = H.matmul(y), ys = y.dot(s);
    H = H + (1 + y.dot(Hy) / ys) * torch::outer(s, s) / ys - (torch::outer(Hy, s) + torch::outer(s, Hy)) / ys;
    x = next;
  }
}

/// The first point whose largest component meets the tolerance is the last, whatever the length of the
/// gradient.
TEST(Bfgs, EndsByTheLargestComponent) {
  const auto quadratic =
      with_spectrum(uniform({8}, 0.3, 3, "largest component spectrum"), "largest component");
  const auto gradient = quadratic.gradient();
  const auto start = quadratic.minimum + normal({8}, "largest component start");
  const auto path = bfgs(quadratic.value(), gradient, start, {1e-9, 100});
  ASSERT_GE(path.size(0), 5);
  const auto largest = [&](int64_t k) { return gradient(path[k]).abs().max().item<double>(); };
  for (const int64_t k : {1, 2, 3, 4}) {
    const double tolerance = 1.001 * largest(k);
    int64_t end = 0;
    while (largest(end) > tolerance) ++end;
    const auto shorter = bfgs(quadratic.value(), gradient, start, {tolerance, 100});
    EXPECT_CLOSE(shorter, path.slice(0, 0, end + 1), atol(1e-9));
  }
}

/// Ten unknowns at condition number 10⁴, where heavy ball with its best coefficients needs 1000 gradients.
TEST(Bfgs, NeedsFewGradientsOnAnIllConditionedQuadratic) {
  const auto spectrum = torch::logspace(-2, 2, 10, 10.0, torch::kFloat64);
  const auto quadratic = with_spectrum(spectrum, "ill-conditioned");
  Watch gradients;
  const auto path = bfgs(quadratic.value(), gradients.on(quadratic.gradient()),
                         quadratic.minimum + normal({10}, "ill-conditioned start"), {1e-7, 200});
  EXPECT_CLOSE(path[-1], quadratic.minimum, atol(1e-4));
  EXPECT_LE(gradients.calls(), 100);
}

TEST(Bfgs, TakesNoStepAtTheMinimum) {
  const auto valley = rosenbrock("edges valley");
  Watch values, gradients;
  const auto done =
      bfgs(values.on(valley.value()), gradients.on(valley.gradient()), valley.minimum(), {1e-8, 0});
  EXPECT_CLOSE(done, valley.minimum().unsqueeze(0), atol(0.0));
  EXPECT_LE(values.calls(), 1);
  EXPECT_EQ(gradients.calls(), 1);
}

TEST(Bfgs, RefusesWhatIsOutOfRange) {
  const auto valley = rosenbrock("refused valley");
  const auto value = valley.value();
  const auto gradient = valley.gradient();
  const auto start = vector({-1, 1});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(bfgs(value, gradient, start, {1e-8, 200})[-1], valley.minimum(), atol(1e-6));
        EXPECT_CLOSE(bfgs_update(eye(1), vector({2}), vector({4})), vector({0.5}).view({1, 1}), atol(1e-14));
      },
      [&] {
        EXPECT_THROW(bfgs(value, gradient, start, {1e-8, 3}), StudentError);
        EXPECT_THROW(bfgs(value, gradient, start, {0.0, 99}), StudentError);
        EXPECT_THROW(bfgs(value, gradient, start.unsqueeze(1), {1e-8, 99}), StudentError);
        EXPECT_THROW(bfgs(value, constant(vector({1})), start, {1e-8, 99}), StudentError);
        EXPECT_THROW(bfgs_update(eye(3), vector({1, 2, 3}), vector({1})), StudentError);
        EXPECT_THROW(bfgs_update(eye(3), vector({1, 2}), vector({1, 2})), StudentError);
      });
}

}  // namespace
