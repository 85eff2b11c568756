// The empirical kernels of random networks with one hidden layer, of N units: how far they are from those of
// infinite width, and how far the output is from Gaussian. Both are sums over independent units, so that
// theory is exact at every N.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "experiments/dense_network.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "models/layers/activation.h"
#include "src/core/seed.h"
#include "src/theory/duals/hermite_series.h"
#include "src/theory/empirical/tangent_kernel.h"
#include "src/training/passes/plain_pass.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kInputs = 2;             // in a plane lie any two inputs
constexpr int64_t kBlocks = 64;            // of outputs: the jackknife's
constexpr int64_t kMostNumbers = 1 << 20;  // that are drawn at once
constexpr int64_t kOutputs = 8;            // of each network whose outputs are looked at

struct Settings {
  explicit Settings(const Config& config)
      : activation(config.one_of("activation", {"tanh", "relu", "gelu", "sigmoid"})),
        weight_variance(config.number("weight_variance", 1e-3, 1e3)),
        bias_variance(config.number("bias_variance", 0, 1e3)),
        correlation(config.number("correlation", -1, 1)),
        widths(at_least_two(config, "widths", 1, 1 << 16)),
        networks(config.integer("networks", 2, 1'000'000)),
        kurtosis_widths(config.integers("kurtosis_widths", 1, 1 << 16)),
        kurtosis_outputs(config.integer("kurtosis_outputs", kBlocks * kOutputs, 1'000'000'000)) {}

  std::string activation;
  double weight_variance, bias_variance, correlation;
  std::vector<int64_t> widths;
  int64_t networks;
  std::vector<int64_t> kurtosis_widths;
  int64_t kurtosis_outputs;
};

at::Tensor number(double x) { return at::scalar_tensor(x, at::kDouble); }

/// φ' by autograd, itself differentiable.
at::Tensor slope(const theory::DualActivation& phi, const at::Tensor& u) {
  return torch::autograd::grad({phi.function(u).sum()}, {u}, {}, std::nullopt, /*create_graph=*/true)[0];
}

/// E[φφφφ] and the like of a pair of pre-activations, in which the variances of both kernels are written. φ²
/// and φ'² are nonlinearities too, whose means the theory's quadrature has; where φ has a kink, closed forms
/// do.
class Means {
 public:
  Means(const std::string& name, double q, double k)
      : q_(q), k_(k), phi_(theory::make_dual({{"name", name}}, name)) {
    if (name == "relu") {
      square_ = theory::make_dual({{"name", "power_relu"}, {"power", 2}}, name);
      slope_square_ = theory::make_dual({{"name", "power_relu"}, {"power", 0}}, name);
      return;
    }
    square_ = theory::hermite_series([phi = phi_](const at::Tensor& u) { return phi->function(u).square(); });
    slope_square_ =
        theory::hermite_series([phi = phi_](const at::Tensor& u) { return slope(*phi, u).square(); });
  }

  double values() const { return of(phi_).value.item<double>(); }             // E φ(u) φ(v)
  double slopes() const { return of(phi_).derivative.item<double>(); }        // E φ'(u) φ'(v)
  double values_squared() const { return of(square_).value.item<double>(); }  // E φ(u)² φ(v)²
  double slopes_squared() const { return of(slope_square_).value.item<double>(); }
  /// E φ(u) φ'(u) φ(v) φ'(v): φφ' is half the derivative of φ².
  double mixed() const { return of(square_).derivative.item<double>() / 4; }

 private:
  theory::Dual of(const theory::DualPtr& dual) const {
    return theory::dual(*dual, number(q_), number(q_), number(k_));
  }

  double q_, k_;
  theory::DualPtr phi_, square_, slope_square_;
};

/// Mean, and variance times N, of an element of a kernel over random networks.
struct Element {
  double mean, variance;
};

struct Theory {
  Element nngp, ntk;
};

/// K̂ = σ_w²/N Σ_i φ(u_i) φ(v_i) + σ_b² and Θ̂ = K̂ + σ_w²/N Σ_i w_i² φ'(u_i) φ'(v_i) k, w_i the output's
/// weights and k the covariance of u and v: E w⁴ = 3.
Theory theory_of(const Settings& settings, double correlation) {
  const double w = settings.weight_variance, b = settings.bias_variance;
  const double q = w + b, k = w * correlation + b;
  const Means means(settings.activation, q, k);
  const double value = means.values(), slope = means.slopes();
  const double nngp = means.values_squared() - value * value;
  const double summed = value + k * slope;
  const double ntk =
      means.values_squared() + 2 * k * means.mixed() + 3 * k * k * means.slopes_squared() - summed * summed;
  return {{w * value + b, w * w * nngp}, {w * summed + b, w * w * ntk}};
}

/// Two inputs with |x|² = d and this correlation, (2, d).
at::Tensor inputs(double correlation) {
  const double root = std::sqrt(static_cast<double>(kInputs));
  const double sine = std::sqrt(std::max(0.0, 1 - correlation * correlation));
  return root * at::tensor({1.0, 0.0, correlation, sine}, at::kDouble).view({2, kInputs});
}

/// f of one network: its output's covariance given the hidden layer, σ_w² h·h'/N + σ_b².
at::Tensor hidden_covariance(const DenseNetwork& network, const at::Tensor& X, const Settings& settings) {
  auto hidden = network.layers();
  hidden.pop_back();
  const auto h = training::PlainPass(hidden).predict(X);
  return settings.weight_variance * theory::sample_covariance(h, h) + settings.bias_variance;
}

/// Squared deviations from theory relative to it, (widths, networks), of the elements (x, x) and (x, x').
struct Deviations {
  at::Tensor nngp[2], ntk[2];
};

Deviations draw_kernels(const Run& run, const Settings& settings, const Theory (&theory)[2]) {
  const auto widths = static_cast<int64_t>(settings.widths.size());
  Deviations found;
  for (auto* tensors : {&found.nngp, &found.ntk})
    for (auto& tensor : *tensors) tensor = at::empty({widths, settings.networks}, at::kDouble);
  const auto X = inputs(settings.correlation);
  const int64_t share = (settings.networks + kBlocks - 1) / kBlocks;
  std::vector<double> costs;
  for (const auto width : settings.widths)
    costs.insert(costs.end(), kBlocks, 200.0 + static_cast<double>(width));
  const auto squared = [](const at::Tensor& kernel, int64_t column, const Element& element) {
    return std::pow(kernel[0][column].item<double>() / element.mean - 1, 2);
  };
  run.tasks("kernels", costs, [&](int64_t task) {
    const int64_t at = task / kBlocks, begin = task % kBlocks * share;
    const DenseNetworkOptions options{kInputs,
                                      {settings.widths[static_cast<size_t>(at)]},
                                      1,
                                      settings.activation,
                                      settings.weight_variance,
                                      settings.bias_variance};
    for (auto n = begin; n < std::min(begin + share, settings.networks); ++n) {
      Run::go_on();
      const DenseNetwork network(options, make_generator(run.seed, "kernels", at * settings.networks + n));
      const auto nngp = hidden_covariance(network, X, settings), ntk = network.tangent_kernel(X);
      for (int64_t column = 0; column < 2; ++column) {
        found.nngp[column][at][n] = squared(nngp, column, theory[column].nngp);
        found.ntk[column][at][n] = squared(ntk, column, theory[column].ntk);
      }
    }
  });
  return found;
}

Json compared(const Settings& settings, const at::Tensor& squares, const Element& element) {
  std::vector<Measured> measured;
  auto lines = Json::array();
  for (size_t i = 0; i < settings.widths.size(); ++i) {
    measured.push_back(root_of_mean(squares[static_cast<int64_t>(i)]));
    lines.push_back(std::sqrt(element.variance / static_cast<double>(settings.widths[i])) / element.mean);
  }
  Json json{{"measured", columns(measured)}, {"theory", lines}};
  json["fit"] = to_json(fit_power_law(settings.widths, measured));
  return json;
}

/// Sums of f² and f⁴ over `networks` networks of one width and their outputs, which share the hidden layer.
/// Of one input the pre-activations are independent numbers of variance q.
std::pair<double, double> moment_sums(const Settings& settings, int64_t width, int64_t networks,
                                      const at::Generator& generator) {
  const auto phi = models::activation(settings.activation);
  const double q = settings.weight_variance + settings.bias_variance;
  const auto u = at::randn({networks, 1, width}, generator, at::kDouble).mul_(std::sqrt(q));
  const auto weights = at::randn({networks, width, kOutputs}, generator, at::kDouble)
                           .mul_(std::sqrt(settings.weight_variance / static_cast<double>(width)));
  auto f = phi(u).bmm(weights);
  f += at::randn(f.sizes(), generator, at::kDouble).mul_(std::sqrt(settings.bias_variance));
  const auto squares = f.square();
  return {squares.sum().item<double>(), squares.square().sum().item<double>()};
}

/// n E f⁴/(E f²)² - 3 of n blocks of outputs, its error by the jackknife.
Measured excess_kurtosis(const at::Tensor& second, const at::Tensor& fourth, double outputs_in_block) {
  const auto kurtosis = [&](const at::Tensor& m2, const at::Tensor& m4, double blocks) {
    return m4 * (blocks * outputs_in_block) / m2.square() - 3;
  };
  const auto n = static_cast<double>(kBlocks);
  const auto left_out = kurtosis(second.sum() - second, fourth.sum() - fourth, n - 1);
  const double error = std::sqrt((n - 1) / n * (left_out - left_out.mean()).square().sum().item<double>());
  return {kurtosis(second.sum(), fourth.sum(), n).item<double>(), error};
}

/// 3 Var K̂ / (E K̂)²: given the hidden layer f is Gaussian with variance K̂.
Json kurtosis(const Run& run, const Settings& settings, const Element& nngp) {
  const auto widths = static_cast<int64_t>(settings.kurtosis_widths.size());
  const auto second = at::zeros({widths, kBlocks}, at::kDouble), fourth = at::zeros_like(second);
  const int64_t networks = (settings.kurtosis_outputs + kBlocks * kOutputs - 1) / (kBlocks * kOutputs);
  std::vector<double> costs;
  for (const auto width : settings.kurtosis_widths)
    costs.insert(costs.end(), kBlocks, static_cast<double>(width));
  run.tasks("outputs", costs, [&](int64_t task) {
    const auto at = task / kBlocks, block = task % kBlocks;
    const auto width = settings.kurtosis_widths[static_cast<size_t>(at)];
    const auto at_once = std::max<int64_t>(1, kMostNumbers / (width * kOutputs));
    const auto generator = make_generator(run.seed, "outputs", task);
    for (int64_t begin = 0; begin < networks; begin += at_once) {
      Run::go_on();
      const auto [m2, m4] = moment_sums(settings, width, std::min(at_once, networks - begin), generator);
      second[at][block] += m2;
      fourth[at][block] += m4;
    }
  });
  std::vector<Measured> measured;
  auto lines = Json::array();
  for (int64_t i = 0; i < widths; ++i) {
    measured.push_back(excess_kurtosis(second[i], fourth[i], static_cast<double>(networks * kOutputs)));
    lines.push_back(3 * nngp.variance / (nngp.mean * nngp.mean) /
                    static_cast<double>(settings.kurtosis_widths[static_cast<size_t>(i)]));
  }
  return {{"measured", columns(measured)}, {"theory", lines}};
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const Theory theory[] = {theory_of(settings, 1), theory_of(settings, settings.correlation)};
  const auto found = draw_kernels(run, settings, theory);
  Json json;
  json["nngp"] = {{"same", compared(settings, found.nngp[0], theory[0].nngp)},
                  {"pair", compared(settings, found.nngp[1], theory[1].nngp)}};
  json["ntk"] = {{"same", compared(settings, found.ntk[0], theory[0].ntk)},
                 {"pair", compared(settings, found.ntk[1], theory[1].ntk)}};
  json["kurtosis"] = kurtosis(run, settings, theory[0].nngp);
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "kernel-width", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
