#include "models/solvers/svm/linear_dual.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <limits>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class LinearDualTest : public SpinlabTest {
 protected:
  static at::Tensor signs(const at::Tensor& values) { return values.ge(0).to(at::kDouble) * 2 - 1; }

  LinearMachines solved(const LinearDualOptions& options) const {
    return linear_dual(SparseRows::all_of(X_), Y_, C_, options);
  }

  /// The dual's greatest value for one machine over all patterns of coefficients at 0, at C and between,
  /// which are a linear system each.
  static double enumerated(const at::Tensor& X, const at::Tensor& y, const at::Tensor& C, HingeLoss loss) {
    const bool is_squared = loss == HingeLoss::kSquaredHinge;
    const auto n = X.size(0), choices = is_squared ? int64_t{2} : int64_t{3};
    auto Q = at::outer(y, y) * X.mm(X.t());
    if (is_squared) Q = Q + at::diag(0.5 / C);
    int64_t patterns = 1;
    for (int64_t i = 0; i < n; ++i) patterns *= choices;
    double best = 0;
    for (int64_t code = 0; code < patterns; ++code) {
      auto alpha = at::zeros({n}, at::kDouble), is_free = at::zeros({n}, at::kBool);
      for (int64_t i = 0, rest = code; i < n; ++i, rest /= choices) {
        if (rest % choices == 1) is_free[i].fill_(true);
        if (rest % choices == 2) alpha[i].copy_(C[i]);
      }
      const auto free = is_free.nonzero().view(-1);
      if (free.numel() > 0) {
        const auto right = (1 - Q.mv(alpha)).index_select(0, free);
        const auto [found, info] = at::linalg_solve_ex(Q.index_select(0, free).index_select(1, free), right);
        if (info.item<int>() != 0) continue;
        alpha.index_copy_(0, free, found);
      }
      if (!alpha.ge(-1e-9).all().item<bool>()) continue;
      if (!is_squared && !alpha.le(C + 1e-9).all().item<bool>()) continue;
      best = std::max(best, (alpha.sum() - 0.5 * alpha.dot(Q.mv(alpha))).item<double>());
    }
    return best;
  }

  at::Tensor X_ = at::randn({80, 5}, at::kDouble) * at::rand({80, 5}).le(0.6);
  at::Tensor Y_ = signs(X_.mm(at::randn({5, 3}, at::kDouble)) + at::randn({80, 3}, at::kDouble));
  at::Tensor C_ = at::rand({80}, at::kDouble) + 0.5;
};

TEST_F(LinearDualTest, FindsTheBestOfAllPatternsOfCoefficients) {
  const auto X = at::randn({7, 8}, at::kDouble);
  const auto y = at::tensor({1., -1., 1., 1., -1., -1., 1.}, at::kDouble);
  const at::Tensor C = at::rand({7}, at::kDouble) * 0.3 + 0.05;
  for (const auto loss : {HingeLoss::kHinge, HingeLoss::kSquaredHinge}) {
    const auto found = linear_dual(SparseRows::all_of(X), y.unsqueeze(1), C,
                                   {.loss = loss, .constant = 0, .tolerance = 1e-10, .max_sweeps = 100'000});
    EXPECT_CLOSE(found.dual[0].item<double>(), enumerated(X, y, C, loss), rtol(1e-8));
    EXPECT_CLOSE(found.primal[0].item<double>(), enumerated(X, y, C, loss), rtol(1e-8));
    EXPECT_EQ(found.intercept[0].item<double>(), 0);
  }
}

TEST_F(LinearDualTest, MeetsTheOptimalityConditionsAndClosesTheGap) {
  for (const auto loss : {HingeLoss::kHinge, HingeLoss::kSquaredHinge}) {
    const auto found = solved({.loss = loss, .constant = 2, .tolerance = 1e-9, .max_sweeps = 1'000'000});
    EXPECT_TRUE(found.converged.all().item<bool>());
    const auto weighted = found.alpha * Y_;
    EXPECT_CLOSE(found.weights, X_.t().mm(weighted), atol(1e-9));
    EXPECT_CLOSE(found.intercept, 4 * weighted.sum(0), atol(1e-9));
    const auto C = C_.unsqueeze(1);
    auto slope = Y_ * (X_.mm(found.weights) + found.intercept) - 1;
    if (loss == HingeLoss::kSquaredHinge) slope = slope + found.alpha / (2 * C);
    const auto at_zero = found.alpha.le(0), at_bound = found.alpha.ge(C) * (loss == HingeLoss::kHinge);
    const auto missed = at::where(at_zero, (-slope).relu(), at::where(at_bound, slope.relu(), slope.abs()));
    EXPECT_LE(missed.max().item<double>(), 1e-8);
    EXPECT_LE((found.gap() / found.primal).max().item<double>(), 1e-8);
  }
}

TEST_F(LinearDualTest, ARowsCostOfTwoIsTheRowTwice) {
  const auto twice = at::cat({X_, X_.slice(0, 0, 10)}), labels = at::cat({Y_, Y_.slice(0, 0, 10)});
  auto costs = at::ones({80}, at::kDouble);
  costs.slice(0, 0, 10).fill_(2);
  const LinearDualOptions exact{.tolerance = 1e-10, .max_sweeps = 100'000};
  const auto weighted = linear_dual(SparseRows::all_of(X_), Y_, costs, exact);
  const auto repeated = linear_dual(SparseRows::all_of(twice), labels, at::ones({90}, at::kDouble), exact);
  EXPECT_CLOSE(weighted.weights, repeated.weights, atol(1e-8));
}

// 13 machines: panels of one, four, eight and twelve lanes by the number of threads and of machines.
TEST_F(LinearDualTest, NeitherThreadsNorCompanyChangeABit) {
  const auto Y = signs(X_.mm(at::randn({5, 13}, at::kDouble)) + at::randn({80, 13}, at::kDouble));
  for (const auto type : {at::kFloat, at::kDouble}) {
    const auto rows = SparseRows::all_of(X_).to(type);
    const auto threads = at::get_num_threads();
    at::set_num_threads(1);
    const auto one = linear_dual(rows, Y, C_, {});
    at::set_num_threads(4);
    const auto four = linear_dual(rows, Y, C_, {});
    at::set_num_threads(threads);
    EXPECT_TRUE(at::equal(one.weights, four.weights) && at::equal(one.intercept, four.intercept) &&
                at::equal(one.alpha, four.alpha) && at::equal(one.sweeps, four.sweeps));
    for (const int64_t c : {0, 7, 12}) {
      const auto alone = linear_dual(rows, Y.narrow(1, c, 1), C_, {});
      EXPECT_TRUE(at::equal(alone.weights.select(1, 0), one.weights.select(1, c))) << c;
    }
  }
}

TEST_F(LinearDualTest, CompressedRowsWithZerosInThemAreTheSameProblem) {
  const auto count = X_.numel();
  const auto rows = SparseRows::from_compressed(at::arange(0, count + 1, 5),
                                                at::arange(5, at::kInt).repeat({80}), X_.flatten(), 5);
  const LinearDualOptions exact{.tolerance = 1e-11, .max_sweeps = 100'000};
  EXPECT_CLOSE(linear_dual(rows, Y_, C_, exact).weights, solved(exact).weights, atol(1e-9));
}

TEST_F(LinearDualTest, ALimitOfSweepsKeepsTheModelAndStatesItsGap) {
  const auto short_run = solved({.tolerance = 1e-12, .max_sweeps = 2});
  EXPECT_FALSE(short_run.converged.any().item<bool>());
  EXPECT_TRUE(short_run.sweeps.eq(2).all().item<bool>());
  const auto exact = solved({.tolerance = 1e-11, .max_sweeps = 100'000});
  const auto missed = short_run.primal - exact.primal;
  EXPECT_TRUE(missed.gt(0).all().item<bool>());
  EXPECT_TRUE(missed.le(short_run.gap() + 1e-9).all().item<bool>());
}

TEST_F(LinearDualTest, SurvivesRowsAndColumnsOfZeros) {
  X_[3].zero_();
  X_.select(1, 2).zero_();
  for (const auto loss : {HingeLoss::kHinge, HingeLoss::kSquaredHinge}) {
    const auto found = solved({.loss = loss, .constant = 0, .tolerance = 1e-8, .max_sweeps = 100'000});
    EXPECT_LE((found.gap() / found.primal).max().item<double>(), 1e-6);
    EXPECT_EQ(found.weights[2].abs().max().item<double>(), 0);
  }
}

TEST_F(LinearDualTest, BadInputIsOneClearLine) {
  const auto rows = SparseRows::all_of(X_);
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const std::tuple<const char*, at::Tensor, at::Tensor> wrong[] = {
      {"a label is not -1 or 1", Y_ + 1, C_},
      {"a label is not -1 or 1", Y_ * nan, C_},
      {"there are 80 rows and 79 labels", Y_.slice(0, 1), C_},
      {"labels must be (n, k)", Y_.select(1, 0), C_},
      {"all rows have one label", at::ones_like(Y_), C_},
      {"C must be above 0", Y_, C_ * 0},
      {"C must be above 0", Y_, C_ * nan},
      {"each of 80 rows needs its C", Y_, C_.slice(0, 1)},
  };
  for (const auto& [said, Y, C] : wrong) {
    const auto found = mistake([&] { linear_dual(rows, Y, C, {}); });
    EXPECT_THAT(found, HasSubstr(said));
    EXPECT_EQ(found.find('\n'), std::string::npos);
  }
  EXPECT_THAT(mistake([&] { solved({.tolerance = 0}); }), HasSubstr("must be above 0"));
}

}  // namespace
}  // namespace spinlab::models
