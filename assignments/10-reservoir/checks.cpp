// The checks that students see. Every input is drawn from the check's seed, so only an algorithm passes, not
// a table.
#include <array>
#include <cmath>
#include <complex>

#include "calls.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace reservoir::problems;
using reservoir::Draw;
using reservoir::Lorenz;
using reservoir::Readout;
using reservoir::Reservoir;

/// It rests at 0 and at (±r, ±r, ρ − 1) with r² = β (ρ − 1); on the z axis it falls to 0 at the rate β.
TEST(LorenzSlope, VanishesWhereItRests) {
  const auto flow = some_flow("flow");
  const double r = std::sqrt(flow.beta * (flow.rho - 1)), z = number(3, 9, "height");
  const auto X = vector({0, 0, 0, r, r, flow.rho - 1, -r, -r, flow.rho - 1, 0, 0, z}).view({4, 3});
  const auto expected = vector({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -flow.beta * z}).view({4, 3});
  EXPECT_CLOSE(lorenz_slope(flow, X), expected, atol(1e-12));
}

TEST(LorenzSlope, OfManyStates) {
  const auto flow = some_flow("flow");
  const auto X = 10 * normal({7, 3}, "states");
  auto expected = torch::empty({7, 3}, torch::kFloat64);
  for (int64_t i = 0; i < 7; ++i) {
    const auto s = slope(flow, state_of(X[i]));
    expected[i].copy_(vector({s[0], s[1], s[2]}));
  }
  EXPECT_CLOSE(lorenz_slope(flow, X), expected, rtol(1e-12) + atol(1e-12));
}

/// For dx/dt = A x a step is 1 + hA + (hA)²/2 + (hA)³/6 + (hA)⁴/24 of it, and nothing else.
TEST(RungeKutta4, IsTaylorsSeriesOfALinearField) {
  const auto A = normal({4, 4}, "A"), X = normal({3, 4}, "states");
  const double h = number(0.3, 0.6, "step");
  auto term = X, sum = X;
  for (int k = 1; k <= 4; ++k) sum = sum + (term = h / k * term.matmul(A.t()));
  EXPECT_CLOSE(runge_kutta_4([&](const Tensor& at) { return at.matmul(A.t()); }, X, h), sum, rtol(1e-12));
}

/// dx/dt = −x² has the solution x/(1 + xh). Half a step errs by 1/32 as much: the error is of order 5. For x
/// in [1, 2] it is by 28 to 37.
TEST(RungeKutta4, ErrsByTheFifthPowerOfTheStep) {
  const auto x = uniform({5}, 1, 2, "start");
  const auto field = [](const Tensor& at) { return -at * at; };
  const auto error = [&](double h) {
    return (runge_kutta_4(field, x, h) - x / (1 + x * h)).abs().sum().item<double>();
  };
  const double coarse = error(0.04), fine = error(0.02);
  EXPECT_GT(coarse / fine, 24);
  EXPECT_LT(coarse / fine, 40);
}

/// Rounding is e^(0.9 · 2) times larger after 2 units of time.
TEST(Trajectories, AreThoseOfAPlainLoop) {
  const auto flow = some_flow("flow");
  const auto starts = 5 * normal({4, 3}, "starts") + vector({0, 0, 20});
  std::vector<Tensor> paths;
  for (const auto& start : starts.unbind()) paths.push_back(plain_path(flow, state_of(start), 0.02, 100));
  EXPECT_CLOSE(trajectories(flow, starts, 0.02, 100), torch::stack(paths), rtol(1e-9) + atol(1e-9));
}

/// Errors of 0.3, 0.3, 0.6 of a deviation: that of the second number of two counts √½ of it.
TEST(ValidTimes, ByHand) {
  const auto deviation = vector({2, 5}), truths = normal({3, 4, 2}, "truth");
  const double step = number(0.01, 0.1, "step");
  auto errors = zeros({3, 4, 2});
  errors[0].select(1, 1).copy_(5 * vector({0.3, -0.3, 0.6, 0}));
  errors[1].select(1, 0).copy_(2 * vector({0.3, 0.6, 0.6, 0.6}));
  errors[2].copy_(deviation * 0.5);
  const auto times = valid_times(truths + errors, truths, deviation, 0.4, step);
  EXPECT_CLOSE(times, step * vector({2, 1, 0}), rtol(1e-12));
  EXPECT_CLOSE(valid_times(truths + errors, truths, deviation, 0.45, step), step * vector({4, 4, 0}),
               rtol(1e-12));
}

/// Two solutions that begin ε apart part after ln(Δ/ε) Lyapunov times: a hundredth of ε is ln 100 = 4.6 more.
/// Over starts the difference has the mean 4.59 and the deviation 1.52 (4,000 starts), so the mean over 64 is
/// off by 1.2 with a probability below 1e-8.
TEST(ValidTimes, GrowWithTheLogarithmOfTheNoise) {
  not_called_again("what it costs");
  const int64_t n = 64, steps = 900;
  const double h = 0.02;
  const auto far = trajectories({}, 3 * normal({n, 3}, "starts") + vector({0, 0, 20}), 0.02, 500);
  const auto starts = far.select(1, 500).contiguous();
  const auto deviation = starts.std(0, false), push = normal({n, 3}, "noise") * deviation;
  const auto truths = trajectories({}, starts, h, steps).slice(1, 1).contiguous();
  const auto mean_time = [&](double noise) {
    const auto others = trajectories({}, starts + noise * push, h, steps).slice(1, 1).contiguous();
    return valid_times(others, truths, deviation, 0.4, h * kLorenzExponent).mean().item<double>();
  };
  const double coarse = mean_time(1e-3), fine = mean_time(1e-5);
  EXPECT_CLOSE(fine - coarse, std::log(100), atol(1.2));
  EXPECT_CLOSE(coarse, 5.2, atol(1.5));
}

/// At x + iε a step has the imaginary part ε times its derivative, to ε²: with ε = 1e-30 no digit is lost.
Tensor derivative_of_a_step(const Lorenz& flow, const State& s, double h) {
  constexpr double kTiny = 1e-30;
  auto M = torch::empty({3, 3}, torch::kFloat64);
  for (int64_t j = 0; j < 3; ++j) {
    std::array<std::complex<double>, 3> at{s[0], s[1], s[2]};
    at[j] += std::complex<double>(0, kTiny);
    const auto after = plain_step(flow, at, h);
    for (int64_t i = 0; i < 3; ++i) M[i][j] = after[i].imag() / kTiny;
  }
  return M;
}

/// Far out, too, where differences have lost their digits.
TEST(LorenzStepMaps, AreTheDerivativesOfAStep) {
  const auto flow = some_flow("flow");
  const auto directions = 8 * normal({4, 3}, "states") + vector({0, 0, 20});
  for (const double size : {1, 100}) {
    const auto X = size * directions;
    const double h = 0.05 / size;
    std::vector<Tensor> expected;
    for (const auto& x : X.unbind()) expected.push_back(derivative_of_a_step(flow, state_of(x), h));
    const auto all = torch::stack(expected);
    EXPECT_CLOSE(lorenz_step_maps(flow, X, h), all, atol(1e-10 * all.abs().max().item<double>()));
  }
}

/// Volumes shrink alike everywhere, as exp(−(σ + 1 + β) t), but for the order of the method.
TEST(LorenzStepMaps, ShrinkVolumesAlikeEverywhere) {
  const auto flow = some_flow("flow");
  const auto X = 8 * normal({6, 3}, "states") + vector({0, 0, 20});
  const double h = 0.002, rate = -(flow.sigma + 1 + flow.beta);
  EXPECT_CLOSE(torch::linalg_det(lorenz_step_maps(flow, X, h)),
               torch::full({6}, std::exp(rate * h), torch::kFloat64), atol(1e-8));
}

/// Upper triangular maps leave Q = 1, so the exponents are the means of ln |diagonal|, whatever lies above
/// it. These rise from column to column, by ln 3 with a deviation of 0.16 each: they are not to be sorted.
TEST(LyapunovExponents, OfTriangularMaps) {
  const auto diagonal = uniform({30, 4}, 0.3, 3, "diagonal") * vector({0.2, 0.6, 2, 6}) *
                        (1 - 2 * (uniform({30, 4}, 0, 1, "signs") < 0.5).to(torch::kFloat64));
  const auto maps = normal({30, 4, 4}, "above").triu(1) + torch::diag_embed(diagonal);
  const double time = number(0.01, 0.1, "time");
  const auto expected = diagonal.abs().log().mean(0) / time;
  EXPECT_CLOSE(lyapunov_exponents(maps, 4, time), expected, rtol(1e-9) + atol(1e-9));
  EXPECT_CLOSE(lyapunov_exponents(maps, 2, time), expected.slice(0, 0, 2), rtol(1e-9) + atol(1e-9));
}

/// The first k of them add up to the logarithm of the volume that k vectors have at the end.
TEST(LyapunovExponents, AddUpToTheGrowthOfVolumes) {
  std::vector<Tensor> drawn;
  for (int t = 0; t < 8; ++t) {
    const auto at = std::to_string(t);
    drawn.push_back(
        (rotation(5, "to " + at) * uniform({5}, 0.5, 2, "stretch " + at)).matmul(rotation(5, "from " + at)));
  }
  const auto maps = torch::stack(drawn);
  auto product = eye(5);
  for (const auto& map : maps.unbind()) product = map.matmul(product);
  for (const int64_t k : {1, 3, 5}) {
    const auto V = product.slice(1, 0, k);
    const double volume = torch::linalg_det(V.t().matmul(V)).log().item<double>() / 2;
    EXPECT_CLOSE(lyapunov_exponents(maps, k, 0.5).sum().item<double>(), volume / (8 * 0.5), atol(1e-7));
  }
}

/// Over 60 units of time the first exponent has the mean 0.898 and the deviation 0.032, the second −0.016 and
/// 0.025 (2,000 starts); the sum is −(σ + 1 + β), but for the step.
TEST(LyapunovExponents, OfLorenzsSystem) {
  not_called_again("what it costs");
  const auto path = attractor(0.02, 3000, "start");
  const auto found = lyapunov_exponents(lorenz_step_maps({}, path.slice(0, 0, 3000), 0.02), 3, 0.02);
  EXPECT_CLOSE(found[0].item<double>(), kLorenzExponent, atol(0.25));
  EXPECT_CLOSE(found[1].item<double>(), 0.0, atol(0.25));
  EXPECT_CLOSE(found.sum().item<double>(), -41.0 / 3, atol(5e-3));
}

/// A matrix with the eigenvalues 0.8 e^(±iφ), −0.7 and 0.5, in a basis that is not orthogonal.
Tensor with_a_turn(const std::string& purpose) {
  const double angle = number(0.5, 2.5, purpose + " angle"), c = 0.8 * std::cos(angle),
               s = 0.8 * std::sin(angle);
  const auto blocks = vector({c, s, 0, 0, -s, c, 0, 0, 0, 0, -0.7, 0, 0, 0, 0, 0.5}).view({4, 4});
  const auto basis = rotation(4, purpose) + 0.3 * rotation(4, purpose + " askew");
  return basis.matmul(blocks).matmul(torch::linalg_inv(basis));
}

TEST(SpectralRadius, IsTheLargestEigenvalueOfAll) {
  EXPECT_CLOSE(spectral_radius(with_a_turn("W")), 0.8, rtol(1e-9));
  EXPECT_CLOSE(spectral_radius(-3 * with_a_turn("another")), 2.4, rtol(1e-9));
}

/// All numbers by one factor: W keeps its zeros and its eigenvectors.
TEST(WithSpectralRadius, MultipliesByAFactor) {
  const auto W = with_a_turn("W");
  const double radius = number(0.2, 1.5, "radius");
  EXPECT_CLOSE(with_spectral_radius(W, radius), radius / 0.8 * W, rtol(1e-9) + atol(1e-12));
}

TEST(DrawReservoir, HasTheDegreeAndTheRadius) {
  const Draw draw{.units = 30,
                  .inputs = 2,
                  .degree = 4,
                  .radius = 0.7,
                  .input_scaling = 0.2,
                  .bias_scaling = 0,
                  .leak = 0.3};
  const auto drawn = draw_reservoir(draw, seed("draw"));
  EXPECT_TRUE((drawn.W != 0).sum(1).eq(4).all().item<bool>());
  EXPECT_CLOSE(torch::linalg_eigvals(drawn.W).abs().max().item<double>(), 0.7, rtol(1e-9));
  EXPECT_LE(drawn.W_in.abs().max().item<double>(), 0.2);
  EXPECT_GT(drawn.W_in.abs().min().item<double>(), 0);
  EXPECT_CLOSE(drawn.b, zeros({30}), atol(0.0));
  EXPECT_EQ(drawn.leak, 0.3);
}

/// Of n numbers uniform in ±s, n/2 are below s/2 in size, and half are positive: both are off by six
/// deviations, 3 √n, with a probability below 1e-8.
void expect_uniform(const Tensor& numbers, double scale) {
  const double n = numbers.numel();
  EXPECT_LE(numbers.abs().max().item<double>(), scale);
  EXPECT_CLOSE((numbers.abs() < scale / 2).sum().item<double>(), n / 2, atol(3 * std::sqrt(n)));
  EXPECT_CLOSE((numbers > 0).sum().item<double>(), n / 2, atol(3 * std::sqrt(n)));
}

/// W's scale is not known, but the largest of 1,200 numbers is within 2 % of it, but for a probability of
/// 3e-11.
TEST(DrawReservoir, IsUniform) {
  const Draw draw{
      .units = 150, .inputs = 3, .degree = 8, .radius = 1.3, .input_scaling = 0.5, .bias_scaling = 2};
  const auto drawn = draw_reservoir(draw, seed("draw"));
  expect_uniform(drawn.W_in, 0.5);
  expect_uniform(drawn.b, 2);
  const auto weights = drawn.W.masked_select(drawn.W != 0);
  expect_uniform(weights, 1.01 * weights.abs().max().item<double>());
}

TEST(Listen, UnitByUnit) {
  const auto some = some_reservoir(5, 2, 1.4, number(0.3, 0.8, "leak"), "reservoir");
  const auto U = normal({12, 2}, "inputs"), start = uniform({5}, -1, 1, "start");
  EXPECT_CLOSE(listen(some, U, start), plain_states(some, U, start), atol(1e-11));
}

/// Who has heard the first half and goes on from there has heard all.
TEST(Listen, TakesUpWhereItStopped) {
  const auto some = some_reservoir(7, 3, 1.2, 0.6, "reservoir");
  const auto U = normal({9, 3}, "inputs"), start = uniform({7}, -1, 1, "start");
  const auto whole = listen(some, U, start);
  EXPECT_CLOSE(whole[0], plain_next(some, start, U[0]), atol(1e-12));
  const auto rest = listen(some, U.slice(0, 4).contiguous(), whole[3].contiguous());
  EXPECT_CLOSE(rest, whole.slice(0, 4), atol(1e-12));
}

/// tanh never stretches, so a step shrinks distances by (1 − a) + a‖W‖ at least.
TEST(Separation, ShrinksByTheBound) {
  const auto some = some_reservoir(8, 2, 0.8, 0.5, "reservoir");
  const auto U = normal({25, 2}, "inputs"), start = uniform({8}, -1, 1, "start"),
             other = uniform({8}, -1, 1, "other");
  const double bound = contraction_bound(some);
  EXPECT_CLOSE(bound, 0.9, rtol(1e-9));
  const auto distances = separation(some, U, start, other);
  EXPECT_CLOSE(distances[0].item<double>(), (start - other).norm().item<double>(), rtol(1e-12));
  EXPECT_GT(distances.min().item<double>(), 0);
  EXPECT_LE((distances.slice(0, 1) - bound * distances.slice(0, 0, 25)).max().item<double>(), 1e-12);
  const auto ends = plain_states(some, U, start) - plain_states(some, U, other);
  EXPECT_CLOSE(distances.slice(0, 1), ends.square().sum(1).sqrt(), rtol(1e-6) + atol(1e-13));
}

/// Near 0 tanh is no bend: a rotation by the factor s shrinks every distance by exactly s.
TEST(Separation, OfARotation) {
  const double s = number(0.7, 0.95, "factor");
  const Reservoir some{s * rotation(6, "W"), zeros({6, 1}), zeros({6}), 1};
  const auto distances =
      separation(some, zeros({20, 1}), 1e-6 * normal({6}, "start"), 1e-6 * normal({6}, "other"));
  EXPECT_CLOSE(distances / distances[0], (std::log(s) * torch::arange(21, torch::kFloat64)).exp(),
               rtol(1e-8));
}

/// The derivative of the penalised loss vanishes.
TEST(FitReadout, SolvesTheRidgeEquations) {
  const auto X = normal({40, 5}, "states") + vector({1, 0, -2, 0, 3}), Y = normal({40, 2}, "targets") + 4;
  const double lambda = number(0.1, 0.5, "lambda");
  const auto found = fit_readout(X, Y, 11, lambda);
  EXPECT_CLOSE(ridge_residual(X.slice(0, 11), Y.slice(0, 11), found, lambda), zeros({2, 6}), atol(1e-10));
}

/// Without a penalty it finds what is linear, in the units that it has.
TEST(FitReadout, FindsALinearMap) {
  const auto scale = vector({1e-2, 1, 30}), X = normal({30, 3}, "states") * scale;
  const auto W = normal({2, 3}, "W") / scale, b = 100 * normal({2}, "b");
  const auto found = fit_readout(X, X.matmul(W.t()) + b, 0, 0);
  EXPECT_CLOSE(found.W, W, rtol(1e-7) + atol(1e-9));
  EXPECT_CLOSE(found.b, b, rtol(1e-9) + atol(1e-9));
}

/// x_i(t) = u(t − i): a delay line of N units remembers N inputs wholly, and of those before them what chance
/// has.
TEST(MemoryCapacities, OfADelayLine) {
  const auto u = normal({400}, "input");
  std::vector<Tensor> units;
  for (int64_t i = 0; i < 6; ++i) units.push_back(torch::roll(u, i));
  const auto found = memory_capacities(torch::stack(units, 1), u, 20, 15);
  EXPECT_CLOSE(found.slice(0, 0, 6), torch::ones({6}, torch::kFloat64), atol(1e-9));
  EXPECT_GE(found.min().item<double>(), 0);
  EXPECT_LT(found.slice(0, 6).max().item<double>(), 0.25);
}

/// A sequence of period T all of whose shifts are orthogonal: its Fourier transform has one size. Then Σ_k
/// MC_k is the trace of a projection, N, for any N states that are independent.
TEST(MemoryCapacities, AddUpToTheUnits) {
  const int64_t T = 63, N = 9;
  const auto angle = 2 * std::numbers::pi * uniform({32}, 0, 1, "angles");
  const auto phases = torch::complex(angle.cos(), angle.sin()).clone();
  phases[0].fill_(1);
  const auto u = torch::fft_irfft(phases, T), twice = torch::cat({u, u});
  EXPECT_CLOSE(memory_capacities(normal({2 * T, N}, "states"), twice, T, T).sum().item<double>(), N,
               rtol(1e-9));
}

/// On a ring with the factor r, MC_k = (1 − r^2N) r^2Nq for k = qN, …, qN + N − 1.
TEST(LinearMemory, OfARing) {
  const int64_t N = 6;
  const double r = number(0.8, 0.95, "factor");
  auto w = zeros({N});
  w[2] = number(0.5, 2, "weight");
  const auto rounds = torch::floor(torch::arange(3 * N, torch::kFloat64) / N);
  const double once = std::pow(r, 2 * N);
  EXPECT_CLOSE(linear_memory(r * ring(N), w, 3 * N), (1 - once) * (std::log(once) * rounds).exp(),
               atol(1e-9));
}

/// Memory does not depend on the basis, and all of it is N.
TEST(LinearMemory, AddsUpToTheUnitsInEveryBasis) {
  const int64_t N = 5;
  const auto basis = rotation(N, "basis") + 0.3 * rotation(N, "askew");
  auto w = zeros({N});
  w[0] = 1;
  const auto W = 0.9 * basis.matmul(ring(N)).matmul(torch::linalg_inv(basis));
  const auto found = linear_memory(W, basis.matmul(w), 200);
  EXPECT_CLOSE(found.sum().item<double>(), N, atol(1e-7));
  EXPECT_CLOSE(found.slice(0, 0, 60), linear_memory(0.9 * ring(N), w, 60), atol(1e-7));
}

/// The readout says u(t + 1) from x(t), and the state has heard all.
TEST(FitForecaster, HandsOverItsLastState) {
  const auto some = some_reservoir(6, 2, 0.9, 0.7, "reservoir");
  const auto U = normal({40, 2}, "trajectory");
  const auto found = fit_forecaster(some, U, 9, 0.03);
  const auto X = plain_states(some, U, zeros({6}));
  EXPECT_CLOSE(found.state, X[39], atol(1e-10));
  EXPECT_CLOSE(ridge_residual(X.slice(0, 9, 39), U.slice(0, 10), found.readout, 0.03), zeros({2, 7}),
               atol(1e-10));
}

TEST(Forecast, HearsItself) {
  const auto some = some_reservoir(6, 2, 1.1, 0.6, "reservoir");
  const auto readout = some_readout(6, 2, "readout");
  auto x = uniform({6}, -1, 1, "state");
  const auto said = forecast(some, readout, x, 9);
  for (int64_t t = 0; t < 9; ++t) {
    const auto u = readout.W.matmul(x) + readout.b;
    EXPECT_CLOSE(said[t], u, atol(1e-10)) << "word " << t;
    x = plain_next(some, x, u);
  }
}

/// 100 units that have heard 30 units of time of Lorenz's system are right for 5.4 to 7.4 Lyapunov times
/// (means over ten forecasts, twelve reservoirs). One of 200 reservoirs, each with three forecasts, was right
/// for FEWEST.
TEST(Forecast, OfLorenzsSystem) {
  not_called_again("what it costs");
  const auto drawn = draw_reservoir(Draw{}, seed("reservoir"));
  const auto U = standardised(attractor(0.02, 1900, "Lorenz"));
  std::vector<Tensor> said, truth;
  for (const int64_t from : {1500, 1580, 1660}) {
    const auto found = fit_forecaster(drawn, U.slice(0, 0, from).contiguous(), 100, 1e-10);
    said.push_back(forecast(drawn, found.readout, found.state, 200));
    truth.push_back(U.slice(0, from, from + 200));
  }
  const auto error = (torch::stack(said) - torch::stack(truth)).square().mean(2).sqrt();
  const auto right = error.le(0.4).to(torch::kLong).cumprod(1).sum(1).to(torch::kFloat64);
  EXPECT_GT(right.mean().item<double>() * 0.02 * kLorenzExponent, 1);
}

/// At rest tanh has the slope 1, so every step is the same map: (1 − a) + a (W + W_in V), V the readout's.
TEST(ForecastExponents, AtRest) {
  const double leak = 0.4;
  const auto diagonal = vector({1.6, -0.7, 0.5, 0.2});
  const auto loop = normal({4, 4}, "above").triu(1) + torch::diag(diagonal);
  const auto readout = some_readout(4, 2, "readout");
  const auto W_in = normal({4, 2}, "W_in");
  const Reservoir some{loop - W_in.matmul(readout.W), W_in, -W_in.matmul(readout.b), leak};
  const auto expected = (1 - leak + leak * diagonal).abs().log() / 0.1;
  EXPECT_CLOSE(forecast_exponents(some, readout, zeros({4}), 7, 3, 0.1), expected.slice(0, 0, 3), atol(1e-8));
}

/// The first says how fast two forecasts part whose states differ in the first unit alone, by next to
/// nothing.
TEST(ForecastExponents, AreHowForecastsPart) {
  const auto some = some_reservoir(5, 2, 1.3, 0.7, "reservoir");
  const auto readout = some_readout(5, 2, "readout");
  const auto start = uniform({5}, -0.8, 0.8, "state");
  auto up = start.clone(), down = start.clone();
  up[0] += 1e-5, down[0] -= 1e-5;
  for (int t = 0; t < 6; ++t) {
    up = plain_next(some, up, readout.W.matmul(up) + readout.b);
    down = plain_next(some, down, readout.W.matmul(down) + readout.b);
  }
  const double growth = std::log((up - down).norm().item<double>() / 2e-5);
  EXPECT_CLOSE(forecast_exponents(some, readout, start, 6, 1, 0.5)[0].item<double>(), growth / 3, atol(1e-5));
}

/// Rows t = 4, 5, 6 of seven states: each beside those of 2 and 4 steps before.
TEST(Delayed, ByHand) {
  const auto U = normal({7, 2}, "trajectory");
  const auto expected = torch::cat({U.slice(0, 4), U.slice(0, 2, 5), U.slice(0, 0, 3)}, 1);
  EXPECT_CLOSE(delayed(U, 3, 2), expected, atol(0.0));
}

TEST(WithProducts, ByHand) {
  const double a = number(1, 2, "a"), b = number(3, 4, "b"), c = number(-6, -5, "c");
  const auto expected = vector({a, b, c, a * a, a * b, a * c, b * b, b * c, c * c}).unsqueeze(0);
  EXPECT_CLOSE(with_products(vector({a, b, c}).unsqueeze(0)), expected, rtol(1e-13));
}

/// x ← x + h slope(x): what it adds is linear in x, y, z, xx, xy, xz, yy, yz and zz.
Readout of_euler(const Lorenz& flow, double h) {
  const auto W = vector({-flow.sigma, flow.sigma, 0,          0, 0, 0,  0, 0, 0,  //
                         flow.rho,    -1,         0,          0, 0, -1, 0, 0, 0,  //
                         0,           0,          -flow.beta, 0, 1, 0,  0, 0, 0});
  return {h * W.view({3, 9}), zeros({3})};
}

Tensor euler_path(const Lorenz& flow, State s, double h, int64_t steps) {
  auto path = torch::empty({steps + 1, 3}, torch::kFloat64);
  for (int64_t k = 0; k <= steps; ++k) {
    path[k].copy_(vector({s[0], s[1], s[2]}));
    s = moved(s, h, slope(flow, s));
  }
  return path;
}

/// It has every monomial of the law, so nothing is left: the coefficients are those of Euler's step.
TEST(FitNextGeneration, LearnsEulersStepExactly) {
  const auto flow = some_flow("flow");
  const auto path = euler_path(flow, state_of(normal({3}, "start") + vector({3, 3, 20})), 0.01, 400);
  const auto found = fit_next_generation(path, 1, 1, 0), law = of_euler(flow, 0.01);
  EXPECT_CLOSE(found.W, law.W, atol(1e-7));
  EXPECT_CLOSE(found.b, law.b, atol(1e-5));
}

TEST(ContinueTrajectory, GoesOnByEulersSteps) {
  const auto flow = some_flow("flow");
  const auto path = euler_path(flow, state_of(normal({3}, "start") + vector({3, 3, 20})), 0.01, 60);
  EXPECT_CLOSE(continue_trajectory(of_euler(flow, 0.01), path.slice(0, 0, 11).contiguous(), 1, 1, 50),
               path.slice(0, 11), atol(1e-9));
}

/// Two states and their products do not hold a step of 0.02 exactly, but learn from 700 of them. Forecasts of
/// 250 steps from four places were right for 3.5 Lyapunov times or more with each of 300 trajectories; these
/// have one.
TEST(ContinueTrajectory, OfLorenzsSystem) {
  const auto U = standardised(attractor(0.02, 1100, "Lorenz"));
  const auto readout = fit_next_generation(U.slice(0, 0, 700).contiguous(), 2, 1, 1e-10);
  std::vector<Tensor> said, truth;
  for (const int64_t from : {700, 800, 900, 1000}) {
    said.push_back(continue_trajectory(readout, U.slice(0, 0, from).contiguous(), 2, 1, 55));
    truth.push_back(U.slice(0, from, from + 55));
  }
  const auto error = (torch::stack(said) - torch::stack(truth)).square().mean(2).sqrt();
  EXPECT_LT(error.median().item<double>(), 0.1);
}

}  // namespace
