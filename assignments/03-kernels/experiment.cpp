// The experiment of the handout, section 18: the student's functions on circles, sines, kernels and
// Melbourne's weather, with the theory to compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "datasets/sets/circles.h"
#include "melbourne.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using kernels::melbourne::Melbourne;
using torch::Tensor;

Tensor normal(at::IntArrayRef shape, std::uint64_t seed, const std::string& purpose) {
  return torch::randn(shape, make_generator(seed, purpose), torch::kFloat64);
}

Tensor uniform(int64_t n, double low, double high, std::uint64_t seed, const std::string& purpose) {
  return low + (high - low) * torch::rand({n}, make_generator(seed, purpose), torch::kFloat64);
}

/// Means over the first dimension and their standard errors.
Json with_error(const std::vector<Tensor>& runs) {
  const auto all = torch::stack(runs);
  return {{"mean", numbers_of(all.mean(0))},
          {"error", numbers_of(all.std(0, /*unbiased=*/true) / std::sqrt(all.size(0)))}};
}

/// Two noisy circles, their images, and two functions on a grid whose zeros are boundaries: the student's
/// kernel ridge on ±1, and the difference of the exact posteriors.
Json circles(std::uint64_t seed) {
  const datasets::CirclesOptions options{.samples = 240, .radii = {0.7, 1.8}, .noise = 0.35};
  const auto data = datasets::draw(datasets::circles(options), options.samples, seed, "train");
  const auto sign = 2 * data.targets.to(torch::kFloat64) - 1;
  const double width = 0.8;
  const auto alpha = fit_kernel_ridge(gaussian_kernel(data.inputs, data.inputs, width), sign, 1e-2);
  const auto axis = torch::linspace(-3, 3, 81, torch::kFloat64);
  const auto mesh = torch::meshgrid({axis, axis}, "ij");
  const auto grid = torch::stack({mesh[1].flatten(), mesh[0].flatten()}, 1).contiguous();
  const auto posterior = datasets::circles_posterior(grid, options);
  return {{"points", rows(data.inputs)},
          {"classes", numbers_of(data.targets)},
          {"images", rows(circle_features(data.inputs))},
          {"axis", numbers_of(axis)},
          {"fit", numbers_of(gaussian_kernel(grid, data.inputs, width).matmul(alpha))},
          {"bayes", numbers_of(posterior.select(1, 1) - posterior.select(1, 0))}};
}

/// Mean squared errors of polynomials against their degree, in units of the noise: on 16 points, with new
/// noise at the same places, and in between.
Json degrees(std::uint64_t seed) {
  const int64_t n = 16, top = 14;
  const double noise = 0.3;
  const auto sine = [](const Tensor& x) { return torch::sin(std::numbers::pi * x); };
  const auto x = torch::linspace(-1, 1, n, torch::kFloat64);
  std::vector<Tensor> train, same, between;
  for (int run = 0; run < 60; ++run) {
    const auto name = std::to_string(run);
    const auto y = sine(x) + noise * normal({n}, seed, "noise " + name);
    const auto again = polynomial_errors(x, y, x, sine(x) + noise * normal({n}, seed, "again " + name), top);
    const auto places = uniform(100, -1, 1, seed, "places " + name);
    const auto y_new = sine(places) + noise * normal({100}, seed, "new " + name);
    train.push_back(again.select(1, 0) / (noise * noise));
    same.push_back(again.select(1, 1) / (noise * noise));
    between.push_back(polynomial_errors(x, y, places, y_new, top).select(1, 1) / (noise * noise));
  }
  return {{"points", n},
          {"train", with_error(train)},
          {"same", with_error(same)},
          {"between", with_error(between)}};
}

/// Mean squared errors of kernel ridge against its width, in units of the noise.
Json widths(std::uint64_t seed) {
  const int64_t n = 50;
  const double noise = 0.3, lambda = 1e-3;
  const auto truth = [](const Tensor& x) { return torch::sin(2 * std::numbers::pi * x); };
  const auto width = torch::logspace(-2, 0.5, 26, 10.0, torch::kFloat64);
  std::vector<Tensor> train, left_out, fresh, freedom;
  for (int run = 0; run < 24; ++run) {
    const auto name = std::to_string(run);
    const auto x = uniform(n, 0, 1, seed, "x " + name).unsqueeze(1);
    const auto z = uniform(200, 0, 1, seed, "z " + name).unsqueeze(1);
    const auto y = truth(x.squeeze(1)) + noise * normal({n}, seed, "y " + name);
    const auto y_new = truth(z.squeeze(1)) + noise * normal({200}, seed, "y new " + name);
    std::vector<double> errors[4];
    for (int64_t i = 0; i < width.size(0); ++i) {
      const double l = width[i].item<double>();
      const auto K = gaussian_kernel(x, x, l);
      const auto alpha = fit_kernel_ridge(K, y, lambda);
      const auto mean_square = [&](const Tensor& e) {
        return e.square().mean().item<double>() / (noise * noise);
      };
      errors[0].push_back(mean_square(y - K.matmul(alpha)));
      errors[1].push_back(mean_square(leave_one_out_errors(K, y, lambda)));
      errors[2].push_back(mean_square(y_new - gaussian_kernel(z, x, l).matmul(alpha)));
      errors[3].push_back(effective_degrees_of_freedom(K, lambda));
    }
    const auto keep = [](std::vector<Tensor>& runs, const std::vector<double>& values) {
      runs.push_back(torch::tensor(values, torch::kFloat64));
    };
    keep(train, errors[0]), keep(left_out, errors[1]), keep(fresh, errors[2]), keep(freedom, errors[3]);
  }
  return {{"width", numbers_of(width)}, {"train", with_error(train)},     {"left_out", with_error(left_out)},
          {"fresh", with_error(fresh)}, {"freedom", with_error(freedom)}, {"points", n}};
}

/// Root mean square errors of Fourier estimates of k(δ) over 150 draws, against the number of features.
Json fourier(std::uint64_t seed) {
  const auto curve = [&](bool laplace, double distance, double exact) {
    std::vector<double> features, errors, bars;
    const auto two = torch::tensor({0.0, distance}, torch::kFloat64).unsqueeze(1);
    const int64_t draws = 150;
    for (int64_t pairs = 2; pairs <= 2048; pairs *= 4) {
      double sum = 0;
      for (int64_t i = 0; i < draws; ++i) {
        const auto s =
            static_cast<int64_t>(derive_seed(seed, std::to_string(distance), pairs * draws + i) >> 1);
        const auto omega =
            laplace ? laplace_frequencies(1, pairs, 1, s) : fourier_frequencies(1, pairs, 1, s);
        const auto phi = fourier_features(two, omega);
        sum += std::pow(phi[0].dot(phi[1]).item<double>() - exact, 2);
      }
      features.push_back(2.0 * static_cast<double>(pairs));
      errors.push_back(std::sqrt(sum / draws));
      bars.push_back(errors.back() / std::sqrt(2.0 * draws));
    }
    return Json{{"features", features}, {"rms", errors}, {"error", bars}};
  };
  return {{"gauss", curve(false, 1, std::exp(-0.5))},
          {"near", curve(false, 0.25, std::exp(-1.0 / 32))},
          {"laplace", curve(true, 0.5, std::exp(-0.5))}};
}

/// Eigenvalues of the Gaussian kernel under N(0, 1): by quadrature on 40 nodes, and of samples of 300.
Json mercer(std::uint64_t seed) {
  const auto x = torch::linspace(-6, 6, 40, torch::kFloat64).unsqueeze(1);
  const auto weights = (-x.squeeze(1).square() / 2).exp() * (12.0 / 39) / std::sqrt(2 * std::numbers::pi);
  auto curves = Json::array();
  for (const double width : {0.5, 1.0, 2.0}) {
    std::vector<Tensor> samples;
    for (int run = 0; run < 8; ++run) {
      const auto X = normal({300, 1}, seed, "sample " + std::to_string(run));
      const auto even = torch::full({300}, 1.0 / 300, torch::kFloat64);
      samples.push_back(mercer_eigenvalues(gaussian_kernel(X, X, width), even).slice(0, 0, 16));
    }
    const auto nodes = mercer_eigenvalues(gaussian_kernel(x, x, width), weights).slice(0, 0, 16);
    curves.push_back({{"width", width}, {"nodes", numbers_of(nodes)}, {"samples", with_error(samples)}});
  }
  return curves;
}

/// Root mean square and its standard error from the scatter of 27 blocks of 27 days.
Json score(const std::string& name, const Tensor& errors) {
  const auto blocks = errors.square().slice(0, 0, 729).view({27, 27}).mean(1);
  const double rms = errors.square().mean().sqrt().item<double>();
  return {{"name", name},
          {"rms", rms},
          {"error", (blocks.std(true) / std::sqrt(27.0)).item<double>() / (2 * rms)}};
}

/// The mean over the training years of the same date; 29 February is there twice.
Tensor mean_of_the_day(const Melbourne& data) {
  std::map<std::string, std::vector<double>> of_date;
  for (int64_t i = 0; i < data.days.size(0); ++i)
    of_date[datasets::date_of(data.days[i].item<int64_t>()).substr(5)].push_back(
        data.temperatures[i].item<double>());
  auto means = torch::empty_like(data.test.temperatures);
  for (int64_t i = 0; i < means.size(0); ++i) {
    const auto& same = of_date.at(datasets::date_of(data.test.days[i].item<int64_t>()).substr(5));
    means[i] = torch::tensor(same, torch::kFloat64).mean();
  }
  return means;
}

/// Least squares on two harmonics, with yesterday's temperature as a further feature or without.
Tensor linear(const Melbourne& data, bool with_yesterday) {
  const auto design = [&](const Tensor& days, const Tensor& before) {
    auto A = torch::cat(
        {datasets::calendar_features(days, 2).slice(1, 1), torch::ones({days.size(0), 1}, torch::kFloat64)},
        1);
    return with_yesterday ? torch::cat({A, before.unsqueeze(1)}, 1) : A;
  };
  const auto next = (data.days.slice(0, 1) - data.days.slice(0, 0, -1)).eq(1).nonzero().view(-1) + 1;
  const auto A = design(data.days.index_select(0, next), data.temperatures.index_select(0, next - 1));
  const auto w = std::get<0>(torch::linalg_lstsq(A, data.temperatures.index_select(0, next).unsqueeze(1)));
  return design(data.test.days, data.test.yesterdays).matmul(w).squeeze(1);
}

Json weather() {
  const auto data = kernels::melbourne::read();
  const auto& test = data.test;
  auto said = torch::empty_like(test.temperatures);
  for (const int64_t first : {0, 1}) {
    const auto half = test.every_second(first);
    said.slice(0, first, said.size(0), 2)
        .copy_(forecast_temperatures(data.days, data.temperatures, half.days, half.yesterdays));
  }
  const auto season = linear(data, false);
  auto scores = Json::array({score("mean of the day", mean_of_the_day(data) - test.temperatures),
                             score("two harmonics", season - test.temperatures),
                             score("persistence", test.yesterdays - test.temperatures),
                             score("harmonics + c · yesterday", linear(data, true) - test.temperatures),
                             score("your forecast", said - test.temperatures)});
  auto responses = Json::array();
  const auto yesterday = torch::linspace(2, 24, 45, torch::kFloat64);
  const auto next = (data.days.slice(0, 1) - data.days.slice(0, 0, -1)).eq(1).nonzero().view(-1) + 1;
  for (const auto* date : {"01-15", "07-15"}) {
    const auto day = datasets::day_number(std::string("1989-") + date);
    const auto near =
        ((data.days.index_select(0, next) - day).remainder(1461).remainder(365.25) - 182.6).abs().gt(167.6);
    const auto rows_near = next.masked_select(near);
    const auto asked = torch::full({yesterday.size(0)}, day, torch::kLong);
    responses.push_back(
        {{"date", date},
         {"yesterday", numbers_of(yesterday)},
         {"forecast", numbers_of(forecast_temperatures(data.days, data.temperatures, asked, yesterday))},
         {"before", numbers_of(data.temperatures.index_select(0, rows_near - 1))},
         {"after", numbers_of(data.temperatures.index_select(0, rows_near))}});
  }
  return {{"first", datasets::date_of(test.days[0].item<int64_t>())},
          {"days", numbers_of(test.days - test.days[0])},
          {"measured", numbers_of(test.temperatures)},
          {"forecast", numbers_of(said)},
          {"season", numbers_of(season)},
          {"scores", scores},
          {"responses", responses}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  Json result{{"seed", seed},
              {"circles", circles(derive_seed(seed, "circles"))},
              {"degrees", degrees(derive_seed(seed, "degrees"))},
              {"widths", widths(derive_seed(seed, "widths"))},
              {"fourier", fourier(derive_seed(seed, "fourier"))},
              {"mercer", mercer(derive_seed(seed, "mercer"))}};
  if (datasets::DataFolders().look_up("temperatures/daily-min-temperatures.csv"))
    result["weather"] = weather();
  return result;
}
