// Classification by squared error with few examples: regression with the two kernels of infinite width, and
// networks of finite width trained by stochastic gradient descent, on the same subsets.
#include <ATen/ATen.h>

#include <cmath>

#include "experiments/dense_network.h"
#include "experiments/examples.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "src/core/seed.h"
#include "src/theory/inference/posterior.h"
#include "src/theory/kernels/network_kernel.h"
#include "src/training/passes/plain_pass.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kClasses = 10;

struct Settings {
  explicit Settings(const Config& config)
      : data(config.one_of("data", {"mnist", "clusters"})),
        sizes(config.integers("sizes", 10, 20'000)),
        subsets(config.integer("subsets", 2, 1000)),
        test(config.integer("test", 1, 10'000)),
        activation(config.one_of("activation", {"relu", "tanh", "gelu", "sigmoid"})),
        hidden_layers(config.integer("hidden_layers", 1, 20)),
        weight_variance(config.number("weight_variance", 1e-3, 1e3)),
        bias_variance(config.number("bias_variance", 0, 1e3)),
        noise(config.number("noise", 0, 1e3)),
        widths(config.integers("widths", 1, 1 << 14)),
        batch(config.integer("batch", 1, 20'000)),
        steps(config.integer("steps", 1, 10'000'000)) {}

  std::string data;
  std::vector<int64_t> sizes;
  int64_t subsets, test;
  std::string activation;
  int64_t hidden_layers;
  double weight_variance, bias_variance, noise;  // noise: in units of the kernel's mean diagonal
  std::vector<int64_t> widths;
  int64_t batch, steps;
};

/// 1 of the class and 0 of the others, less the mean, (n, 10). [Lee et al., ICLR 2018]
at::Tensor targets(const at::Tensor& labels) {
  return at::one_hot(labels, kClasses).to(at::kDouble) - 1.0 / kClasses;
}

double error_of(const at::Tensor& outputs, const at::Tensor& labels) {
  return 1 - (outputs.argmax(1) == labels).to(at::kDouble).mean().item<double>();
}

theory::LayerPtr infinite_network(const Settings& settings) {
  const double w = std::sqrt(settings.weight_variance), b = std::sqrt(settings.bias_variance);
  std::vector<theory::LayerPtr> layers{theory::dense(w, b)};
  for (int64_t l = 0; l < settings.hidden_layers; ++l) {
    layers.push_back(theory::activation(settings.activation));
    layers.push_back(theory::dense(w, b));
  }
  return theory::sequential(layers);
}

double regression_error(const at::Tensor& kernel, const at::Tensor& across, const Examples& train,
                        const Examples& test, double noise) {
  const double variance = noise * kernel.diagonal().mean().item<double>();
  return error_of(theory::Posterior(kernel, targets(train.labels), variance).mean(across), test.labels);
}

/// The largest rate of ω and β at which a batch of `batch` examples of n does not grow: λ_max of its kernel
/// is at most its share of the whole kernel's and the largest of single examples'.
double safe_rate(const at::Tensor& ntk, int64_t batch) {
  const double share = std::min(1.0, static_cast<double>(batch) / static_cast<double>(ntk.size(0)));
  const double whole = at::linalg_eigvalsh(ntk)[-1].item<double>();
  return 1 / (share * whole + ntk.diagonal().max().item<double>());
}

/// Stochastic gradient descent on ½ Σ ‖f - f_0 - y‖² of batches, at `rate` of ω and β. f_0 is what a network
/// of order 1 begins with: kept, it is most of what a network with few examples answers elsewhere, and of
/// mean 0.
void train(const DenseNetwork& network, const Examples& examples, const Settings& settings, double rate,
           at::Generator generator) {
  training::PlainPass pass(network.layers());
  const auto Y = network(examples.X) + targets(examples.labels).to(at::kFloat);
  const auto n = examples.size(), batch = std::min(settings.batch, n);
  at::Tensor order;
  for (int64_t step = 0, at = n; step < settings.steps; ++step, at += batch) {
    Run::go_on();
    if (at + batch > n) {
      order = at::randperm(n, generator, at::kLong);
      at = 0;
    }
    const auto rows = order.slice(0, at, at + batch);
    pass.backward(pass.forward(examples.X.index_select(0, rows)) - Y.index_select(0, rows));
    for (const auto& parameter : network.parameters())
      at::Tensor(parameter.value).sub_(parameter.value.grad(), rate * parameter.rate);
  }
}

/// Test errors, (methods, sizes, subsets): the two kernels, then every width.
class Errors {
 public:
  Errors(const Run& run, const Settings& settings, const ExampleSet& examples)
      : run_(run),
        settings_(settings),
        train_(examples.train),
        test_(examples.test.rows(at::arange(std::min(settings.test, examples.test.size()), at::kLong))),
        sizes_(static_cast<int64_t>(settings.sizes.size())),
        errors_(at::empty({2 + static_cast<int64_t>(settings.widths.size()), sizes_, settings.subsets},
                          at::kDouble)) {}

  at::Tensor measure() {
    rates_.resize(static_cast<size_t>(sizes_ * settings_.subsets));
    for_subsets(
        "kernels", [](double n) { return n * (n + 2000); }, [&](int64_t at, int64_t s) { regress(at, s); });
    for (size_t w = 0; w < settings_.widths.size(); ++w)
      for_subsets(
          "width " + std::to_string(settings_.widths[w]), [](double) { return 1.0; },
          [&](int64_t at, int64_t s) { train_one(static_cast<int64_t>(w), at, s); });
    return errors_;
  }

 private:
  /// The largest first.
  void for_subsets(const std::string& title, double (*cost)(double),
                   const std::function<void(int64_t, int64_t)>& body) {
    std::vector<double> costs;
    for (auto at = sizes_; at-- > 0;)
      costs.insert(costs.end(), static_cast<size_t>(settings_.subsets),
                   cost(static_cast<double>(settings_.sizes[static_cast<size_t>(at)])));
    run_.tasks(title, costs,
               [&](int64_t task) { body(sizes_ - 1 - task / settings_.subsets, task % settings_.subsets); });
  }

  Examples subset(int64_t at, int64_t s) const {
    const auto order = at::randperm(
        train_.size(), make_generator(run_.seed, "subset", at * settings_.subsets + s), at::kLong);
    return train_.rows(order.slice(0, 0, settings_.sizes[static_cast<size_t>(at)]));
  }

  void regress(int64_t at, int64_t s) {
    const auto examples = subset(at, s);
    const auto network = infinite_network(settings_);
    const auto X = examples.X.to(at::kDouble), Z = test_.X.to(at::kDouble);
    const auto own = theory::kernels(*network, X), across = theory::kernels(*network, Z, X);
    errors_[0][at][s] = regression_error(own.nngp, across.nngp, examples, test_, settings_.noise);
    errors_[1][at][s] = regression_error(own.ntk, across.ntk, examples, test_, settings_.noise);
    rates_[static_cast<size_t>(at * settings_.subsets + s)] = safe_rate(own.ntk, settings_.batch);
  }

  void train_one(int64_t w, int64_t at, int64_t s) {
    const auto examples = subset(at, s);
    const auto number = at * settings_.subsets + s;
    const auto width = settings_.widths[static_cast<size_t>(w)];
    const DenseNetworkOptions options{
        examples.X.size(1),
        std::vector<int64_t>(static_cast<size_t>(settings_.hidden_layers), width),
        kClasses,
        settings_.activation,
        settings_.weight_variance,
        settings_.bias_variance};
    const auto purpose = std::to_string(width);
    const DenseNetwork network(options, make_generator(run_.seed, "network " + purpose, number), at::kFloat);
    const auto start = network(test_.X);
    train(network, examples, settings_, rates_[static_cast<size_t>(number)],
          make_generator(run_.seed, "batches " + purpose, number));
    errors_[2 + w][at][s] = error_of(network(test_.X) - start, test_.labels);
  }

  const Run& run_;
  const Settings& settings_;
  Examples train_, test_;
  int64_t sizes_;
  at::Tensor errors_;
  std::vector<double> rates_;  // of every size and subset
};

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto examples = load_examples(settings.data, run.data, run.seed);
  TORCH_CHECK_VALUE(*std::max_element(settings.sizes.begin(), settings.sizes.end()) <= examples.train.size(),
                    run.settings.where(), ": sizes go up to ", examples.train.size(), " with this data set");
  const auto errors = Errors(run, settings, examples).measure();
  const auto of_method = [&](int64_t method) {
    std::vector<Measured> measured;
    for (const auto& subsets : errors[method].unbind()) measured.push_back(mean_of(subsets));
    return columns(measured);
  };
  Json json;
  json["nngp"] = of_method(0);
  json["ntk"] = of_method(1);
  for (size_t w = 0; w < settings.widths.size(); ++w) {
    Json network;
    network["width"] = settings.widths[w];
    network["error"] = of_method(2 + static_cast<int64_t>(w));
    json["networks"].push_back(network);
  }
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "wide-mnist", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
