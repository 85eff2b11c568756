#include "benchmarks/classic.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <optional>
#include <vector>

#include "benchmarks/classic_problems.h"
#include "benchmarks/exported_tensors.h"
#include "benchmarks/peer_process.h"
#include "benchmarks/peers/environment.h"
#include "benchmarks/turns.h"
#include "models/estimators/elastic_net.h"
#include "models/estimators/gaussian_process.h"
#include "models/estimators/kernel_ridge.h"
#include "models/estimators/logistic.h"
#include "models/estimators/nearest_neighbours.h"
#include "models/estimators/ridge.h"
#include "src/core/files.h"
#include "src/training/device.h"

namespace spinlab::benchmarks {
namespace {

constexpr double kSoftmaxPenalty = 1e-4, kSoftmaxAccuracy = 1e-6;
constexpr double kRidgePenalty = 1e-3, kGap = 1e-6, kHalf = 0.5, kCorrelation = 0.95;
const std::string kScikit = "/scikit-learn";
constexpr double kKernelWidth = 5, kKernelPenalty = 1e-5;
constexpr double kProcessWidth = 2, kProcessNoise = 0.01;
constexpr int64_t kKernelRows = 10'000, kProcessRows = 3'000, kLinearRows = 20'000, kLinearColumns = 500;

void nearest(const Turns& turns, const Digits& digits) {
  const auto ours = [&] {
    models::NearestNeighbours model(1);
    model.fit(digits.train.X, digits.train.y);
    const auto wrong = model.predict(digits.test.X).ne(digits.test.y).sum().item<int64_t>();
    TORCH_CHECK(wrong == 309, "one nearest neighbour makes ", wrong, " errors on MNIST, not 309");
  };
  turns.row("nearest", "all of MNIST, 309 errors", ours, {{"job", "nearest"}});
}

using models::LogisticOptions;

double softmax_objective(const models::LogisticRegression& model, const models::SoftmaxLoss& loss) {
  return loss.slope(model.weights(), model.intercept()).loss +
         0.5 * kSoftmaxPenalty * model.weights().square().sum().item<double>();
}

/// The loosest tolerance that is enough, to a quarter of a decade, as the peer takes it too.
LogisticOptions loosest(const Problem& train, double enough) {
  const models::SoftmaxLoss loss(train.X, train.y, 10);
  LogisticOptions options{.penalty = kSoftmaxPenalty, .max_iterations = 5000, .tolerance = 1e-4};
  for (const auto finer = std::pow(10, 0.25);; options.tolerance /= finer) {
    models::LogisticRegression model(10, options);
    model.fit(train.X, train.y);
    if (softmax_objective(model, loss) <= enough) return options;
  }
}

void softmax(const Turns& turns, const Digits& digits) {
  const Problem train{digits.train.X / 255, digits.train.y};
  models::LogisticRegression exact(10,
                                   {.penalty = kSoftmaxPenalty, .max_iterations = 5000, .tolerance = 2e-6});
  exact.fit(train.X, train.y);
  const auto least = softmax_objective(exact, models::SoftmaxLoss(train.X, train.y, 10));
  const auto options = loosest(train, least * (1 + kSoftmaxAccuracy));
  turns.row(
      "softmax", "MNIST to 1e-6 of the least objective",
      [&] { models::LogisticRegression(10, options).fit(train.X, train.y); },
      {{"job", "softmax"}, {"penalty", kSoftmaxPenalty}, {"least", least}, {"accuracy", kSoftmaxAccuracy}});
}

/// The names under which a peer finds a linear problem, and the problem.
struct Linear {
  std::string name;
  double correlation;
  Problem problem;
  at::Tensor penalties(double ratio) const {
    const auto largest = models::largest_penalty(problem.X, problem.y, {.l1_ratio = ratio});
    return largest * at::logspace(0, -3, 100, 10, at::kDouble);
  }
  std::string penalties_name(double ratio) const { return name + (ratio == 1 ? "_lasso" : "_elastic_net"); }
  std::string words() const {
    return std::to_string(kLinearRows) + " x " + std::to_string(kLinearColumns) +
           (correlation > 0 ? ", neighbouring columns correlated by .95" : ", independent columns");
  }
};

void path(const Turns& turns, const Linear& linear, double ratio) {
  const auto& [X, y] = linear.problem;
  const models::ElasticNetOptions options{.l1_ratio = ratio, .tolerance = kGap};
  const auto penalties = linear.penalties(ratio);
  const auto scale = 0.5 * (y - y.mean()).square().mean().item<double>();
  const auto ours = [&] {
    const auto found = models::elastic_net_path(X, y, penalties, options);
    TORCH_CHECK(found.gaps.max().item<double>() <= kGap * scale, "a duality gap is above what was asked for");
  };
  Json job{{"job", "path"},           {"X", linear.name + "_X"},
           {"y", linear.name + "_y"}, {"penalties", linear.penalties_name(ratio)},
           {"l1_ratio", ratio},       {"gap", kGap}};
  const auto name = std::string(ratio == 1 ? "lasso" : "elastic-net") + "/" + linear.name;
  turns.row(name, "100 penalties, " + linear.words(), ours, job);
  job["only"] = "scikit-learn";
  turns.row(name + kScikit, "the same", ours, job);
}

void ridge(const Turns& turns, const Linear& linear) {
  const auto& [X, y] = linear.problem;
  turns.row(
      "ridge/" + linear.name, linear.words(), [&] { models::Ridge(kRidgePenalty).fit(X, y); },
      {{"job", "ridge"}, {"X", linear.name + "_X"}, {"y", linear.name + "_y"}, {"penalty", kRidgePenalty}});
}

models::KernelPtr gaussian(const Json& width) {
  return models::make_kernel({{"name", "gaussian"}, {"width", width}}, {}, "bench");
}

void kernel_ridge(const Turns& turns, const Digits& digits) {
  const auto X = digits.train.X.slice(0, 0, kKernelRows) / 255, y = digits.train.y.slice(0, 0, kKernelRows);
  turns.row(
      "kernel-ridge", "10,000 of MNIST, 10 classes",
      [&] { models::KernelRidge(gaussian(kKernelWidth), kKernelPenalty).fit(X, y); },
      {{"job", "kernel_ridge"}, {"n", kKernelRows}, {"width", kKernelWidth}, {"penalty", kKernelPenalty}});
}

void add(ExportedTensors& files, const std::string& name, const Problem& problem) {
  files.add(name + "_X", problem.X);
  files.add(name + "_y", problem.y);
}

/// scikit-learn orders its logarithms as a², widths, σ²; ours are widths, a², σ².
void process(const Turns& turns, ExportedTensors& files) {
  const auto problem = smooth_problem(kProcessRows);
  add(files, "process", problem);
  const auto kernel = gaussian(std::vector<double>(8, kProcessWidth));
  const models::ProcessScales scales{0, std::log(kProcessNoise)};
  const auto Y = problem.y.unsqueeze(1);
  models::Evidence found;
  turns.row(
      "process", "3,000 rows, 8 widths", [&] { found = models::evidence(*kernel, scales, problem.X, Y); },
      {{"job", "process"}, {"width", kProcessWidth}, {"noise", kProcessNoise}},
      [&](const Json& answer) {
        const auto gradient = at::tensor(answer.at("gradient").get<std::vector<double>>(), at::kDouble);
        const auto theirs =
            at::cat({gradient.narrow(0, 1, 8), gradient.narrow(0, 0, 1), gradient.narrow(0, 9, 1)});
        TORCH_CHECK(at::allclose(found.gradient, theirs, 1e-4, 1e-3) &&
                        std::abs(found.log_likelihood - answer.at("value").get<double>()) < 1e-3,
                    "the two marginal likelihoods differ");
      });
}

void linear_models(const Turns& turns, ExportedTensors& files, const std::string& name, double correlation) {
  if (!turns.has_any({"ridge/" + name, "lasso/" + name, "elastic-net/" + name, "lasso/" + name + kScikit,
                      "elastic-net/" + name + kScikit}))
    return;
  const Linear linear{name, correlation, linear_problem(kLinearRows, kLinearColumns, correlation)};
  add(files, name, linear.problem);
  ridge(turns, linear);
  for (const double ratio : {1.0, kHalf}) {
    files.add(linear.penalties_name(ratio), linear.penalties(ratio));
    path(turns, linear, ratio);
  }
}

/// MNIST, loaded and given to the peer where a row asks for it.
class Mnist {
 public:
  Mnist(const datasets::DataFolders& data, ExportedTensors& files) : data_(data), files_(files) {}

  const Digits& operator*() {
    if (!digits_) {
      digits_ = digits(data_);
      add(files_, "mnist", digits_->train);
      files_.add("mnist_queries", digits_->test.X);
      files_.add("mnist_truth", digits_->test.y);
    }
    return *digits_;
  }

 private:
  const datasets::DataFolders& data_;
  ExportedTensors& files_;
  std::optional<Digits> digits_;
};

}  // namespace

void classic(const datasets::DataFolders& data, const std::string& chosen, int repetitions,
             const EachRow& each) {
  training::keep_freed_memory();  // as every run does
  ExportedTensors files;
  PeerProcess peer(root() / "benchmarks" / "classic_peer.py", {files.folder()}, peers_python());
  const Turns turns(peer, chosen, repetitions, each);
  Mnist mnist(data, files);
  if (turns.has("nearest")) nearest(turns, *mnist);
  if (turns.has("softmax")) softmax(turns, *mnist);
  linear_models(turns, files, "independent", 0);
  linear_models(turns, files, "correlated", kCorrelation);
  if (turns.has("kernel-ridge")) kernel_ridge(turns, *mnist);
  if (turns.has("process")) process(turns, files);
}

}  // namespace spinlab::benchmarks
