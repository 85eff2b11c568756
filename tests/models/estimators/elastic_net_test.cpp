#include "models/estimators/elastic_net.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class ElasticNetTest : public SpinlabTest {
 protected:
  /// By how much the optimality conditions of w and b are missed, from the rows alone.
  static double violation(const at::Tensor& X, const at::Tensor& y, const at::Tensor& w, double b,
                          double penalty, double ratio) {
    const auto r = y - X.mv(w) - b;
    const auto slope = X.t().mv(r) / static_cast<double>(X.size(0)) - penalty * (1 - ratio) * w;
    const auto l1 = penalty * ratio;
    const auto missed = at::where(w != 0, (slope - l1 * w.sign()).abs(), (slope.abs() - l1).relu());
    return std::max(missed.max().item<double>(), r.mean().abs().item<double>());
  }

  static at::Tensor column(const at::Tensor& w) { return w.squeeze(1); }
};

TEST_F(ElasticNetTest, MeetsItsOptimalityConditions) {
  const auto common = at::randn({80, 1}, at::kDouble);
  for (const double shared : {0.0, 5.0}) {
    const auto X = at::randn({80, 12}, at::kDouble) + shared * common + 3;
    const auto y = X.mv(at::arange(12, at::kDouble) - 5) + at::randn({80}, at::kDouble) - 7;
    for (const double ratio : {1.0, 0.5, 0.01}) {
      for (const double penalty : {1e-3, 0.1, 2.0}) {
        ElasticNet model(penalty, {.l1_ratio = ratio, .tolerance = 1e-13});
        model.fit(X, y);
        const auto missed =
            violation(X, y, column(model.weights()), model.intercept().item<double>(), penalty, ratio);
        EXPECT_LT(missed, 2e-5) << "shared " << shared << ", ratio " << ratio << ", penalty " << penalty;
      }
    }
  }
}

// Wider than the limit up to which all moments are made: working sets, of which most columns are in none.
TEST_F(ElasticNetTest, WideProblemsGoByWorkingSets) {
  const auto X = at::randn({60, 5000}, at::kDouble);
  const auto y = X.slice(1, 0, 5000, 1000).sum(1) + 0.1 * at::randn({60}, at::kDouble);
  const ElasticNetOptions options{.l1_ratio = 0.9};
  const auto largest = largest_penalty(X, y, options);
  const auto path = elastic_net_path(X, y, largest * at::tensor({0.5, 0.2, 0.05}, at::kDouble), options);
  const auto scale = 0.5 * (y - y.mean()).square().mean().item<double>();
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_LE(path.gaps[i].item<double>(), 1e-8 * scale);
    EXPECT_LT(path.weights[i].count_nonzero().item<int64_t>(), 120);
  }
  for (const int64_t j : {0, 1000, 2000, 3000, 4000}) EXPECT_GT(path.weights[2][j].item<double>(), 0.5);
}

TEST_F(ElasticNetTest, FromTheLargestPenaltyOnNothingIsLeft) {
  const auto X = at::randn({50, 8}, at::kDouble) - 2, y = X.select(1, 3) + at::randn({50}, at::kDouble);
  const ElasticNetOptions options{.l1_ratio = 0.7};
  const auto largest = largest_penalty(X, y, options);
  const auto path = elastic_net_path(X, y, largest * at::tensor({1.0001, 0.999}, at::kDouble), options);
  EXPECT_EQ(path.weights[0].count_nonzero().item<int64_t>(), 0);
  EXPECT_CLOSE(path.intercepts[0], y.mean(), rtol(1e-12));
  EXPECT_EQ(path.weights[1].count_nonzero().item<int64_t>(), 1);
}

/// The gap by its definition [Massias, Gramfort and Salmon, ICML 2018, eqs. 3 to 5], from the rows, one by
/// one.
double gap_of_rows(const at::Tensor& X, const at::Tensor& y, const at::Tensor& w, double penalty) {
  const auto n = static_cast<double>(X.size(0));
  const auto Xc = X - X.mean(0), yc = y - y.mean();
  const auto r = yc - Xc.mv(w);
  const auto theta = r * std::min(1.0, penalty / (Xc.t().mv(r) / n).abs().max().item<double>());
  return (0.5 * r.square().mean() + penalty * w.abs().sum() - 0.5 * yc.square().mean() +
          0.5 * (yc - theta).square().mean())
      .item<double>();
}

TEST_F(ElasticNetTest, TheGapIsThatOfTheRowsAndHoldsOnAWholePath) {
  const auto X = at::randn({3000, 40}, at::kDouble) + 1e4,
             y = X.slice(1, 0, 5).sum(1) + at::randn({3000}, at::kDouble);
  const ElasticNetOptions options;
  const auto penalties = largest_penalty(X, y, options) * at::logspace(0, -3, 100, 10, at::kDouble);
  const auto path = elastic_net_path(X, y, penalties, options);
  const auto scale = 0.5 * (y - y.mean()).square().mean().item<double>();
  EXPECT_LE(path.gaps.max().item<double>(), 1e-8 * scale);
  for (const int64_t i : {0, 30, 60, 99}) {
    EXPECT_CLOSE(gap_of_rows(X, y, path.weights[i], penalties[i].item<double>()), path.gaps[i].item<double>(),
                 atol(1e-11 * scale));
  }
}

TEST_F(ElasticNetTest, SeveralTargetsAreFittedOneByOneAndGoThroughTheState) {
  const auto X = at::randn({40, 4}, at::kDouble), Y = X.narrow(1, 0, 2) * 3;
  ElasticNet both(0.1, {}), first(0.1, {}), restored(0.1, {});
  both.fit(X, Y);
  first.fit(X, Y.select(1, 0).contiguous());
  EXPECT_CLOSE(both.weights().narrow(1, 0, 1), first.weights(), atol(1e-12));
  restored.load_state(both.state());
  EXPECT_CLOSE(restored.predict(X), both.predict(X), atol(0));
}

TEST_F(ElasticNetTest, PenaltiesMustBeAboveZero) {
  const auto X = at::randn({40, 4}, at::kDouble);
  EXPECT_THAT(mistake([&] { elastic_net_path(X, X.select(1, 0), at::zeros({1}, at::kDouble), {}); }),
              HasSubstr("above 0"));
}

}  // namespace
}  // namespace spinlab::models
