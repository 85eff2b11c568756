#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::experiments {

/// A measured number with its standard error.
struct Measured {
  double value = 0, error = 0;
};

/// Of independent samples (n), n ≥ 2: their mean.
Measured mean_of(const at::Tensor& samples);

/// The square root of the mean of samples ≥ 0, its error to first order.
Measured root_of_mean(const at::Tensor& samples);

/// Measured numbers side by side, as figures read them: {"value": […], "error": […]}.
Json columns(const std::vector<Measured>& all);

/// y = amplitude · x^exponent through points of independent errors: least squares of ln y, weighted by the
/// relative errors, with the exponent's error that follows from these. chi_squared: of points - 2 degrees of
/// freedom; far above them the points lie on no power law.
struct PowerLaw {
  double amplitude = 0;
  Measured exponent;
  double chi_squared = 0;
  int64_t degrees_of_freedom = 0;
};
PowerLaw fit_power_law(const std::vector<int64_t>& x, const std::vector<Measured>& y);
Json to_json(const PowerLaw& law);

/// A setting's whole numbers in [low, high] through which a power law can be fitted. Throws c10::ValueError
/// for one number, or one twice.
std::vector<int64_t> at_least_two(const Config& config, const std::string& key, int64_t low, int64_t high);

}  // namespace spinlab::experiments
