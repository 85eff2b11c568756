// How far the empirical tangent kernel and the weights of a dense network move while gradient flow fits a few
// examples, against width. Where the kernel hardly moves, theory says how far every layer's weights do.
#include <ATen/ATen.h>

#include <cmath>

#include "experiments/dense_network.h"
#include "experiments/flow_training.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "src/core/seed.h"
#include "src/theory/inference/gradient_flow.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kTimes = 24;  // at which the loss is looked at
constexpr int64_t kPowerSteps = 60;

struct Settings {
  explicit Settings(const Config& config)
      : activation(config.one_of("activation", {"gelu", "tanh", "sigmoid", "relu"})),
        hidden_layers(config.integer("hidden_layers", 1, 10)),
        weight_variance(config.number("weight_variance", 1e-3, 1e3)),
        bias_variance(config.number("bias_variance", 0, 1e3)),
        inputs(config.integer("inputs", 1, 10'000)),
        examples(config.integer("examples", 1, 1000)),
        widths(at_least_two(config, "widths", 1, 1 << 14)),
        networks(config.integer("networks", 2, 10'000)),
        loss(config.number("loss", 1e-6, 0.99)) {}

  DenseNetworkOptions network(int64_t width) const {
    return {inputs,
            std::vector<int64_t>(static_cast<size_t>(hidden_layers), width),
            1,
            activation,
            weight_variance,
            bias_variance};
  }

  std::string activation;
  int64_t hidden_layers;
  double weight_variance, bias_variance;
  int64_t inputs, examples;
  std::vector<int64_t> widths;
  int64_t networks;
  double loss;  // at the end, relative to that at the start
};

struct Problem {
  at::Tensor X, Y;  // (n, inputs) with |x|² = inputs, (n, 1)
};

Problem draw_problem(const Settings& settings, std::uint64_t seed) {
  const auto generator = make_generator(seed, "examples");
  const auto directions = at::randn({settings.examples, settings.inputs}, generator, at::kDouble);
  const auto X = directions / directions.norm(2, 1, true) * std::sqrt(static_cast<double>(settings.inputs));
  return {X, at::randn({settings.examples, 1}, generator, at::kDouble)};
}

/// A layer's weights at infinite width. Their gradients by f(x_i) are g_i h_iᵀ, h of the layer below.
struct LayerKernels {
  at::Tensor forward;   // σ_w² h_i·h_j/N, (n, n)
  at::Tensor backward;  // g_i·g_j
};

/// From the first to the last. [Jacot et al. 2018, Theorem 1, whose sum over layers these are]
std::vector<LayerKernels> layer_kernels(const Settings& settings, const at::Tensor& X) {
  const auto phi = theory::make_dual({{"name", settings.activation}}, "activation");
  std::vector<LayerKernels> all{
      {settings.weight_variance / static_cast<double>(settings.inputs) * X.mm(X.t()), {}}};
  std::vector<at::Tensor> slopes;
  for (int64_t layer = 0; layer < settings.hidden_layers; ++layer) {
    const auto k = all.back().forward + settings.bias_variance, q = k.diagonal();
    const auto [value, slope] = theory::dual(*phi, q.unsqueeze(1), q.unsqueeze(0), k);
    all.push_back({settings.weight_variance * value, {}});
    slopes.push_back(settings.weight_variance * slope);
  }
  all.back().backward = at::ones_like(all.back().forward);
  for (size_t layer = slopes.size(); layer-- > 0;)
    all[layer].backward = all[layer + 1].backward * slopes[layer];
  return all;
}

at::Tensor total_kernel(const std::vector<LayerKernels>& layers, double bias_variance) {
  auto sum = at::zeros_like(layers.front().forward);
  for (const auto& layer : layers) sum += layer.backward * (layer.forward + bias_variance);
  return sum;
}

/// When the loss of infinite width has fallen to `fraction`.
double time_of_loss(const theory::GradientFlow& flow, double fraction) {
  const double goal = fraction * flow.loss(0);
  double high = 1 / flow.rates()[-1].item<double>();
  while (flow.loss(high) > goal) high *= 2;
  double low = 0;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (low + high) / 2;
    (flow.loss(middle) > goal ? low : high) = middle;
  }
  return high;
}

struct Theory {
  double end, step;  // times
  std::vector<double> times, losses;
  /// ‖ω_T - ω_0‖_F² of each layer, and the largest singular value² of the change.
  std::vector<double> moved, stretched;
};

/// Lazy weights move by -Σ_i a_i ∂f(x_i)/∂ω, a = ∫ r dt = -Θ⁻¹(1 - e^(-ΘT)) Y.
Theory theory_of(const Settings& settings, const Problem& problem) {
  const auto layers = layer_kernels(settings, problem.X);
  const auto kernel = total_kernel(layers, settings.bias_variance);
  const theory::GradientFlow flow(kernel, problem.Y);
  Theory theory{time_of_loss(flow, settings.loss), 1 / flow.rates()[-1].item<double>(), {}, {}, {}, {}};
  for (int64_t i = 0; i <= kTimes; ++i) {
    theory.times.push_back(theory.end * static_cast<double>(i) / kTimes);
    theory.losses.push_back(flow.loss(theory.times.back()) / flow.loss(0));
  }
  const auto& rates = flow.rates();
  const auto& modes = flow.modes();
  const auto a = modes.mm((-at::expm1(-rates * theory.end) / rates).unsqueeze(1) * modes.t().mm(problem.Y));
  for (const auto& layer : layers) {
    const auto weighted = layer.backward * a.mm(a.t());
    theory.moved.push_back((weighted * layer.forward).sum().item<double>());
    const auto squares = at::real(at::linalg_eigvals(weighted.mm(layer.forward)));
    theory.stretched.push_back(squares.max().item<double>());
  }
  return theory;
}

/// The largest singular value, by power iteration: to a few percent of what is left of W.
double spectral_norm(const at::Tensor& W) {
  auto v = at::ones({W.size(1), 1}, W.options());
  for (int64_t step = 0; step < kPowerSteps; ++step) {
    v = W.t().mm(W.mm(v));
    v /= v.norm();
  }
  return W.mm(v).norm().item<double>();
}

/// What is measured of all networks of one kind: (widths, networks, …).
struct Changes {
  at::Tensor kernel, loss, weights, stretch;  // (…), (…, times), (…, layers), (…, layers)
};

Changes make_changes(const Settings& settings) {
  const auto widths = static_cast<int64_t>(settings.widths.size()), n = settings.networks;
  const auto layers = settings.hidden_layers + 1;
  return {at::empty({widths, n}, at::kDouble), at::empty({widths, n, kTimes + 1}, at::kDouble),
          at::empty({widths, n, layers}, at::kDouble), at::empty({widths, n, layers}, at::kDouble)};
}

std::vector<at::Tensor> weights_of(const DenseNetwork& network) {
  std::vector<at::Tensor> all;
  for (const auto& parameter : network.parameters())
    if (parameter.value.dim() == 2) all.push_back(parameter.value);
  return all;
}

std::vector<at::Tensor> copies(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> all;
  for (const auto& tensor : tensors) all.push_back(tensor.clone());
  return all;
}

void train(const DenseNetwork& network, const Problem& problem, const Theory& theory, int64_t width,
           int64_t n, Changes& changes) {
  const auto weights = weights_of(network), before = copies(weights);
  const auto kernel = network.tangent_kernel(problem.X);
  FlowTraining training(network, problem.X, problem.Y, theory.step / 2);
  const double start = problem.Y.square().sum().item<double>();
  for (int64_t i = 0; i <= kTimes; ++i) {
    Run::go_on();
    if (i > 0) training.advance_to(theory.times[static_cast<size_t>(i)]);
    changes.loss[width][n][i] = training.residual().square().sum().item<double>() / start;
  }
  changes.kernel[width][n] = (network.tangent_kernel(problem.X) - kernel).norm() / kernel.norm();
  for (size_t layer = 0; layer < weights.size(); ++layer) {
    const auto moved = weights[layer] - before[layer];
    const auto l = static_cast<int64_t>(layer);
    changes.weights[width][n][l] = moved.norm() / before[layer].norm();
    changes.stretch[width][n][l] = spectral_norm(moved) / spectral_norm(before[layer]);
  }
}

/// Output weights as they are drawn, and with all signs turned to plus.
enum Kind { kRandom, kPositive };

void measure(const Run& run, const Settings& settings, const Problem& problem, const Theory& theory,
             Changes (&changes)[2]) {
  const auto widths = static_cast<int64_t>(settings.widths.size());
  struct Task {
    int64_t width, network;
    Kind kind;
  };
  std::vector<Task> tasks;
  std::vector<double> costs;
  for (auto width = widths; width-- > 0;)  // the longest first
    for (int64_t network = 0; network < settings.networks; ++network)
      for (const auto kind : {kRandom, kPositive}) {
        tasks.push_back({width, network, kind});
        costs.push_back(std::pow(static_cast<double>(settings.widths[static_cast<size_t>(width)]) + 100, 2));
      }
  run.tasks("networks", costs, [&](int64_t number) {
    const auto& task = tasks[static_cast<size_t>(number)];
    const DenseNetwork network(
        settings.network(settings.widths[static_cast<size_t>(task.width)]),
        make_generator(run.seed, "network", task.width * settings.networks + task.network));
    if (task.kind == kPositive) weights_of(network).back().abs_();
    train(network, problem, theory, task.width, task.network, changes[task.kind]);
  });
}

/// samples: (widths, networks).
Json against_width(const Settings& settings, const at::Tensor& samples) {
  std::vector<Measured> measured;
  for (const auto& of_width : samples.unbind()) measured.push_back(mean_of(of_width));
  return {{"measured", columns(measured)}, {"fit", to_json(fit_power_law(settings.widths, measured))}};
}

/// Relative to what was drawn, of which ‖ω‖_F² = N N', and between hidden layers the largest singular value
/// 2√N. [Bai and Yin 1993]
Json weight_changes(const Settings& settings, const Theory& theory, const Changes& changes) {
  auto all = Json::array();
  for (int64_t layer = 0; layer <= settings.hidden_layers; ++layer) {
    const bool first = layer == 0, last = layer == settings.hidden_layers;
    const auto l = static_cast<size_t>(layer);
    Json one{{"frobenius", against_width(settings, changes.weights.select(2, layer))}};
    if (!first && !last) one["spectral"] = against_width(settings, changes.stretch.select(2, layer));
    for (const auto width : settings.widths) {
      const auto N = static_cast<double>(width);
      const double drawn = (first ? static_cast<double>(settings.inputs) : N) * (last ? 1 : N);
      one["frobenius"]["theory"].push_back(std::sqrt(theory.moved[l] / drawn));
      if (!first && !last) one["spectral"]["theory"].push_back(std::sqrt(theory.stretched[l] / N) / 2);
    }
    all.push_back(one);
  }
  return all;
}

Json losses(const Settings& settings, const Theory& theory, const Changes& changes) {
  Json json{{"times", theory.times}, {"theory", theory.losses}, {"measured", Json::array()}};
  for (const auto& of_width : changes.loss.unbind()) {
    std::vector<Measured> measured;
    for (const auto& at_time : of_width.unbind(1)) measured.push_back(mean_of(at_time));
    json["measured"].push_back(columns(measured));
  }
  return json;
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto problem = draw_problem(settings, run.seed);
  const auto theory = theory_of(settings, problem);
  Changes changes[] = {make_changes(settings), make_changes(settings)};
  measure(run, settings, problem, theory, changes);
  Json json;
  json["kernel"]["random"] = against_width(settings, changes[kRandom].kernel);
  json["kernel"]["positive"] = against_width(settings, changes[kPositive].kernel);
  json["weights"] = weight_changes(settings, theory, changes[kRandom]);
  json["loss"] = losses(settings, theory, changes[kRandom]);
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "ntk-change", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
