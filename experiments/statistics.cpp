#include "experiments/statistics.h"

#include <ATen/ATen.h>

#include <cmath>
#include <set>

namespace spinlab::experiments {

Measured mean_of(const at::Tensor& samples) {
  const auto n = static_cast<double>(samples.size(0));
  return {samples.mean().item<double>(), samples.std(0).item<double>() / std::sqrt(n)};
}

Measured root_of_mean(const at::Tensor& samples) {
  const auto mean = mean_of(samples);
  const double root = std::sqrt(mean.value);
  return {root, mean.error / (2 * root)};
}

Json columns(const std::vector<Measured>& all) {
  Json json{{"value", Json::array()}, {"error", Json::array()}};
  for (const auto& one : all) {
    json["value"].push_back(one.value);
    json["error"].push_back(one.error);
  }
  return json;
}

PowerLaw fit_power_law(const std::vector<int64_t>& x, const std::vector<Measured>& y) {
  const auto n = static_cast<int64_t>(x.size());
  auto logs = at::empty({n}, at::kDouble), values = at::empty({n}, at::kDouble),
       weights = at::empty({n}, at::kDouble);
  for (int64_t i = 0; i < n; ++i) {
    const auto& point = y[static_cast<size_t>(i)];
    logs[i] = std::log(static_cast<double>(x[static_cast<size_t>(i)]));
    values[i] = std::log(point.value);
    weights[i] = std::pow(point.value / point.error, 2);
  }
  const auto mean = [&](const at::Tensor& t) { return (weights * t).sum() / weights.sum(); };
  const auto away = logs - mean(logs);
  const auto spread = (weights * away.square()).sum();
  const auto exponent = (weights * away * values).sum() / spread;
  const auto intercept = mean(values) - exponent * mean(logs);
  const auto chi = (weights * (values - intercept - exponent * logs).square()).sum();
  return {intercept.exp().item<double>(),
          {exponent.item<double>(), spread.rsqrt().item<double>()},
          chi.item<double>(),
          n - 2};
}

Json to_json(const PowerLaw& law) {
  return {{"amplitude", law.amplitude},
          {"exponent", law.exponent.value},
          {"exponent_error", law.exponent.error},
          {"chi_squared", law.chi_squared},
          {"degrees_of_freedom", law.degrees_of_freedom}};
}

std::vector<int64_t> at_least_two(const Config& config, const std::string& key, int64_t low, int64_t high) {
  const auto all = config.integers(key, low, high);
  TORCH_CHECK_VALUE(all.size() > 1 && std::set(all.begin(), all.end()).size() == all.size(), config.where(),
                    ": ", key, " needs two different numbers at least");
  return all;
}

}  // namespace spinlab::experiments
