#include "benchmarks/classic.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "benchmarks/classic_problems.h"
#include "benchmarks/peer_process.h"
#include "benchmarks/peers/environment.h"
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

using EachRow = std::function<void(const Row&)>;

constexpr double kSoftmaxPenalty = 1e-4, kSoftmaxAccuracy = 1e-6;
constexpr double kRidgePenalty = 1e-3, kGap = 1e-6, kHalf = 0.5;
constexpr double kKernelWidth = 5, kKernelPenalty = 1e-5;
constexpr double kProcessWidth = 2, kProcessNoise = 0.01;
constexpr int64_t kKernelRows = 10'000, kProcessRows = 3'000, kLinearRows = 20'000, kLinearColumns = 500;

/// Both sides in turns; the peer's answers are looked at by `check`.
class Turns {
 public:
  Turns(PeerProcess& peer, std::string chosen, int repetitions, EachRow each)
      : peer_(peer), chosen_(std::move(chosen)), repetitions_(repetitions), each_(std::move(each)) {}

  bool has(const std::string& name) const { return name.find(chosen_) != std::string::npos; }

  void row(
      const std::string& name, const std::string& what, const std::function<void()>& ours, const Json& job,
      const std::function<void(const Json&)>& check = [](const Json&) {}) const {
    if (!has(name)) return;
    std::string setting;
    auto row = compare(
        name, [&] { return seconds(ours); },
        [&] {
          const auto answer = peer_.ask(job);
          setting = answer.at("setting").get<std::string>();
          check(answer);
          return answer.at("seconds").get<double>();
        },
        repetitions_);
    row.note = what + ", " + std::to_string(at::get_num_threads()) + " threads each; peer: " + setting;
    each_(row);
  }

 private:
  PeerProcess& peer_;
  std::string chosen_;
  int repetitions_;
  EachRow each_;
};

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

/// The loosest tolerance that is enough, as the peer takes it too.
LogisticOptions loosest(const Problem& train, double enough) {
  const models::SoftmaxLoss loss(train.X, train.y, 10);
  LogisticOptions options{.penalty = kSoftmaxPenalty, .max_iterations = 5000, .tolerance = 0.1};
  for (;; options.tolerance /= 3) {
    models::LogisticRegression model(10, options);
    model.fit(train.X, train.y);
    if (softmax_objective(model, loss) <= enough) return options;
  }
}

void softmax(const Turns& turns, const Digits& digits) {
  if (!turns.has("softmax")) return;
  const Problem train{digits.train.X / 255, digits.train.y};
  models::LogisticRegression exact(10,
                                   {.penalty = kSoftmaxPenalty, .max_iterations = 5000, .tolerance = 1e-9});
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

std::vector<Linear> linear_problems() {
  std::vector<Linear> all;
  for (const double correlation : {0.0, 0.95})
    all.push_back({correlation > 0 ? "correlated" : "independent", correlation,
                   linear_problem(kLinearRows, kLinearColumns, correlation)});
  return all;
}

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
  turns.row(name + "/scikit-learn", "the same", ours, job);
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

/// scikit-learn orders its logarithms as a², widths, σ²; ours are widths, a², σ².
void process(const Turns& turns, const Problem& problem) {
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

void add(ExportedTensors& files, const std::string& name, const Problem& problem) {
  files.add(name + "_X", problem.X);
  files.add(name + "_y", problem.y);
}

}  // namespace

void classic(const datasets::DataFolders& data, const std::string& chosen, int repetitions,
             const EachRow& each) {
  training::keep_freed_memory();  // as every run does
  const auto python = peers_python();
  const auto numbers = digits(data);
  const auto linear = linear_problems();
  const auto smooth = smooth_problem(kProcessRows);
  ExportedTensors files;
  add(files, "mnist", numbers.train);
  files.add("mnist_queries", numbers.test.X);
  files.add("mnist_truth", numbers.test.y);
  for (const auto& each_linear : linear) {
    add(files, each_linear.name, each_linear.problem);
    for (const double ratio : {1.0, kHalf})
      files.add(each_linear.penalties_name(ratio), each_linear.penalties(ratio));
  }
  add(files, "process", smooth);
  PeerProcess peer(root() / "benchmarks" / "classic_peer.py", {files.finished()}, python);
  const Turns turns(peer, chosen, repetitions, each);
  nearest(turns, numbers);
  softmax(turns, numbers);
  for (const auto& each_linear : linear) {
    ridge(turns, each_linear);
    for (const double ratio : {1.0, kHalf}) path(turns, each_linear, ratio);
  }
  kernel_ridge(turns, numbers);
  process(turns, smooth);
}

}  // namespace spinlab::benchmarks
