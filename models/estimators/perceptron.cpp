#include "models/estimators/perceptron.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <vector>

#include "models/registry.h"
#include "src/core/seed.h"

namespace spinlab::models {
namespace {

constexpr int64_t kMaxEpochs = 1'000'000;

// BEGIN SOLUTION
/// The weights while they change, a row (d + 1) for each class, the intercept behind. Their mean over all
/// rows seen follows from the changes alone: a change at row t is in all but t of them.
class Learning {
 public:
  Learning(int64_t classes, int64_t width)
      : classes_(classes),
        width_(width),
        weights_(static_cast<size_t>(classes * width)),
        weighted_changes_(weights_.size()) {}

  /// Returns whether it was a mistake.
  bool see(const double* x, int64_t y) {
    ++seen_;
    const auto rival = best_other(x, y);
    if (rival < 0) return false;
    change(y, x, 1);
    change(rival, x, -1);
    return true;
  }

  /// (classes, d + 1)
  at::Tensor last() const { return as_tensor(weights_); }
  at::Tensor mean() const {
    return last() - as_tensor(weighted_changes_) / static_cast<double>(std::max<int64_t>(seen_, 1));
  }

 private:
  double score(const double* x, int64_t k) const {
    const auto* w = weights_.data() + k * width_;
    double sum = w[width_ - 1];
    for (int64_t j = 0; j < width_ - 1; ++j) sum += w[j] * x[j];
    return sum;
  }

  /// The class that scores best beside y; -1 where y scores better than it.
  int64_t best_other(const double* x, int64_t y) const {
    int64_t best = -1;
    double highest = 0;
    for (int64_t k = 0; k < classes_; ++k) {
      if (k == y) continue;
      const auto found = score(x, k);
      if (best < 0 || found > highest) best = k, highest = found;
    }
    return best >= 0 && score(x, y) <= highest ? best : -1;
  }

  void change(int64_t k, const double* x, double by) {
    const auto before = static_cast<double>(seen_ - 1);
    for (int64_t j = 0; j < width_; ++j) {
      const auto step = j + 1 < width_ ? by * x[j] : by;
      weights_[static_cast<size_t>(k * width_ + j)] += step;
      weighted_changes_[static_cast<size_t>(k * width_ + j)] += before * step;
    }
  }

  at::Tensor as_tensor(const std::vector<double>& numbers) const {
    return at::tensor(numbers, at::kDouble).view({classes_, width_});
  }

  int64_t classes_, width_;
  std::vector<double> weights_, weighted_changes_;
  int64_t seen_ = 0;
};
// END SOLUTION

}  // namespace

void Perceptron::learn(const at::Tensor& X, const at::Tensor& y) {
  require_classes(y, classes_);
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "perceptron, ", max_epochs_, " epochs, averaged ", averaged_,
  // STUB                   ": left out, 02-classification asks for it");
  const auto rows = X.contiguous(), labels = y.contiguous();
  const auto n = X.size(0), d = X.size(1);
  Learning learning(classes_, d + 1);
  mistakes_ = 0;
  separated_ = false;
  for (int64_t epoch = 0; epoch < max_epochs_ && !separated_; ++epoch) {
    const auto order = at::randperm(n, make_generator(0, "perceptron", static_cast<std::uint64_t>(epoch)));
    const auto before = mistakes_;
    for (int64_t i = 0; i < n; ++i) {
      const auto row = order.const_data_ptr<int64_t>()[i];
      mistakes_ +=
          learning.see(rows.const_data_ptr<double>() + row * d, labels.const_data_ptr<int64_t>()[row]);
    }
    separated_ = mistakes_ == before;
  }
  const auto found = averaged_ ? learning.mean() : learning.last();
  weights_ = found.narrow(1, 0, d).t().contiguous();
  intercept_ = found.select(1, d).contiguous();
  // END SOLUTION
}

namespace {

std::unique_ptr<Estimator> make(const Config& config, const Problem& problem) {
  TORCH_CHECK_VALUE(problem.classification, config.where(),
                    ": the perceptron needs classes; choose ridge for values");
  return std::make_unique<Perceptron>(problem.outputs, config.integer("max_epochs", 1, kMaxEpochs),
                                      config.get<bool>("averaged"));
}

const Registered<ModelEntry> kRegistered{{.name = "perceptron",
                                          .summary = "Rosenblatt's perceptron, its weights averaged",
                                          .defaults = {{"max_epochs", 100}, {"averaged", true}},
                                          .estimator = make}};

}  // namespace
}  // namespace spinlab::models
