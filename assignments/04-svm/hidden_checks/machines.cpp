// Machines: b of real machines, none or one support vector, the gap at the optimum, ties, tubes, scales,
// digits.
#include <cmath>

#include "assignments/04-svm/calls.h"
#include "assignments/04-svm/data.h"
#include "assignments/04-svm/references.h"

namespace {

using namespace spinlab;
using namespace svm::problems;

/// LIBSVM's rho of its own example is −b: 0.424462 at its tolerance.
TEST(Bias, OfHeartsIsMinusRho) {
  const auto hearts = svm::data::hearts();
  const auto K = gaussian(hearts.X, hearts.X, std::sqrt(6.5));
  const auto machine = reference(K, hearts.y, 1);
  EXPECT_CLOSE(bias(hearts.y, machine.alpha, gradient(K, hearts.y, minus_ones(270), machine.alpha), 1),
               machine.b, atol(1e-7));
  EXPECT_CLOSE(machine.b, -0.4245, atol(2e-3));
}

/// 10⁻⁹ is free, 2 − 10⁻⁹ too.
TEST(Bias, TakesEndsAsExact) {
  const auto y = vector({1, -1, 1, -1}), s = vector({3, 0.5, 2.5, -4});
  EXPECT_CLOSE(bias(y, vector({2, 1e-9, 2 - 1e-9, 0}), -y * s, 2), 1.5, atol(1e-13));
}

TEST(DecisionValues, WithoutAnySupportVector) {
  const auto X = normal({5, 3}, "points"), queries = normal({2, 3}, "queries");
  const auto kernel = [](const Tensor& Z, const Tensor& centres) { return Z.matmul(centres.t()); };
  EXPECT_CLOSE(decision_values(kernel, X, vector({0, 0, -2, 0, 0}), 1, queries), 1 - 2 * queries.matmul(X[2]),
               atol(1e-12));
  const auto never = [](const Tensor&, const Tensor&) -> Tensor {
    throw std::runtime_error("asked for nothing");
  };
  EXPECT_CLOSE(decision_values(never, X, zeros({5}), 0.7, queries), vector({0.7, 0.7}), atol(0.0));
}

/// At the optimum, with its b, the gap is 0; with another b it is not. And C = ∞ has no primal outside.
TEST(DualityGap, ClosesAtTheOptimum) {
  const auto data = clouds(20, 2, 0.6, "closes");
  const auto K = gaussian(data.X, data.X, 0.8);
  const auto machine = reference(K, data.y, 2);
  between_right_answers(
      [&] {
        EXPECT_CLOSE(duality_gap(K, data.y, machine.alpha, machine.b, 2), 0.0, atol(1e-6));
        EXPECT_GT(duality_gap(K, data.y, machine.alpha, machine.b + 1, 2), 1e-3);
      },
      [&] { EXPECT_THROW(duality_gap(K, data.y, machine.alpha, machine.b, kInfinite), StudentError); });
}

/// Three kinds that overlap, and many queries, so that some lie close to a border.
struct ThreeKinds {
  Tensor X, labels, Z;
};

ThreeKinds three_kinds(const std::string& purpose) {
  const auto labels =
      torch::cat({torch::tensor({2, 0, 1}, torch::kLong), integers(57, 3, purpose + " labels")});
  return {normal({60, 2}, purpose) + 0.7 * labels.unsqueeze(1), labels,
          2 * normal({1500, 2}, purpose + " queries")};
}

TEST(OneAgainstOne, VotesAsItsMachinesSay) {
  const auto [X, labels, Z] = three_kinds("three kinds");
  const auto K = gaussian(X, X, 1.5), cross = gaussian(Z, X, 1.5);
  const auto expected = reference_votes(K, labels, 3, 1.3, cross, 1e-5);
  const auto votes = one_against_one(K, labels, 3, 1.3, 1e-8, cross), sure = expected.sure.nonzero().view(-1);
  EXPECT_GE(sure.size(0), 1000);
  EXPECT_CLOSE(votes.index_select(0, sure), expected.votes.index_select(0, sure), atol(0.0));
}

/// By votes, not by the largest value; a vote each goes to the first. At a tolerance of 10⁻³ F is off by
/// about as much, by ten times that not.
TEST(Classify, ThreeKindsByVotes) {
  for (const auto* purpose : {"first kinds", "second kinds", "third kinds"}) {
    const auto [X, labels, Z] = three_kinds(purpose);
    const auto expected = reference_votes(gaussian(X, X, 1.5), labels, 3, 1.3, gaussian(Z, X, 1.5), 0.01);
    const auto sure = expected.sure.nonzero().view(-1);
    EXPECT_GE(sure.size(0), 1000);
    const auto best = expected.votes == expected.votes.amax(1, true);
    const auto winner = (best.to(torch::kLong).cumsum(1) == 0).sum(1);
    EXPECT_CLOSE(classify(X, labels, Z, 1.3, 1.5).index_select(0, sure), winner.index_select(0, sure),
                 atol(0.0));
  }
}

/// In the middle of 1 and −1 F is 0, without any rounding: that is no vote for the first.
TEST(OneAgainstOne, AtZeroTheSecondWins) {
  const auto X = vector({1, -1});
  const auto labels = torch::tensor({0, 1}, torch::kLong);
  const auto votes =
      one_against_one(torch::outer(X, X), labels, 2, 4, 1e-6, torch::outer(vector({0.5, 0, -0.5}), X));
  EXPECT_CLOSE(votes, torch::tensor({1, 0, 0, 1, 0, 1}, torch::kLong).view({3, 2}), atol(0.0));
}

TEST(OneAgainstRest, IsAMachineForEachClass) {
  const auto labels = torch::tensor({2, 0, 1, 1, 0, 2, 2, 0, 1, 0, 1, 2}, torch::kLong);
  const auto X = normal({12, 2}, "three kinds") + 0.7 * labels.unsqueeze(1),
             Z = 2 * normal({7, 2}, "queries");
  const auto K = gaussian(X, X, 1.5), cross = gaussian(Z, X, 1.5);
  const auto values = one_against_rest(K, labels, 3, 1.3, 1e-9, cross);
  for (int64_t c = 0; c < 3; ++c) {
    const auto y = 2 * (labels == c).to(torch::kFloat64) - 1;
    EXPECT_CLOSE(values.select(1, c), reference_values(K, y, 1.3, cross), atol(1e-6)) << "class " << c;
  }
}

TEST(OneAgainstRest, RefusesAMissingClass) {
  const auto labels = torch::tensor({0, 1, 1}, torch::kLong);
  const auto K = eye(3);
  between_right_answers(
      [&] {
        EXPECT_CLOSE(one_against_one(K, labels, 2, 1, 1e-6, K),
                     torch::tensor({1, 0, 0, 1, 0, 1}, torch::kLong).view({3, 2}), atol(0.0));
        const auto F = one_against_rest(K, labels, 2, 1, 1e-9, K);
        EXPECT_CLOSE(F.select(1, 0), -F.select(1, 1), atol(1e-7));
      },
      [&] {
        EXPECT_THROW(one_against_one(K, labels, 3, 1, 1e-6, K), StudentError);
        EXPECT_THROW(one_against_rest(K, labels, 3, 1, 1e-6, K), StudentError);
        EXPECT_THROW(one_against_rest(K, labels, 1, 1, 1e-6, K), StudentError);
      });
}

/// z = x² at 0, 1, 2 and ε = ¾: the flattest line in the tube is 1.5 x + ¼.
TEST(FitRegression, FindsTheFlattestLineInTheTube) {
  const auto x = vector({0, 1, 2}), z = x.square();
  const auto fit = fit_regression(torch::outer(x, x), z, kInfinite, 0.75, 1e-9);
  EXPECT_CLOSE(fit.coefficients, vector({0, -1.5, 1.5}), atol(1e-6));
  EXPECT_CLOSE(fit.bias, 0.25, atol(1e-6));
  EXPECT_CLOSE(fit_regression(torch::outer(x, x), z + 7, kInfinite, 0.75, 1e-9).bias, 7.25, atol(1e-6));
}

/// One far point pulls with C and not more.
TEST(FitRegression, AnOutlierPullsWithC) {
  const auto x = torch::linspace(-1, 1, 9, torch::kFloat64), far = vector({0, 0, 0, 0, 0, 0, 0, 50, 0});
  const auto K = torch::outer(x, x);
  const auto fit = fit_regression(K, x + far, 0.5, 0.1, 1e-8),
             more = fit_regression(K, x + 3 * far, 0.5, 0.1, 1e-8);
  EXPECT_EQ(fit.coefficients[7].item<double>(), 0.5);
  EXPECT_CLOSE(more.coefficients, fit.coefficients, atol(1e-6));
}

TEST(FitRegression, RefusesANegativeTube) {
  const auto x = vector({0, 1}), K = torch::outer(x, x);
  between_right_answers(
      [&] { EXPECT_CLOSE(fit_regression(K, x, 9, 0, 1e-9).coefficients, vector({-1, 1}), atol(1e-7)); },
      [&] {
        EXPECT_THROW(fit_regression(K, x, 9, -0.1, 1e-9), StudentError);
        EXPECT_THROW(fit_regression(K, x, 0, 0.1, 1e-9), StudentError);
        EXPECT_THROW(fit_regression(K, x.unsqueeze(1), 9, 0.1, 1e-9), StudentError);
      });
}

/// One query after the other, one training point.
TEST(ScaleToTraining, LooksAtNoOtherQuery) {
  const auto training = normal({6, 3}, "training"), X = 3 * normal({4, 3}, "queries");
  const auto all = scale_to_training(training, X);
  EXPECT_GT(all.abs().max().item<double>(), 0.1);
  EXPECT_CLOSE(scale_to_training(training, X.slice(0, 2, 3).contiguous()), all.slice(0, 2, 3), rtol(1e-13));
  EXPECT_CLOSE(scale_to_training(training.slice(0, 0, 1).contiguous(), X), torch::zeros_like(X), atol(0.0));
}

/// Fours and nines of MNIST, 150 drawn ones learnt: the same answers as a converged machine's.
TEST(Classify, FoursAndNines) {
  not_called_again("what it costs");
  const auto digits = svm::data::fours_and_nines();
  const auto order = any_order(digits.y.size(0), "digits");
  const auto part = [&](const Tensor& all, int64_t from, int64_t to) {
    return all.index_select(0, order.slice(0, from, to));
  };
  const auto X = part(digits.X, 0, 150), Z = part(digits.X, 150, 550), labels = part(digits.y, 0, 150);
  const auto kernel = [](const Tensor& A, const Tensor& B) {
    return (-(A.square().sum(1).unsqueeze(1) + B.square().sum(1) - 2 * A.matmul(B.t())) / 72).exp();
  };
  const auto F = reference_values(kernel(X, X), 1 - 2 * labels.to(torch::kFloat64), 5, kernel(Z, X));
  const auto said = classify(X, labels, Z, 5, 6), sure = F.abs() > 0.02;
  EXPECT_EQ(((said == 0) != (F > 0)).logical_and(sure).sum().item<int64_t>(), 0);
  EXPECT_GE(sure.sum().item<int64_t>(), 330);
}

TEST(LeaveOneOutValues, RefuseAKindOfOne) {
  const auto x = vector({-3, -1, 1, 5}), K = torch::outer(x, x);
  between_right_answers(
      [&] {
        EXPECT_CLOSE(leave_one_out_values(K, vector({-1, -1, 1, 1}), 9, 1e-9)[2].item<double>(), -1.0 / 3,
                     atol(1e-6));
      },
      [&] {
        EXPECT_THROW(leave_one_out_values(K, vector({-1, 1, 1, 1}), 9, 1e-9), StudentError);
        EXPECT_THROW(leave_one_out_values(K, vector({-1, -1, 1, 1}), 9, 0), StudentError);
      });
}

/// Against n machines that were all trained.
TEST(LeaveOneOutValues, AreThoseOfNMachines) {
  const auto data = clouds(14, 2, 0.7, "n machines");
  const auto K = gaussian(data.X, data.X, 0.9) + 0.1 * eye(14),
             F = leave_one_out_values(K, data.y, 1.5, 1e-9);
  for (int64_t i = 0; i < 14; ++i) {
    const auto others = (torch::arange(14) != i).nonzero().view(-1);
    const auto sub = K.index_select(0, others).index_select(1, others), y = data.y.index_select(0, others);
    const auto machine = reference(sub, y, 1.5);
    const bool free = ((machine.alpha > 0) & (machine.alpha < 1.5)).any().item<bool>();
    if (!free) continue;
    EXPECT_CLOSE(F[i].item<double>(),
                 K[i].index_select(0, others).dot(y * machine.alpha).item<double>() + machine.b, atol(1e-5));
  }
}

}  // namespace
