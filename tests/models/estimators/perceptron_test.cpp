#include "models/estimators/perceptron.h"

#include <ATen/ATen.h>

#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class PerceptronTest : public SpinlabTest {
 protected:
  struct Separable {
    at::Tensor X, y;
    /// (R/γ)² of (x, 1).
    double bound;
  };
  /// Rows at least `gap` away from a plane.
  static Separable separable(int64_t n, int64_t d, double gap) {
    auto normal = at::randn({d}, at::kDouble);
    normal /= normal.norm();
    auto X = at::randn({n, d}, at::kDouble);
    const auto side = X.mv(normal);
    X = X + at::outer(side.sign() * gap, normal);
    const auto extended = at::cat({X, at::ones({n, 1}, at::kDouble)}, 1);
    const auto margin = extended.narrow(1, 0, d).mv(normal).abs().min().item<double>();
    const auto radius = extended.norm(2, {1}).max().item<double>();
    return {X, side.gt(0).to(at::kLong), radius * radius / (margin * margin)};
  }
};

TEST_F(PerceptronTest, SeparatesWithinNovikoffsBound) {
  for (const double gap : {0.1, 0.5, 2.0}) {
    const auto data = separable(200, 4, gap);
    Perceptron model(2, 100'000, /*averaged=*/false);
    model.fit(data.X, data.y);
    EXPECT_TRUE(model.separated());
    EXPECT_GT(model.mistakes(), 0);
    EXPECT_LE(static_cast<double>(model.mistakes()), data.bound) << gap;
    EXPECT_TRUE(at::equal(model.predict(data.X), data.y));
  }
}

// The rule by tensors, all weights kept: class 1 is right where its score is the larger.
TEST_F(PerceptronTest, TheMeanIsOverTheWeightsAfterEachRow) {
  const auto X = at::randn({30, 3}, at::kDouble), y = at::randint(0, 2, {30}, at::kLong);
  const auto extended = at::cat({X, at::ones({30, 1}, at::kDouble)}, 1);
  auto w = at::zeros({4}, at::kDouble), sum = at::zeros({4}, at::kDouble);
  int64_t mistakes = 0;
  for (int epoch = 0; epoch < 4; ++epoch) {
    const auto order = at::randperm(30, make_generator(0, "perceptron", epoch));
    for (int64_t i = 0; i < 30; ++i) {
      const auto row = order[i].item<int64_t>();
      const auto sign = 2.0 * y[row].item<double>() - 1;
      if (sign * w.dot(extended[row]).item<double>() <= 0) {
        w = w + sign * extended[row];
        ++mistakes;
      }
      sum += w;
    }
  }
  Perceptron last(2, 4, false), mean(2, 4, true);
  last.fit(X, y);
  mean.fit(X, y);
  EXPECT_EQ(last.mistakes(), mistakes);
  EXPECT_FALSE(last.separated());
  EXPECT_CLOSE(last.weights().select(1, 1), w.narrow(0, 0, 3), rtol(1e-12));
  EXPECT_CLOSE(last.weights().select(1, 0), -w.narrow(0, 0, 3), rtol(1e-12));
  EXPECT_CLOSE(mean.weights().select(1, 1), sum.narrow(0, 0, 3) / 120, rtol(1e-10));
  EXPECT_CLOSE(mean.intercept()[1], sum[3] / 120, rtol(1e-10));
}

TEST_F(PerceptronTest, TellsSeveralClassesWhateverTheirNumbers) {
  const auto centres = at::tensor({0.0, 5.0, 5.0, 0.0, -5.0, -5.0}, at::kDouble).view({3, 2});
  const auto y = at::arange(90).remainder(3);
  const auto X = centres.index_select(0, y) + at::randn({90, 2}, at::kDouble);
  Perceptron model(3, 1000, true), more(5, 1000, true);
  model.fit(X, y);
  EXPECT_TRUE(at::equal(model.predict(X), y));
  more.fit(X, y + 2);
  EXPECT_TRUE(at::equal(more.predict(X), y + 2));
}

TEST_F(PerceptronTest, RefusesValuesAndClassesThatThereAreNot) {
  Perceptron model(2, 10, true);
  const auto X = at::randn({6, 2}, at::kDouble);
  EXPECT_THAT(mistake([&] { model.fit(X, X.select(1, 0)); }), testing::HasSubstr("needs classes"));
  EXPECT_THAT(mistake([&] { model.fit(X, at::arange(6)); }),
              testing::HasSubstr("a class is 5, but there are 2"));
}

}  // namespace
}  // namespace spinlab::models
