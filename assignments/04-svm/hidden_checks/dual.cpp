// The dual and its minimisation: ends of the box, level lines, ties, infinite C, units, cost.
#include <chrono>
#include <cmath>
#include <vector>

#include "assignments/04-svm/calls.h"
#include "assignments/04-svm/data.h"
#include "assignments/04-svm/references.h"

namespace {

using namespace spinlab;
using namespace svm::problems;

TEST(DualGradient, RefusesShapesThatDoNotFit) {
  const auto y = vector({1, -1}), K = vector({2, 1, 1, 3}).view({2, 2});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(dual_gradient(K, y, vector({5, 7}), vector({1, 2})), vector({5, 12}), atol(1e-13));
        EXPECT_CLOSE(dual_objective(K, y, vector({5, 7}), vector({1, 2})), 24.0, atol(1e-13));
      },
      [&] {
        EXPECT_THROW(dual_gradient(K, vector({1, 2}), y, y), StudentError);
        EXPECT_THROW(dual_objective(K, y, y, vector({1})), StudentError);
        EXPECT_THROW(dual_gradient(K, y, vector({1}), y), StudentError);
      });
}

/// Equal points: the line is straight. Downhill to the end, or nowhere.
TEST(PairStep, OnAStraightLine) {
  const auto K = torch::ones({2, 2}, torch::kFloat64), y = vector({1, -1}), alpha = vector({0.25, 0.5});
  EXPECT_CLOSE(pair_step(K, y, alpha, vector({-1, -1}), 1, 0, 1), vector({0.75, 1}), atol(0.0));
  EXPECT_CLOSE(pair_step(K, y, alpha, vector({1, 2}), 1, 0, 1), vector({0, 0.25}), atol(0.0));
  EXPECT_CLOSE(pair_step(K, y, alpha, vector({2, -2}), 1, 1, 0), alpha, atol(0.0));
}

/// 0.1 + (0.3 − 0.1) is not 0.3: an end is exact.
TEST(PairStep, MeetsTheEndsExactly) {
  const auto y = vector({1, -1, 1});
  for (int k = 0; k < 30; ++k) {
    const double C = number(0.1, 3, "C " + std::to_string(k)),
                 a = number(0.1, 0.9, "a " + std::to_string(k)) * C;
    const auto up = pair_step(1e-3 * eye(3), y, vector({a, a / 3, 0}), vector({-9, -9, 0}), C, 0, 1);
    EXPECT_EQ(up[0].item<double>(), C);
    const auto down = pair_step(1e-3 * eye(3), y, vector({a, 0, a / 3}), vector({9, 0, -9}), C, 0, 2);
    EXPECT_TRUE(down[0].item<double>() == 0 || down[2].item<double>() == C);
  }
}

TEST(PairStep, RefusesWhatIsNoPair) {
  const auto K = torch::ones({2, 2}, torch::kFloat64), y = vector({1, -1}), a = vector({0.5, 0.5}),
             g = vector({-1, -1});
  between_right_answers([&] { EXPECT_CLOSE(pair_step(K, y, a, g, 2, 0, 1), vector({2, 2}), atol(0.0)); },
                        [&] {
                          EXPECT_THROW(pair_step(K, y, a, g, 2, 1, 1), StudentError);
                          EXPECT_THROW(pair_step(K, y, a, g, 2, 0, 2), StudentError);
                          EXPECT_THROW(pair_step(K, y, a, g, kInfinite, 0, 1), StudentError);
                          EXPECT_THROW(pair_step(K, y, a, g, 0, 0, 1), StudentError);
                        });
}

/// At the start all of a kind are equal: the first ones. And at an optimum the violation may be negative.
TEST(ViolatingPair, OfEqualsTheFirst) {
  const auto y = vector({-1, -1, 1, 1, -1}), zero = zeros({5});
  const auto pair = violating_pair(y, zero, -torch::ones({5}, torch::kFloat64), kInfinite);
  EXPECT_EQ(pair.i, 2);
  EXPECT_EQ(pair.j, 0);
  EXPECT_EQ(pair.violation, 2);
  const auto fine = violating_pair(y, zero, vector({3, 2, 4, 5, 6}), 1);
  EXPECT_EQ(fine.i, 2);
  EXPECT_EQ(fine.j, 1);
  EXPECT_EQ(fine.violation, -6);
}

/// Just above 0 is not 0, and may move both ways: s = (−1, 3).
TEST(ViolatingPair, TakesEndsAsExact) {
  const auto y = vector({1, -1}), alpha = vector({1e-12, 1e-12});
  const auto pair = violating_pair(y, alpha, vector({1, 3}), 1);
  EXPECT_EQ(pair.i, 1);
  EXPECT_EQ(pair.j, 0);
  EXPECT_EQ(pair.violation, 4);
}

TEST(SmoPairs, RefuseWhatIsNoPair) {
  const auto x = vector({1, 4, 2}), y = vector({-1, 1, 1}), K = torch::outer(x, x);
  const auto pairs = torch::tensor({0, 1, 2, 2}, torch::kLong).view({2, 2});
  between_right_answers(
      [&] {
        const auto path = smo_pairs(K, y, minus_ones(3), 1, pairs.slice(0, 0, 1));
        EXPECT_CLOSE(path.alpha, vector({2, 2, 0}) / 9, atol(1e-12));
        EXPECT_CLOSE(path.objectives, vector({0, -2.0 / 9}), atol(1e-12));
      },
      [&] {
        EXPECT_THROW(smo_pairs(K, y, minus_ones(3), 1, pairs), StudentError);
        EXPECT_THROW(smo_pairs(K, y, minus_ones(3), 1, pairs + 1), StudentError);
      });
}

/// With another p, and no pair at all.
TEST(SmoPairs, OfAnyLinearPart) {
  const auto data = clouds(7, 2, 0.5, "linear part");
  const auto K = data.X.matmul(data.X.t()) + eye(7), p = normal({7}, "p");
  const auto none = smo_pairs(K, data.y, p, 2, torch::empty({0, 2}, torch::kLong));
  EXPECT_CLOSE(none.alpha, zeros({7}), atol(0.0));
  EXPECT_EQ(none.objectives.size(0), 1);
  const auto first = integers(2000, 7, "first"),
             second = (first + 1 + integers(2000, 6, "second")).remainder(7);
  const auto path = smo_pairs(K, data.y, p, 2, torch::stack({first, second}, 1));
  EXPECT_LT(broken_conditions(data.y, path.alpha, gradient(K, data.y, p, path.alpha), 2), 1e-6);
}

/// XOR at (±c, ±c) by (1 + x·z)²: 1/8c⁴ each.
TEST(Smo, SolvesExclusiveOr) {
  const double c = number(0.7, 1, "c");
  const auto X = c * vector({1, 1, 1, -1, -1, 1, -1, -1}).view({4, 2}), y = vector({1, -1, -1, 1});
  const auto alpha = smo((1 + X.matmul(X.t())).square(), y, minus_ones(4), kInfinite, 1e-9).alpha;
  EXPECT_CLOSE(alpha, torch::full({4}, 1 / (8 * std::pow(c, 4)), torch::kFloat64), atol(1e-8));
}

/// The hard margin of setosa: 24, 42 and 99 hold it, 0.817556 cm away.
TEST(Smo, OfIrisWithoutSlack) {
  const auto flowers = svm::data::iris();
  const auto order = any_order(150, "flowers"), X = flowers.X.index_select(0, order), K = X.matmul(X.t());
  const auto y = 2 * (flowers.y.index_select(0, order) == 0).to(torch::kFloat64) - 1;
  const auto alpha = smo(K, y, minus_ones(150), kInfinite, 1e-8).alpha;
  EXPECT_CLOSE(1 / X.t().matmul(alpha * y).norm().item<double>(), 0.8175557693, atol(1e-8));
  EXPECT_CLOSE(std::get<0>(order.masked_select(alpha > 1e-6).sort()),
               torch::tensor({23, 41, 98}, torch::kLong), atol(0.0));
}

/// c² K and C/c² leave the function as it is: α becomes α/c².
TEST(Smo, DependsOnCTimesK) {
  const auto data = clouds(25, 2, 0.5, "units");
  const auto K = gaussian(data.X, data.X, 0.7);
  const auto one = smo(K, data.y, minus_ones(25), 2, 1e-9).alpha;
  EXPECT_GT(one.max().item<double>(), 0.1);
  EXPECT_CLOSE(smo(K / 400, data.y, minus_ones(25), 800, 1e-9).alpha / 400, one, atol(1e-6));
}

/// Versicolor against virginica, a linear kernel, C = 1: −15.759872; 23 support vectors, 19 of these at C.
TEST(Smo, OfTwoKindsThatOverlap) {
  const auto flowers = svm::data::iris();
  const auto order = 50 + any_order(100, "flowers");
  const auto X = flowers.X.index_select(0, order);
  const auto y = 2 * (flowers.y.index_select(0, order) == 1).to(torch::kFloat64) - 1;
  const auto K = X.matmul(X.t()), alpha = smo(K, y, minus_ones(100), 1, 1e-7).alpha;
  EXPECT_CLOSE(objective(K, y, minus_ones(100), alpha), -15.759872, atol(1e-5));
  EXPECT_EQ((alpha > 1e-6).sum().item<int64_t>(), 23);
  EXPECT_EQ((alpha > 1 - 1e-6).sum().item<int64_t>(), 19);
}

/// (x·z/13)³, C = 1, of LIBSVM's patients: K_ii is not 1. The least α above 0 is 0.004, the largest below C
/// 0.97.
TEST(Smo, OfHeartsByAPolynomial) {
  not_called_again("what it costs");
  const auto hearts = svm::data::hearts();
  const auto order = any_order(270, "patients");
  const auto X = hearts.X.index_select(0, order), y = hearts.y.index_select(0, order);
  const auto K = (X.matmul(X.t()) / 13).pow(3), p = minus_ones(270);
  const auto alpha = smo(K, y, p, 1, 1e-6).alpha;
  EXPECT_CLOSE(objective(K, y, p, alpha), -131.800253, atol(2e-6));
  EXPECT_EQ((alpha > 1e-6).sum().item<int64_t>(), 177);
  EXPECT_EQ((alpha > 1 - 1e-6).sum().item<int64_t>(), 151);
}

/// Of clouds that overlap: a run of many steps less one that has to make none, the least of three each, or of
/// as many as begin within a second.
double seconds_a_step(int64_t n) {
  using Clock = std::chrono::steady_clock;
  const auto data = clouds(n, 2, 1, "many");
  const auto norms = data.X.square().sum(1);
  const auto K = (-2 * (norms.unsqueeze(1) + norms - 2 * data.X.matmul(data.X.t()))).exp(), p = minus_ones(n);
  std::vector<double> least{kInfinite, kInfinite};
  int64_t steps = 0;
  const auto first = Clock::now();
  for (int run = 0; run < 3 && Clock::now() - first < std::chrono::seconds(1); ++run) {
    for (const bool many : {false, true}) {
      const auto start = Clock::now();
      const auto solved = smo(K, data.y, p, 0.3, many ? 1e-2 : 10);
      const std::chrono::duration<double> taken = Clock::now() - start;
      least[many] = std::min(least[many], taken.count());
      if (!many) continue;
      steps = solved.steps;
      const auto broken = broken_conditions(data.y, solved.alpha, gradient(K, data.y, p, solved.alpha), 0.3);
      EXPECT_LE(broken, 1e-2);
    }
  }
  EXPECT_GT(steps, n / 5);
  return (least[1] - least[0]) / static_cast<double>(steps);
}

/// Of five times as many points a step costs at most five times as much, by a whole gradient 25 times.
TEST(Smo, AStepCostsOfTheOrderOfN) {
  not_called_again("what it costs");
  EXPECT_LT(seconds_a_step(2500) / seconds_a_step(500), 12);
}

TEST(Smo, RefusesWhatHasNoAnswer) {
  const auto x = vector({1, 4}), y = vector({-1, 1}), K = torch::outer(x, x);
  between_right_answers(
      [&] { EXPECT_CLOSE(smo(K, y, minus_ones(2), 1, 1e-6).alpha, vector({2, 2}) / 9, atol(1e-9)); },
      [&] {
        EXPECT_THROW(smo(K, y, minus_ones(2), 1, 0), StudentError);
        EXPECT_THROW(smo(K, y, minus_ones(2), 0, 1e-6), StudentError);
        EXPECT_THROW(smo(K, vector({1, 1}), minus_ones(2), 1, 1e-6), StudentError);
        EXPECT_THROW(smo(K, y, minus_ones(3), 1, 1e-6), StudentError);
      });
}

/// On a line, 0 is +, 10 and 1 are −. The far point breaks the conditions most, the near one is the answer:
/// one step along the curvature, several without it.
TEST(SmoSecondOrder, TakesTheShorterWay) {
  const auto x = vector({0, 10, 1}), y = vector({1, -1, -1}), p = vector({-1, -1.2, -1});
  const auto K = torch::outer(x, x);
  const auto solved = smo_second_order(K, y, p, 10, 1e-6);
  EXPECT_CLOSE(solved.alpha, vector({2, 0, 2}), atol(1e-9));
  EXPECT_EQ(solved.steps, 1);
}

TEST(SecondOrderPair, WithoutCurvatureAndWithoutAnyone) {
  const auto y = vector({1, -1, -1, 1});
  const auto K = vector({1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}).view({4, 4});
  const auto flat = second_order_pair(K, y, zeros({4}), vector({-3, -1, -3, -1}), 1);  // s = 3, −1, −3, 1
  EXPECT_EQ(flat.i, 0);
  EXPECT_EQ(flat.j, 1);
  EXPECT_EQ(flat.violation, 6);
  const auto fine = second_order_pair(K, y, zeros({4}), vector({3, 2, 1, 4}), 1);
  EXPECT_EQ(fine.i, 0);
  EXPECT_EQ(fine.j, 2);
  EXPECT_EQ(fine.violation, -4);
}

}  // namespace
