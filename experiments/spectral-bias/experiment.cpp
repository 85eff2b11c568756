// Gradient flow on a target of several Fourier modes over a circle. The tangent kernel between equally spaced
// points is circulant, so that Fourier modes are its eigenvectors and the FFT of a row gives the eigenvalues:
// mode k is learned as e^(-λ_k t). A network of finite width is trained beside it.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "experiments/dense_network.h"
#include "experiments/flow_training.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "src/core/numbers_of.h"
#include "src/core/seed.h"
#include "src/theory/kernels/network_kernel.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kTimes = 24;
constexpr double kLifetimes = 3;  // of the slowest mode

struct Settings {
  explicit Settings(const Config& config)
      : activation(config.one_of("activation", {"relu", "tanh", "gelu", "sigmoid"})),
        hidden_layers(config.integer("hidden_layers", 1, 10)),
        weight_variance(config.number("weight_variance", 1e-3, 1e3)),
        bias_variance(config.number("bias_variance", 0, 1e3)),
        points(config.integer("points", 4, 4096)),
        modes(config.integers("modes", 1, (points - 1) / 2)),
        amplitude(config.number("amplitude", 1e-6, 1e3)),
        width(config.integer("width", 1, 1 << 20)),
        networks(config.integer("networks", 2, 10'000)) {
  }

  std::string activation;
  int64_t hidden_layers;
  double weight_variance, bias_variance;
  int64_t points;
  std::vector<int64_t> modes;
  double amplitude;  // of each in the target
  int64_t width, networks;
};

/// Angles of the points, and the points themselves, with |x|² = 2.
struct Circle {
  explicit Circle(int64_t n)
      : angles(at::arange(n, at::kDouble) * (2 * std::numbers::pi / static_cast<double>(n))),
        X(std::sqrt(2.0) * at::stack({angles.cos(), angles.sin()}, 1)) {}
  at::Tensor angles, X;  // (n), (n, 2)
};

/// cos(kθ), (modes, n).
at::Tensor waves(const Settings& settings, const Circle& circle) {
  return (at::tensor(settings.modes, at::kDouble).unsqueeze(1) * circle.angles).cos();
}

/// Λ_k/n of mode k = 0 … n/2, from the first row of the kernel.
at::Tensor rates(const Settings& settings, const Circle& circle) {
  const double w = std::sqrt(settings.weight_variance), b = std::sqrt(settings.bias_variance);
  std::vector<theory::LayerPtr> layers{theory::dense(w, b)};
  for (int64_t l = 0; l < settings.hidden_layers; ++l) {
    layers.push_back(theory::activation(settings.activation));
    layers.push_back(theory::dense(w, b));
  }
  const auto row = theory::kernels(*theory::sequential(layers), circle.X.slice(0, 0, 1), circle.X).ntk[0];
  return at::real(at::fft_rfft(row)) / settings.points;
}

/// When the modes are looked at, over a mean of squares: at each mode's own lifetime, and evenly on a
/// logarithmic scale.
std::vector<double> times(const at::Tensor& of_modes) {
  const double first = 0.05 / of_modes.max().item<double>(),
               last = kLifetimes / of_modes.min().item<double>();
  const auto even = at::logspace(std::log10(first), std::log10(last), kTimes, 10.0, at::kDouble);
  return numbers_of(std::get<0>(at::cat({even, 1 / of_modes}).sort()));
}

/// f_t at the points, at every time, (times, n), of one network. Of a sum of squares, whose time is n times
/// shorter.
at::Tensor trained(const DenseNetwork& network, const Circle& circle, const at::Tensor& target,
                   const std::vector<double>& times, double largest_rate) {
  const auto Y = target.unsqueeze(1);
  const auto n = static_cast<double>(target.size(0));
  FlowTraining training(network, circle.X, Y, 0.5 / (n * largest_rate));
  std::vector<at::Tensor> all;
  for (const double time : times) {
    Run::go_on();
    training.advance_to(time / n);
    all.push_back((training.residual() + Y).squeeze(1));
  }
  return at::stack(all);
}

std::vector<Measured> means(const at::Tensor& samples) {
  std::vector<Measured> all;
  for (const auto& each : samples.unbind(1)) all.push_back(mean_of(each));
  return all;
}

/// What is left of each mode, (networks, times, modes).
Json residuals(const Settings& settings, const std::vector<double>& times, const at::Tensor& left,
               const at::Tensor& of_modes) {
  auto all = Json::array();
  std::vector<Measured> measured_rates;
  for (size_t m = 0; m < settings.modes.size(); ++m) {
    const auto samples = left.select(2, static_cast<int64_t>(m));
    const double rate = of_modes[static_cast<int64_t>(m)].item<double>();
    const auto lifetime = std::find(times.begin(), times.end(), 1 / rate) - times.begin();
    measured_rates.push_back(mean_of(-samples.select(1, lifetime).log() * rate));
    Json one{{"mode", settings.modes[m]}, {"rate", rate}};
    one["measured"] = columns(means(samples));
    all.push_back(one);
  }
  Json json{{"times", times}};
  json["modes"] = all;
  json["rates"] = columns(measured_rates);
  return json;
}

/// f_t at the lifetimes of the first, a middle and the last mode.
Json snapshots(const std::vector<double>& times, const at::Tensor& functions, const at::Tensor& of_modes) {
  auto all = Json::array();
  const auto count = of_modes.size(0);
  for (const auto m : std::vector<int64_t>{0, count / 2, count - 1}) {
    const double time = 1 / of_modes[m].item<double>();
    const auto place = std::find(times.begin(), times.end(), time) - times.begin();
    Json one{{"time", time}};
    one["measured"] = columns(means(functions.select(1, place)));
    all.push_back(one);
  }
  return all;
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const Circle circle(settings.points);
  const auto all_rates = rates(settings, circle);
  const auto of_modes = all_rates.index_select(0, at::tensor(settings.modes, at::kLong));
  TORCH_CHECK_VALUE(of_modes.min().item<double>() > 1e-9 * all_rates.max().item<double>(),
                    "this kernel does not learn one of the modes ", Json(settings.modes).dump(),
                    ": its eigenvalue is 0 (without biases odd ones above 1, for relu); set bias_variance");
  const auto moments = times(of_modes);
  const auto cosines = waves(settings, circle), target = settings.amplitude * cosines.sum(0);
  std::vector<at::Tensor> functions(static_cast<size_t>(settings.networks));
  run.tasks("networks", std::vector<double>(functions.size(), 1.0), [&](int64_t number) {
    const DenseNetworkOptions options{
        2,
        std::vector<int64_t>(static_cast<size_t>(settings.hidden_layers), settings.width),
        1,
        settings.activation,
        settings.weight_variance,
        settings.bias_variance};
    const DenseNetwork network(options, make_generator(run.seed, "network", number));
    functions[static_cast<size_t>(number)] =
        trained(network, circle, target, moments, all_rates.max().item<double>());
  });
  const auto f = at::stack(functions) / settings.amplitude;
  const auto left = 1 - f.matmul(cosines.t()) * (2.0 / static_cast<double>(settings.points));
  auto json = residuals(settings, moments, left, of_modes);
  json["all_rates"] = numbers_of(all_rates);
  json["angles"] = numbers_of(circle.angles);
  json["snapshots"] = snapshots(moments, f, of_modes);
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "spectral-bias", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
