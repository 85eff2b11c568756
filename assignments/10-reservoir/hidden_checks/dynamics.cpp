// Flows, how long they can be foretold, exponents: symmetry, no steps, backwards, where a state is lost.
#include <cmath>
#include <limits>

#include "assignments/10-reservoir/calls.h"
#include "assignments/10-reservoir/problems.h"
#include "assignments/10-reservoir/refusals.h"

namespace {

using namespace spinlab;
using namespace reservoir::problems;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// (x, y, z) → (−x, −y, z) turns the slope alike; and no state is none.
TEST(LorenzSlope, KnowsItsSymmetry) {
  const auto flow = some_flow("flow");
  const auto X = 10 * normal({1, 3}, "state"), turn = vector({-1, -1, 1});
  const auto slope = lorenz_slope(flow, X);
  EXPECT_CLOSE(slope[0][2], X[0][0] * X[0][1] - flow.beta * X[0][2], atol(1e-12));
  EXPECT_CLOSE(lorenz_slope(flow, X * turn), slope * turn, atol(1e-12));
  EXPECT_EQ(lorenz_slope(flow, X.slice(0, 0, 0)).size(0), 0);
}

/// A field that bends, on vectors of another length; and a step back undoes one forth to the order of the
/// method.
TEST(RungeKutta4, OfAFieldThatBends) {
  const auto field = [](const Tensor& x) { return torch::sin(torch::roll(x, 1)) - 0.3 * x * x; };
  const auto x = uniform({5}, 0.5, 1.5, "state");
  const double h = 0.3;
  const auto k1 = field(x), k2 = field(x + k1 * 0.15), k3 = field(x + k2 * 0.15), k4 = field(x + k3 * 0.3);
  const auto expected = x + (k1 + 2 * k2 + 2 * k3 + k4) * 0.05;
  EXPECT_CLOSE(runge_kutta_4(field, x, h), expected, rtol(1e-12));
  EXPECT_CLOSE(runge_kutta_4(field, runge_kutta_4(field, x, 0.01), -0.01), x, atol(1e-9));
}

TEST(Trajectories, OfNoStepAndBackwards) {
  const auto starts = 5 * normal({2, 3}, "starts") + vector({0, 0, 20});
  EXPECT_CLOSE(trajectories({}, starts, 0.01, 0), starts.unsqueeze(1), atol(0.0));
  const auto forth = trajectories({}, starts, 0.002, 50);
  const auto back = trajectories({}, forth.select(1, 50).contiguous(), -0.002, 50);
  EXPECT_CLOSE(back.flip({1}), forth, atol(1e-5));
}

/// A step of 0.3 is far too long. Which one is the last, a plain loop knows. And dz/dt = z alone grows by
/// 16.375 in a step of 3, at most by 15.25 within it: from `far` to infinity, and NaN comes later.
TEST(Trajectories, SayWhereTheyDiverge) {
  const auto starts = 5 * normal({3, 3}, "starts") + vector({0, 0, 20});
  int64_t first = 1000;
  for (const auto& start : starts.unbind()) {
    const auto lost = plain_path({}, state_of(start), 0.3, 60).isfinite().all(1).logical_not();
    if (lost.any().item<bool>()) first = std::min(first, lost.nonzero()[0].item<int64_t>());
  }
  ASSERT_LT(first, 60);
  const reservoir::Lorenz growing{10, 28, -1};
  const auto far = vector({0, 0, 1.14e307}).view({1, 3});
  between_right_answers(
      [&] {
        const auto path = trajectories({}, starts, 0.3, first - 1).select(0, 1);
        EXPECT_CLOSE(path[1], plain_path({}, state_of(starts[1]), 0.3, 1)[1], rtol(1e-10));
      },
      [&] {
        expect_refused_at("step", first, [&] { trajectories({}, starts, 0.3, 60); });
        expect_refused_at("step", 1, [&] { trajectories(growing, far, 3, 1); });
      });
}

TEST(Trajectories, RefuseNoStepAndNoStart) {
  const auto starts = 5 * normal({2, 3}, "starts");
  auto lost = starts.clone(), far = starts.clone();
  lost[1][2] = kNaN, far[0][1] = -kInfinite;
  between_right_answers(
      [&] {
        EXPECT_CLOSE(trajectories({}, starts, 0.01, 1)[1][1], plain_path({}, state_of(starts[1]), 0.01, 1)[1],
                     rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(trajectories({}, starts, 0, 3), StudentError);
        EXPECT_THROW(trajectories({}, starts, kNaN, 0), StudentError);
        EXPECT_THROW(trajectories({}, starts, kInfinite, 0), StudentError);
        EXPECT_THROW(trajectories({}, starts, 0.01, -1), StudentError);
        EXPECT_THROW(trajectories({}, lost, 0.01, 0), StudentError);
        EXPECT_THROW(trajectories({}, far, 0.01, 0), StudentError);
      });
}

/// An error that shrinks again does not make a forecast right; one that is no number is wrong, and one that
/// is as large as the threshold is right.
TEST(ValidTimes, EndWithTheFirstLargeError) {
  const auto truths = normal({4, 6, 1}, "truth"), deviation = vector({1});
  auto errors = zeros({4, 6, 1});
  errors[0][3] = -2, errors[1][2] = kNaN, errors[2][4] = kInfinite, errors[3] += 0.5;
  EXPECT_CLOSE(valid_times(truths + errors, truths, deviation, 0.6, 0.5), vector({1.5, 1, 2, 3}),
               atol(1e-12));
  EXPECT_CLOSE(valid_times(truths + errors, truths, 100 * deviation, 0.6, 0.5), vector({3, 1, 2, 3}),
               atol(1e-12));
  const auto zero = zeros({2, 6, 1});
  EXPECT_CLOSE(valid_times(zero + 0.5, zero, deviation, 0.5, 0.5), vector({3, 3}), atol(1e-12));
}

TEST(ValidTimes, RefuseATruthThatIsLost) {
  const auto truths = normal({2, 3, 2}, "truth"), deviation = vector({1, 2});
  auto lost = truths.clone();
  lost[1][2][0] = kInfinite;
  between_right_answers(
      [&] { EXPECT_CLOSE(valid_times(truths, truths, deviation, 1, 2), vector({6, 6}), atol(0.0)); },
      [&] {
        EXPECT_THROW(valid_times(truths, lost, deviation, 1, 2), StudentError);
        EXPECT_THROW(valid_times(truths, truths, vector({1, 0}), 1, 2), StudentError);
        EXPECT_THROW(valid_times(truths, truths, deviation, 0, 2), StudentError);
        EXPECT_THROW(valid_times(truths, truths, deviation, 1, -2), StudentError);
      });
}

/// At 0 the field is linear near by: the map is Taylor's series of exp(hJ) to order 4.
TEST(LorenzStepMaps, AtTheOrigin) {
  const reservoir::Lorenz flow{9, 30, 3};
  const auto J = vector({-9, 9, 0, 30, -1, 0, 0, 0, -3}).view({3, 3});
  for (const double h : {0.05, -0.03}) {
    auto term = eye(3), sum = eye(3);
    for (int k = 1; k <= 4; ++k) sum = sum + (term = h / k * term.matmul(J));
    EXPECT_CLOSE(lorenz_step_maps(flow, zeros({2, 3}), h), sum.expand({2, 3, 3}), atol(1e-12));
  }
}

/// The product of 600 maps that stretch by 10 is beyond all floating-point numbers.
TEST(LyapunovExponents, OfManyMaps) {
  const auto turn = rotation(3, "turn");
  const auto maps = (turn * vector({10, 2, 0.1})).matmul(turn.t()).expand({600, 3, 3}).contiguous();
  EXPECT_CLOSE(lyapunov_exponents(maps, 3, 1), vector({10, 2, 0.1}).log(), atol(0.02));
  EXPECT_CLOSE(lyapunov_exponents(maps, 3, 1).sum().item<double>(), std::log(2), atol(1e-9));
}

TEST(LyapunovExponents, SayWhereAVectorIsLost) {
  const auto maps = normal({6, 3, 3}, "maps");
  auto flat = maps.clone(), lost = maps.clone();
  flat[4].zero_(), lost[2][1][1] = kNaN;
  between_right_answers(
      [&] {
        EXPECT_CLOSE(lyapunov_exponents(maps.slice(0, 0, 1).contiguous(), 1, 2)[0].item<double>(),
                     maps[0].select(1, 0).norm().log().item<double>() / 2, atol(1e-10));
      },
      [&] {
        expect_refused_at("time", 4, [&] { lyapunov_exponents(flat, 2, 1); });
        expect_refused_at("time", 2, [&] { lyapunov_exponents(lost, 3, 1); });
        EXPECT_THROW(lyapunov_exponents(maps, 0, 1), StudentError);
        EXPECT_THROW(lyapunov_exponents(maps, 4, 1), StudentError);
        EXPECT_THROW(lyapunov_exponents(maps, 1, 0), StudentError);
      });
}

}  // namespace
