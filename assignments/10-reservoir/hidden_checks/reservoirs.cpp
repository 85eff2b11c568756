// Reservoirs, their fading memory and their readout: W that is not normal, nilpotent W, leaks, lost numbers.
#include <cmath>
#include <limits>

#include "assignments/10-reservoir/calls.h"
#include "assignments/10-reservoir/problems.h"
#include "assignments/10-reservoir/refusals.h"

namespace {

using namespace spinlab;
using namespace reservoir::problems;
using reservoir::Draw;
using reservoir::Reservoir;

/// Neither entries nor stretch nor sign are the radius.
TEST(SpectralRadius, OfAMatrixThatIsNotNormal) {
  EXPECT_CLOSE(spectral_radius(vector({0.3, 100, 0, -0.5}).view({2, 2})), 0.5, rtol(1e-10));
  EXPECT_CLOSE(spectral_radius(vector({-3}).view({1, 1})), 3.0, rtol(1e-12));
  EXPECT_CLOSE(spectral_radius(torch::roll(eye(9), 2, 0) * 1e-4), 1e-4, rtol(1e-10));
}

/// Nobody hears itself by any detour: strictly triangular, in some order of the units.
TEST(WithSpectralRadius, RefusesWhatHasNone) {
  const auto order = torch::argsort(uniform({7}, 0, 1, "order"));
  const auto nilpotent =
      normal({7, 7}, "W").triu(1).index_select(0, order).index_select(1, order).contiguous();
  auto lost = eye(3), far = eye(3);
  lost[0][2] = std::numeric_limits<double>::quiet_NaN(), far[2][0] = std::numeric_limits<double>::infinity();
  between_right_answers(
      [&] {
        EXPECT_CLOSE(with_spectral_radius(2 * eye(3), 0.5), 0.5 * eye(3), atol(1e-14));
        EXPECT_CLOSE(with_spectral_radius(eye(3), 0), zeros({3, 3}), atol(0.0));
        EXPECT_CLOSE(with_spectral_radius(1e-12 * eye(3), 0.5), 0.5 * eye(3), atol(1e-14));
      },
      [&] {
        EXPECT_THROW(with_spectral_radius(nilpotent, 0.9), StudentError);
        EXPECT_THROW(with_spectral_radius(zeros({4, 4}), 0.9), StudentError);
        EXPECT_THROW(with_spectral_radius(eye(3), -0.1), StudentError);
        EXPECT_THROW(with_spectral_radius(lost, 0.9), StudentError);
        EXPECT_THROW(spectral_radius(lost), StudentError);
        EXPECT_THROW(spectral_radius(far), StudentError);
      });
}

/// A unit is heard by 10 of 100 in the mean: by 40 or more with a probability of 1e-14 each. Two rows have
/// one place in common in the mean, 99 pairs of neighbours 99 with a deviation below 10. A unit may hear
/// itself: in five reservoirs 50 do in the mean, with the deviation 6.7.
TEST(DrawReservoir, GivesEveryPlaceTheSameChance) {
  const auto W = draw_reservoir(Draw{.units = 100, .inputs = 1, .degree = 10}, seed("draw")).W;
  const auto places = (W != 0).to(torch::kFloat64);
  EXPECT_CLOSE(places.sum().item<double>(), 1000, atol(0.0));
  EXPECT_LT(places.sum(0).max().item<double>(), 40);
  EXPECT_CLOSE((places.slice(0, 1) * places.slice(0, 0, 99)).sum().item<double>(), 99, atol(70));
  EXPECT_CLOSE(places.triu(1).sum().item<double>(), 495, atol(150));
  double themselves = 0;
  for (int64_t k = 0; k < 5; ++k)
    themselves += (draw_reservoir({.inputs = 1}, seed("draw") + k).W.diagonal() != 0).sum().item<double>();
  EXPECT_CLOSE(themselves, 50, atol(40));
}

/// Of 60 biases next to none is among 120 weights of the input, even in float32.
TEST(DrawReservoir, DrawsNothingTwice) {
  const auto drawn = draw_reservoir(
      {.units = 60, .inputs = 2, .degree = 5, .input_scaling = 0.5, .bias_scaling = 2}, seed("draw"));
  const auto equal = (drawn.b.view({60, 1}) / 2 - drawn.W_in.reshape({1, 120}) / 0.5).abs() < 1e-12;
  EXPECT_LT(equal.sum().item<int64_t>(), 5);
}

TEST(DrawReservoir, DependsOnTheSeedAlone) {
  const Draw draw{.units = 12, .inputs = 2, .degree = 12};
  const auto one = draw_reservoir(draw, 5), again = draw_reservoir(draw, 5), other = draw_reservoir(draw, 6);
  EXPECT_CLOSE(again.W, one.W, atol(0.0));
  EXPECT_CLOSE(again.W_in, one.W_in, atol(0.0));
  EXPECT_CLOSE(again.b, one.b, atol(0.0));
  EXPECT_GT((other.W - one.W).abs().max().item<double>(), 1e-3);
  EXPECT_GT((other.W_in - one.W_in).abs().max().item<double>(), 1e-3);
  EXPECT_GT((other.b - one.b).abs().max().item<double>(), 1e-3);
}

TEST(DrawReservoir, RefusesWhatCannotBeDrawn) {
  between_right_answers(
      [&] {
        const auto one = draw_reservoir({.units = 1, .inputs = 1, .degree = 1, .radius = 0.5}, 3);
        EXPECT_CLOSE(one.W.abs().item<double>(), 0.5, rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(draw_reservoir({.units = 5, .degree = 6}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.units = 5, .degree = 0}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.units = 0, .degree = 0}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.inputs = 0}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.radius = -1}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.input_scaling = -1}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.bias_scaling = -1}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.leak = 0}, 1), StudentError);
        EXPECT_THROW(draw_reservoir({.leak = 1.5}, 1), StudentError);
      });
}

/// Without weights the old state fades as (1 − a)^t, and what is heard is forgotten at that rate.
TEST(Listen, FadesByItsLeak) {
  const double leak = number(0.1, 0.4, "leak");
  const auto start = uniform({3}, -5, 5, "start");
  const auto fading = (std::log(1 - leak) * torch::arange(1, 8, torch::kFloat64)).exp().unsqueeze(1);
  EXPECT_CLOSE(listen({zeros({3, 3}), zeros({3, 2}), zeros({3}), leak}, normal({7, 2}, "inputs"), start),
               fading * start, rtol(1e-11));
  const auto loud = listen({eye(3), zeros({3, 2}), zeros({3}), 1}, zeros({1, 2}), 1e3 * start);
  EXPECT_CLOSE(loud[0], start.sign(), atol(1e-12));
}

TEST(Listen, SaysWhenAnInputIsLost) {
  const auto some = some_reservoir(4, 2, 0.9, 1, "reservoir");
  const auto U = normal({16, 2}, "inputs");
  auto lost = U.clone();
  lost[12][1] = std::numeric_limits<double>::infinity(),
  lost[14][0] = std::numeric_limits<double>::quiet_NaN();
  between_right_answers(
      [&] {
        EXPECT_CLOSE(listen(some, U.slice(0, 0, 1).contiguous(), zeros({4}))[0],
                     plain_next(some, zeros({4}), U[0]), atol(1e-12));
        EXPECT_EQ(listen(some, U.slice(0, 0, 0), zeros({4})).size(0), 0);
      },
      [&] { expect_refused_at("time", 12, [&] { listen(some, lost, zeros({4})); }); });
}

/// W = k (2 −1; 4 −2) has W² = 0, and x = tanh(Wx) three solutions: states never meet, though ρ(W) = 0.
TEST(Separation, NeverEndsAtRadiusZero) {
  const double k = 1 / (2 * std::tanh(1) - std::tanh(2));
  const auto rest = vector({std::tanh(1), std::tanh(2)});
  const Reservoir some{k * vector({2, -1, 4, -2}).view({2, 2}), zeros({2, 1}), zeros({2}), 1};
  const auto distances = separation(some, zeros({5, 1}), rest, -rest);
  EXPECT_CLOSE(distances, 2 * rest.norm().expand({6}), rtol(1e-9));
}

TEST(Separation, SaysWhenAnInputIsLost) {
  const auto some = some_reservoir(4, 2, 0.9, 0.7, "reservoir");
  const auto U = normal({12, 2}, "inputs"), one = uniform({4}, -1, 1, "one"), two = -one;
  auto lost = U.clone();
  lost[7][0] = std::numeric_limits<double>::infinity();
  between_right_answers(
      [&] {
        const auto difference = plain_next(some, one, U[0]) - plain_next(some, two, U[0]);
        EXPECT_CLOSE(separation(some, U.slice(0, 0, 1).contiguous(), one, two),
                     vector({(one - two).norm().item<double>(), difference.norm().item<double>()}),
                     atol(1e-12));
      },
      [&] { expect_refused_at("time", 7, [&] { separation(some, lost, one, two); }); });
}

/// The singular value, with the share that stays.
TEST(ContractionBound, IsTheLargestStretch) {
  const auto left = rotation(4, "left"), right = rotation(4, "right");
  const auto W = (left * vector({0.2, 3, 0.5, 1})).matmul(right);
  EXPECT_CLOSE(contraction_bound({W, zeros({4, 1}), zeros({4}), 0.25}), 0.75 + 0.25 * 3, rtol(1e-9));
  EXPECT_CLOSE(contraction_bound({zeros({2, 2}), zeros({2, 1}), zeros({2}), 1}), 0.0, atol(1e-14));
}

/// What is washed out is never looked at, however wild; and the mean is over the rest.
TEST(FitReadout, ForgetsTheWashout) {
  const auto X = normal({30, 3}, "states"), Y = normal({30, 2}, "targets");
  auto wild_X = X.clone(), wild_Y = Y.clone();
  wild_X.slice(0, 0, 10).mul_(1e6), wild_Y.slice(0, 0, 10).add_(1e8);
  const auto found = fit_readout(wild_X, wild_Y, 10, 0.2);
  EXPECT_CLOSE(ridge_residual(X.slice(0, 10), Y.slice(0, 10), found, 0.2), zeros({2, 4}), atol(1e-9));
}

/// A penalty beyond all bounds leaves the mean.
TEST(FitReadout, DoesNotPenaliseB) {
  const auto X = normal({25, 4}, "states") + 3, Y = normal({25, 2}, "targets") - 7;
  const auto found = fit_readout(X, Y, 5, 1e12);
  EXPECT_CLOSE(found.W, zeros({2, 4}), atol(1e-10));
  EXPECT_CLOSE(found.b, Y.slice(0, 5).mean(0), rtol(1e-9));
}

TEST(FitReadout, RefusesAWashoutOfEverything) {
  const auto X = normal({8, 2}, "states"), Y = normal({8, 1}, "targets");
  between_right_answers(
      [&] {
        const auto found = fit_readout(X, Y, 7, 0.1);
        EXPECT_CLOSE(found.W, zeros({1, 2}), atol(1e-12));
        EXPECT_CLOSE(found.b, Y[7], rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(fit_readout(X, Y, 8, 0.1), StudentError);
        EXPECT_THROW(fit_readout(X, Y, 20, 0.1), StudentError);
        EXPECT_THROW(fit_readout(X, Y, -1, 0.1), StudentError);
        EXPECT_THROW(fit_readout(X, Y, 2, -0.1), StudentError);
      });
}

TEST(FitReadout, SaysWhereANumberIsLost) {
  const auto X = normal({30, 2}, "states"), Y = normal({30, 1}, "targets");
  const auto refuses = [&](bool state, int64_t time) {
    auto lost_X = X.clone(), lost_Y = Y.clone();
    (state ? lost_X : lost_Y)[time][0] = std::numeric_limits<double>::infinity();
    expect_refused_at("time", time, [&] { fit_readout(lost_X, lost_Y, 10, 0.1); });
  };
  between_right_answers(
      [&] {
        const auto found = fit_readout(X, Y, 10, 0.1);
        EXPECT_CLOSE(ridge_residual(X.slice(0, 10), Y.slice(0, 10), found, 0.1), zeros({1, 3}), atol(1e-10));
      },
      [&] {
        refuses(true, 23);
        refuses(false, 17);
        refuses(false, 4);
      });
}

/// Against the normal equations of each lag, of states and an input with means. States are small: whoever
/// penalises readouts at all sees it.
TEST(MemoryCapacities, HaveNoIntercept) {
  const auto large = normal({60, 4}, "states") + 2, u = normal({60}, "input") + 1 + 0.5 * large.select(1, 1);
  const auto X = 1e-4 * large;
  const auto found = memory_capacities(X, u, 9, 8), rows = X.slice(0, 9);
  for (int64_t k = 0; k < 8; ++k) {
    const auto past = u.slice(0, 9 - k, 60 - k), moment = rows.t().matmul(past);
    const auto w = torch::linalg_inv(rows.t().matmul(rows)).matmul(moment);
    const auto error = past - rows.matmul(w);
    EXPECT_CLOSE(found[k], 1 - error.square().sum() / past.square().sum(), atol(1e-9)) << "lag " << k;
  }
}

TEST(MemoryCapacities, RefuseLagsBeyondTheWashout) {
  const auto u = normal({20}, "input"), X = u.unsqueeze(1).contiguous();
  between_right_answers(
      [&] { EXPECT_CLOSE(memory_capacities(X, u, 0, 1), torch::ones({1}, torch::kFloat64), atol(1e-12)); },
      [&] {
        EXPECT_THROW(memory_capacities(X, u, 3, 5), StudentError);
        EXPECT_THROW(memory_capacities(X, u, 20, 2), StudentError);
        EXPECT_THROW(memory_capacities(X, u, 3, 0), StudentError);
        EXPECT_THROW(memory_capacities(X, u, -1, 1), StudentError);
      });
}

/// One unit: MC_k = (1 − r²) r^2k. At r = 0.995 its sum has thousands of terms.
TEST(LinearMemory, OfOneUnitThatForgetsSlowly) {
  const double r = 0.995;
  const auto expected = (1 - r * r) * (2 * std::log(r) * torch::arange(12, torch::kFloat64)).exp();
  EXPECT_CLOSE(linear_memory(vector({-r}).view({1, 1}), vector({0.3}), 12), expected, atol(1e-9));
}

/// A delay line has ρ = 0 and remembers N inputs wholly, then nothing.
TEST(LinearMemory, OfADelayLine) {
  auto W = ring(5);
  W[0].zero_();
  EXPECT_CLOSE(linear_memory(W, vector({2, 0, 0, 0, 0}), 7), vector({1, 1, 1, 1, 1, 0, 0}), atol(1e-10));
}

TEST(LinearMemory, RefusesWhatDoesNotForget) {
  const auto W = ring(3), w = vector({1, 0, 0});
  between_right_answers(
      [&] { EXPECT_CLOSE(linear_memory(0.5 * W, w, 1), vector({1 - std::pow(0.5, 6)}), atol(1e-10)); },
      [&] {
        EXPECT_THROW(linear_memory(1.01 * W, w, 4), StudentError);
        EXPECT_THROW(linear_memory(-1.5 * W, w, 4), StudentError);
        EXPECT_THROW(linear_memory(vector({-1}).view({1, 1}), vector({2}), 4), StudentError);
        EXPECT_THROW(linear_memory(0.5 * W, w, 0), StudentError);
      });
}

}  // namespace
