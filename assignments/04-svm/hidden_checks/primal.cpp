// Planes and the primal: the edges, kinks, no steps, hot and cold barriers.
#include <cmath>

#include "assignments/04-svm/calls.h"
#include "assignments/04-svm/problems.h"

namespace {

using namespace spinlab;
using namespace svm::problems;

TEST(GeometricMargins, RefuseNoPlane) {
  const auto X = vector({3, 0, -5, 1}).view({2, 2}), y = vector({1, -1});
  between_right_answers(
      [&] { EXPECT_CLOSE(geometric_margins(X, y, vector({3, 4}), 1), vector({2, 2}), rtol(1e-13)); },
      [&] {
        EXPECT_THROW(geometric_margins(X, y, zeros({2}), 1), StudentError);
        EXPECT_THROW(geometric_margins(X, vector({1, 0}), vector({3, 4}), 1), StudentError);
        EXPECT_THROW(geometric_margins(X, vector({1, 1}), vector({3, 4}), 1), StudentError);
        EXPECT_THROW(geometric_margins(X, y, zeros({3}) + 1, 1), StudentError);
      });
}

/// Points at exactly 1 add nothing, those just inside all they have; b is not penalised.
TEST(PrimalSubgradient, AtTheKink) {
  const auto X = vector({2, 4, -2, 6}).unsqueeze(1), y = vector({1, -1, -1, 1}), w = vector({0.5});
  EXPECT_CLOSE(primal_subgradient(X, y, w, 0, 3), vector({0.5 + 12, 3}), atol(1e-13));
  EXPECT_CLOSE(primal_subgradient(X, vector({1, -1, 1, 1}), w, 100, 3), vector({0.5 + 12, 3}), atol(1e-13));
}

/// ½‖w‖² + C Σ: every point twice is C twice.
TEST(PrimalObjective, CountsEveryPoint) {
  const auto data = clouds(9, 2, 0.2, "twice");
  const auto w = normal({2}, "w");
  const double b = number(5, 9, "b");
  EXPECT_CLOSE(primal_objective(data.X.repeat({2, 1}), data.y.repeat({2}), w, b, 1.5),
               primal_objective(data.X, data.y, w, b, 3), rtol(1e-12));
  EXPECT_CLOSE(primal_objective(2 * data.X, data.y, w / 2, b, 3) - primal_objective(data.X, data.y, w, b, 3),
               -0.375 * w.square().sum().item<double>(), atol(1e-10));
}

/// λ T w is the sum of y x over the steps that had a slack: w by an independent sum, at the last step.
TEST(Pegasos, RemembersItsSlacks) {
  const auto data = clouds(10, 3, 0.8, "slack steps");
  const double lambda = number(0.05, 0.5, "lambda");
  const auto order = integers(50, 10, "order");
  auto sum = zeros({3});
  for (int64_t t = 0; t < 50; ++t) {
    const auto i = order[t].item<int64_t>();
    const double m = t == 0 ? 0 : (data.y[i] * data.X[i].dot(sum)).item<double>() / (lambda * t);
    if (m < 1) sum = sum + data.y[i] * data.X[i];
  }
  EXPECT_CLOSE(pegasos(data.X, data.y, lambda, order), sum / (lambda * 50), rtol(1e-8) + atol(1e-10));
}

TEST(Pegasos, NoStepsAndNoSuchPoint) {
  const auto data = clouds(5, 2, 1, "edges");
  const auto none = torch::empty({0}, torch::kLong), order = torch::tensor({1, 4}, torch::kLong);
  EXPECT_CLOSE(pegasos(data.X, data.y, 0.1, none), zeros({2}), atol(0.0));
  between_right_answers(
      [&] {
        EXPECT_CLOSE(pegasos(data.X, data.y, 2, order.slice(0, 0, 1)), data.y[1] * data.X[1] / 2,
                     rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(pegasos(data.X, data.y, 0, order), StudentError);
        EXPECT_THROW(pegasos(data.X, data.y, 1, order + 1), StudentError);
        EXPECT_THROW(pegasos(data.X, data.y, 1, order - 2), StudentError);
      });
}

/// From far away, hot and cold: the centre does not know the start.
TEST(BarrierCentre, ForgetsItsStart) {
  const auto data = separable(8, 2, 0.5, "starts");
  for (const double t : {0.05, 3e5}) {
    const auto near = barrier_centre(data.X, data.y, data.start, t);
    const auto far = barrier_centre(data.X, data.y, 60 * data.start, t);
    const auto m = data.y * (data.X.matmul(near.slice(0, 0, 2)) + near[2]);
    EXPECT_GT(m.min().item<double>(), 1);
    EXPECT_CLOSE(far, near, rtol(1e-4) + atol(1e-4)) << "t = " << t;
  }
}

/// ½‖w‖² at the centre is above the dual of its own multipliers by n/t.
TEST(BarrierCentre, IsNOverTAboveItsDual) {
  const auto data = separable(11, 3, 0.5, "gap");
  const double t = 50;
  const auto plane = barrier_centre(data.X, data.y, data.start, t), w = plane.slice(0, 0, 3);
  const auto alpha = 1 / (t * (data.y * (data.X.matmul(w) + plane[3]) - 1));
  const auto v = data.X.t().matmul(alpha * data.y);
  const double dual = (alpha.sum() - v.square().sum() / 2).item<double>();
  EXPECT_CLOSE((w.square().sum() / 2).item<double>() - dual, 11 / t, rtol(1e-4));
}

TEST(HardMargin, RefusesAStartOutside) {
  const auto X = vector({-1, 1}).unsqueeze(1), y = vector({-1, 1});
  between_right_answers(
      [&] {
        const double w = hard_margin(X, y, vector({2, 0.1}), 1e-3)[0].item<double>();
        EXPECT_TRUE(w > 1 && w * w / 2 < 0.5 + 1e-3) << w;
      },
      [&] {
        EXPECT_THROW(hard_margin(X, y, vector({1, 0}), 1e-3), StudentError);
        EXPECT_THROW(hard_margin(X, y, vector({-2, 0}), 1e-3), StudentError);
        EXPECT_THROW(barrier_centre(X, y, vector({2, 1.5}), 1), StudentError);
        EXPECT_THROW(hard_margin(X, y, vector({2, 0}), 0), StudentError);
        EXPECT_THROW(barrier_centre(X, y, vector({2, 0}), 0), StudentError);
      });
}

}  // namespace
