#include "models/solvers/coordinate_descent.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class CoordinateDescentTest : public SpinlabTest {
 protected:
  static QuadraticLoss loss(const at::Tensor& X, const at::Tensor& y) {
    const auto n = static_cast<double>(X.size(0));
    return {X.t().mm(X) / n, X.t().mv(y) / n, y.square().sum().item<double>() / n};
  }

  static double objective(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& w) {
    const auto smooth = 0.5 * w.dot(loss.G.mv(w)) - loss.c.dot(w) + 0.5 * loss.yy;
    return (smooth + penalty.l1 * w.abs().sum() + 0.5 * penalty.l2 * w.square().sum()).item<double>();
  }

  /// The least objective over all 3^p patterns of signs: with the signs given a minimum is a linear system,
  /// and one whose solution has these signs is a candidate.
  static double enumerated(const QuadraticLoss& loss, const ElasticNetPenalty& penalty) {
    const auto p = loss.c.size(0);
    double best = 0.5 * loss.yy;
    int64_t patterns = 1;
    for (int64_t j = 0; j < p; ++j) patterns *= 3;
    for (int64_t code = 1; code < patterns; ++code) {
      auto signs = at::empty({p}, at::kDouble);
      for (int64_t j = 0, rest = code; j < p; ++j, rest /= 3) signs[j] = static_cast<double>(rest % 3 - 1);
      const auto active = signs.nonzero().view(-1);
      if (active.numel() == 0) continue;
      auto H = loss.G.index_select(0, active).index_select(1, active).clone();
      H.diagonal().add_(penalty.l2);
      const auto right = (loss.c - penalty.l1 * signs).index_select(0, active);
      const auto found = std::get<0>(at::linalg_solve_ex(H, right));
      auto w = at::zeros({p}, at::kDouble);
      w.index_copy_(0, active, found);
      if (at::equal(w.sign(), signs)) best = std::min(best, objective(loss, penalty, w));
    }
    return best;
  }

  at::Tensor X_ = at::randn({30, 5}, at::kDouble);
  at::Tensor y_ = X_.mv(at::tensor({3.0, -2.0, 0.0, 0.0, 1.0}, at::kDouble)) + at::randn({30}, at::kDouble);
};

TEST_F(CoordinateDescentTest, FindsTheLeastOfAllSignPatterns) {
  // The second problem's columns are nearly parallel, its condition number 1e6: sweeps alone would need as
  // many, and rounding leaves that much less.
  const std::pair<at::Tensor, double> problems[] = {{X_, 1e-13}, {X_.narrow(1, 0, 1) + 1e-3 * X_, 1e-8}};
  for (const auto& [X, gap] : problems) {
    const auto problem = loss(X, y_);
    for (const ElasticNetPenalty penalty : {ElasticNetPenalty{0.3, 0}, {0.3, 0.2}, {1e-3, 0}, {1e-6, 1e-6}}) {
      const auto found = descend(problem, penalty, at::zeros({5}, at::kDouble), {.gap = gap});
      EXPECT_CLOSE(objective(problem, penalty, found.w), enumerated(problem, penalty), rtol(100 * gap));
      EXPECT_LE(found.gap, gap);
      EXPECT_LE(found.sweeps, 400);
    }
  }
}

TEST_F(CoordinateDescentTest, TheGapBoundsTheDistanceFromTheMinimum) {
  const auto problem = loss(X_, y_);
  const ElasticNetPenalty penalty{0.2, 0.1};
  const auto least = enumerated(problem, penalty);
  for (int i = 0; i < 20; ++i) {
    const at::Tensor w = at::randn({5}, at::kDouble) * (i % 5);
    EXPECT_GE(duality_gap(problem, penalty, w), objective(problem, penalty, w) - least - 1e-12);
  }
}

TEST_F(CoordinateDescentTest, StaysWithinWhatWasAskedFor) {
  const auto problem = loss(X_, y_);
  const auto start = at::zeros({5}, at::kDouble);
  EXPECT_EQ(descend(problem, {100, 0}, start, {.gap = 1e-9}).sweeps, 0) << "0 is the minimum";
  EXPECT_LE(descend(problem, {0.01, 0}, start, {.violation = 1e-5}).violation, 1e-5);
  EXPECT_CLOSE(start, at::zeros({5}, at::kDouble), atol(0));
  EXPECT_THAT(mistake([&] { descend(problem, {0, 1}, start, {}); }), HasSubstr("needs l1 > 0"));
}

TEST_F(CoordinateDescentTest, SurvivesColumnsOfZerosAndDuplicates) {
  const auto X = at::cat({X_, at::zeros({30, 1}, at::kDouble), X_.narrow(1, 0, 2)}, 1);
  const auto found = descend(loss(X, y_), {0.1, 0}, at::zeros({8}, at::kDouble), {.gap = 1e-10});
  EXPECT_LE(found.gap, 1e-10);
  EXPECT_EQ(found.w[5].item<double>(), 0);
}

}  // namespace
}  // namespace spinlab::models
