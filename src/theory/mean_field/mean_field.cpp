#include "src/theory/mean_field/mean_field.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <limits>

#include "src/theory/mean_field/root.h"

namespace spinlab::theory {
namespace {

at::Tensor number(double x) { return at::scalar_tensor(x, at::kDouble); }

void check(const MeanField& network) {
  const auto is_variance = [](double x) { return std::isfinite(x) && x >= 0; };
  TORCH_CHECK_VALUE(network.phi != nullptr, "a mean field needs a nonlinearity");
  TORCH_CHECK_VALUE(is_variance(network.weight_variance) && is_variance(network.bias_variance),
                    "variances must be finite and at least 0, are ", network.weight_variance,
                    " (weights) and ", network.bias_variance, " (biases)");
}

// BEGIN SOLUTION
constexpr double kMostVariance = 1e8, kLeastVariance = 1e-14;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// The means at a given variance, whose own part is made once.
class AtVariance {
 public:
  AtVariance(const MeanField& network, double q)
      : network_(network), q_(q), own_(network.phi->of_variance(number(q))) {}

  /// Behind a layer, of two inputs with correlation c; the variance there for c = 1.
  double covariance(double c) const {
    return network_.weight_variance * at(c).value.item<double>() + network_.bias_variance;
  }
  double correlation(double c) const { return covariance(c) / q_; }
  double slope(double c) const { return network_.weight_variance * at(c).derivative.item<double>(); }

 private:
  Dual at(double c) const { return network_.phi->means(own_, own_, number(c * q_)); }

  const MeanField& network_;
  double q_;
  at::Tensor own_;
};

double depth(double slope) {
  return slope < 1 ? -1 / std::log(slope) : std::numeric_limits<double>::infinity();
}

/// Where the variance map crosses the diagonal downwards; 0 where all shrink.
double stable_variance(const MeanField& network) {
  const auto growth = [&](double q) { return network.variance_map(q) - q; };
  double low = 1, high = 1;
  if (growth(1) == 0) return 1;
  if (growth(1) > 0) {
    while (growth(high) > 0) {
      TORCH_CHECK_VALUE(high < kMostVariance,
                        "the variance grows without bound at σ_w² = ", network.weight_variance,
                        ", σ_b² = ", network.bias_variance, "; make them smaller");
      low = std::exchange(high, 2 * high);
    }
  } else {
    while (growth(low) < 0) {
      if (low < kLeastVariance) return 0;
      high = std::exchange(low, low / 2);
    }
  }
  return root(growth, low, high);
}

/// Of the chaotic phase: below 1, where a second crossing is. The map has no negative Taylor coefficient:
/// there is one in [0, 1) or, where it begins at 0, 0.
double stable_correlation(const AtVariance& map) {
  const auto growth = [&](double c) { return map.correlation(c) - c; };
  if (growth(0) <= 0) return 0;
  double high = 0.5;
  while (growth(high) > 0 && 1 - high > 1e-12) high = (1 + high) / 2;
  return root(growth, 0, high);
}
// END SOLUTION

}  // namespace

double MeanField::variance_map(double q) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the variance behind ", q, ": left out, 14-infinite-width asks for it");
  return AtVariance(*this, q).covariance(1);
  // END SOLUTION
}

double MeanField::correlation_map(double c, double q) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the map at ", c, ", ", q, ": left out, 14-infinite-width asks for it");
  return AtVariance(*this, q).correlation(c);
  // END SOLUTION
}

double MeanField::slope(double c, double q) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the slope at ", c, ", ", q, ": left out, 14-infinite-width asks for it");
  return AtVariance(*this, q).slope(c);
  // END SOLUTION
}

double MeanField::variance_slope(double q) const {
  const auto at = number(q);
  return slope(1, q) + 2 * weight_variance * phi->by_variance(at, at, at).item<double>();
}

FixedPoint fixed_point(const MeanField& network) {
  check(network);
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "fixed points: left out, 14-infinite-width asks for them");
  FixedPoint found{};
  found.variance = stable_variance(network);
  if (found.variance == 0) {
    found.slope_at_one = network.slope(1, 0);
    found.correlation = kNone;
    found.variance_depth = found.correlation_depth = depth(found.slope_at_one);
    return found;
  }
  const AtVariance map(network, found.variance);
  found.slope_at_one = map.slope(1);
  found.correlation = found.slope_at_one > 1 ? stable_correlation(map) : 1;
  found.variance_depth = depth(network.variance_slope(found.variance));
  found.correlation_depth = depth(map.slope(found.correlation));
  return found;
  // END SOLUTION
}

Trajectory trajectory(const MeanField& network, double q, double c, int64_t layers) {
  check(network);
  TORCH_CHECK_VALUE(std::isfinite(q) && q > 0 && std::abs(c) <= 1 && layers >= 0,
                    "a trajectory needs q > 0, |c| ≤ 1 and layers ≥ 0, got ", q, ", ", c, " and ", layers);
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "trajectories: left out, 14-infinite-width asks for their layers");
  Trajectory path{{q}, {c}};
  for (int64_t l = 0; l < layers; ++l) {
    const AtVariance map(network, q);
    q = map.covariance(1);
    c = map.covariance(c) / q;
    path.variance.push_back(q);
    path.correlation.push_back(std::min(c, 1.0));
  }
  return path;
  // END SOLUTION
}

/// χ₁ = 1 says σ_w² = 1/E φ'², so that the fixed point is a root in q alone.
double edge_of_chaos(const DualPtr& phi, double bias_variance) {
  const MeanField unit{phi, 1, 0};
  check({phi, 1, bias_variance});
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the edge of chaos: left out, 14-infinite-width asks for it");
  const auto excess = [&](double q) {
    const AtVariance map(unit, q);
    return map.covariance(1) / map.slope(1) + bias_variance - q;
  };
  const auto weight_variance = [&](double q) { return 1 / unit.slope(1, q); };
  double low = 1e-10, high = low;
  if (excess(low) <= 0 || (bias_variance == 0 && excess(low) < 1e-6 * low)) return weight_variance(low);
  while (excess(high) > 0) {
    TORCH_CHECK_VALUE(high < kMostVariance, "no σ_w² is critical at σ_b² = ", bias_variance,
                      ": for a φ like ReLU's there is one at σ_b² = 0 alone");
    low = std::exchange(high, 2 * high);
  }
  return weight_variance(root(excess, low, high));
  // END SOLUTION
}

std::vector<FixedPoint> phase_diagram(const DualPtr& phi, const std::vector<double>& weight_variances,
                                      const std::vector<double>& bias_variances) {
  std::vector<FixedPoint> all;
  for (const double weights : weight_variances)
    for (const double biases : bias_variances) all.push_back(fixed_point({phi, weights, biases}));
  return all;
}

}  // namespace spinlab::theory
