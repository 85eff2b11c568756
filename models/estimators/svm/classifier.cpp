#include "models/estimators/svm/classifier.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "models/kernels/fitted_kernel.h"
#include "models/kernels/matrices/matrices.h"
#include "src/core/on_all_cores.h"
#include "src/core/seed.h"

namespace spinlab::models {
namespace {

constexpr int64_t kFolds = 5, kRest = -1;

at::Tensor tensor(const std::vector<double>& numbers) { return at::tensor(numbers, at::kDouble); }

/// costs: for ν 1 or, of a point that takes no part, 0.
Machine fitted_machine(const KernelMatrix& kernel, const std::vector<double>& y,
                       const std::vector<double>& costs, const SvmOptions& options) {
  return options.nu ? classify_nu(kernel, y, costs, *options.nu, options.dual)
                    : classify(kernel, y, costs, options.dual);
}

/// The label of all points that take part, if they are alike.
std::optional<double> only_label(const std::vector<double>& y, const std::vector<double>& costs) {
  std::optional<double> only;
  for (size_t i = 0; i < y.size(); ++i) {
    if (costs[i] == 0) continue;
    if (only && *only != y[i]) return {};
    only = y[i];
  }
  return only;
}

/// f at each point of a machine that was fitted without the point's fold; its label where there was no other.
std::vector<double> held_out_values(const KernelMatrix& kernel, const std::vector<double>& y,
                                    const std::vector<double>& costs, const SvmOptions& options) {
  const auto n = static_cast<int64_t>(y.size());
  const auto order = at::randperm(n, make_generator(0, "folds of a support vector machine"));
  const auto* shuffled = order.const_data_ptr<int64_t>();
  std::vector<double> values(y.size());
  for (int64_t fold = 0; fold < kFolds; ++fold) {
    auto without = costs;
    const auto first = n * fold / kFolds, last = n * (fold + 1) / kFolds;
    for (auto i = first; i < last; ++i) without[static_cast<size_t>(shuffled[i])] = 0;
    const auto only = only_label(y, without);
    auto own = options;
    if (own.nu) own.nu = std::min(*own.nu, largest_nu(y, without));  // 0 where one label is left
    const auto found = only ? Machine() : fitted_machine(kernel, y, without, own);
    for (auto i = first; i < last; ++i) {
      const auto point = static_cast<size_t>(shuffled[i]);
      values[point] = only ? *only : found.values[point];
    }
  }
  return values;
}

/// Pairs of two classes each, or each a class against the rest; as a checkpoint has them, (machines, 2).
bool are_machines(const at::Tensor& pairs, int64_t classes) {
  const auto firsts = pairs.select(1, 0), others = pairs.select(1, 1);
  const auto all_kinds = others.eq(kRest).all() | others.ge(0).all();
  return (all_kinds & pairs.lt(classes).all() & firsts.ge(0).all() & firsts.ne(others).all()).item<bool>();
}

}  // namespace

/// A machine with the training rows that it was fitted to.
struct SvmClassifier::Fitted {
  std::vector<int64_t> points;
  Machine machine;
  Sigmoid sigmoid;
};

void SvmClassifier::choose_machines(const at::Tensor& rows_of_class) {
  const auto present = classes_of_a_margin(rows_of_class);
  const auto count = present.numel();
  const auto* classes = present.const_data_ptr<int64_t>();
  const bool against_rest = options_.split == SvmOptions::Split::kOneAgainstRest && count > 2;
  machines_.clear();
  for (int64_t i = 0; i < count; ++i) {
    if (against_rest) machines_.emplace_back(classes[i], kRest);
    for (auto j = i + 1; j < count && !against_rest; ++j) machines_.emplace_back(classes[i], classes[j]);
  }
}

at::Tensor SvmClassifier::classes_of_machines() const {
  std::set<int64_t> classes;
  for (const auto& [positive, other] : machines_) classes.insert({positive, other});
  classes.erase(kRest);
  return at::tensor(std::vector<int64_t>(classes.begin(), classes.end()));
}

SvmClassifier::Fitted SvmClassifier::fit_machine(const KernelMatrix& kernel, const at::Tensor& y,
                                                 const at::Tensor& costs, size_t which) const {
  const auto [positive, other] = machines_[which];
  Fitted fitted;
  std::vector<double> labels, C;
  const auto* classes = y.const_data_ptr<int64_t>();
  const auto* cost = costs.const_data_ptr<double>();
  for (int64_t i = 0; i < y.size(0); ++i) {
    if (classes[i] != positive && other != kRest && classes[i] != other) continue;
    fitted.points.push_back(i);
    labels.push_back(classes[i] == positive ? 1 : -1);
    C.push_back(options_.nu ? 1 : cost[classes[i]]);
  }
  const auto own = restricted(kernel, fitted.points);
  fitted.machine = fitted_machine(*own, labels, C, options_);
  if (options_.probabilities)
    fitted.sigmoid = fit_sigmoid(held_out_values(*own, labels, C, options_), labels);
  return fitted;
}

/// The rows that weigh in any machine, once.
void SvmClassifier::keep(const at::Tensor& X, const std::vector<Fitted>& fitted) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "machines of ", X.sizes(), ", ", fitted.size(),
  // STUB                   ": left out, 04-svm asks for them");
  const auto count = static_cast<int64_t>(fitted.size());
  auto all = at::zeros({X.size(0), count}, at::kDouble);
  auto weights = all.accessor<double, 2>();
  std::vector<double> biases;
  sigmoids_.clear();
  MachineReport report(options_.dual);
  for (int64_t m = 0; m < count; ++m) {
    const auto& [points, machine, sigmoid] = fitted[static_cast<size_t>(m)];
    for (size_t i = 0; i < points.size(); ++i) weights[points[i]][m] = machine.weights[i];
    biases.push_back(machine.bias);
    if (options_.probabilities) sigmoids_.push_back(sigmoid);
    report.add(machine);
  }
  report.warn();
  const auto support = all.ne(0).any(1).nonzero().flatten();
  rows_ = kernel_->centres(X, support);
  weights_ = all.index_select(0, support);
  biases_ = tensor(biases);
  // END SOLUTION
}

void SvmClassifier::learn(const at::Tensor& X, const at::Tensor& y) {
  require_classes(y, classes_);
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "svm, C ", options_.C, ": left out, 04-svm asks for it");
  TORCH_CHECK_VALUE(!options_.nu || !options_.class_weights.given(),
                    "class_weights are factors of C, for which nu stands; leave one of the two out");
  const auto rows_of_class = y.bincount({}, classes_);
  choose_machines(rows_of_class);
  const auto costs = options_.C * options_.class_weights.of(rows_of_class);
  kernel_ = make_kernel_(X);
  const auto kernel = kernel_matrix(kernel_, X);
  const auto labels = y.contiguous();
  const auto count = static_cast<int64_t>(machines_.size());
  std::vector<Fitted> fitted(machines_.size());
  // Many small problems are faster side by side than one after the other on all cores.
  const auto grain = count >= 2 * at::get_num_threads() ? 1 : count;
  on_all_cores(count, grain, [&](int64_t first, int64_t last) {
    for (auto m = first; m < last; ++m)
      fitted[static_cast<size_t>(m)] = fit_machine(*kernel, labels, costs, static_cast<size_t>(m));
  });
  keep(X, fitted);
  // END SOLUTION
}

at::Tensor SvmClassifier::decisions(const at::Tensor& X) const {
  require_fitted_rows(X);
  return expansion(*kernel_, X, rows_, weights_).add_(biases_);
}

at::Tensor SvmClassifier::answer(const at::Tensor& X) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "classes of ", X.sizes(), ": left out, 04-svm asks for them");
  const auto f = decisions(X);
  auto votes = at::full({X.size(0), classes_}, -std::numeric_limits<double>::infinity(), at::kDouble);
  const bool against_rest = machines_.front().second == kRest;
  votes.index_fill_(1, classes_of_machines(), 0);
  for (size_t m = 0; m < machines_.size(); ++m) {
    const auto [positive, other] = machines_[m];
    const auto values = f.select(1, static_cast<int64_t>(m));
    if (against_rest) {
      votes.select(1, positive).copy_(values);
    } else {
      votes.select(1, positive).add_(values > 0);
      votes.select(1, other).add_(values <= 0);
    }
  }
  return votes.argmax(1);
  // END SOLUTION
}

at::Tensor SvmClassifier::probabilities(const at::Tensor& X) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "probabilities of ", X.sizes(), ": left out, 04-svm asks for machines");
  const auto f = decisions(X);
  TORCH_CHECK_VALUE(!sigmoids_.empty(), "the machines were fitted without probabilities; set the option");
  const bool against_rest = machines_.front().second == kRest;
  auto each = at::zeros({X.size(0), classes_}, at::kDouble),
       pairs = at::zeros({X.size(0), classes_, classes_}, at::kDouble);
  for (size_t m = 0; m < machines_.size(); ++m) {
    const auto [positive, other] = machines_[m];
    const auto& s = sigmoids_[m];
    const auto p = at::sigmoid(-(s.a * f.select(1, static_cast<int64_t>(m)) + s.b)).clamp(1e-7, 1 - 1e-7);
    if (against_rest) {
      each.select(1, positive).copy_(p);
    } else {
      pairs.select(1, positive).select(1, other).copy_(p);
      pairs.select(1, other).select(1, positive).copy_(1 - p);
    }
  }
  if (against_rest) return each / each.sum(1, true);
  const auto present = classes_of_machines();
  return at::zeros({X.size(0), classes_}, at::kDouble)
      .index_copy_(1, present, coupled(pairs.index_select(1, present).index_select(2, present)));
  // END SOLUTION
}

std::map<std::string, at::Tensor> SvmClassifier::state() const {
  if (features() == 0) return {};
  std::vector<double> pairs, sigmoids;
  for (const auto& [positive, other] : machines_)
    pairs.insert(pairs.end(), {static_cast<double>(positive), static_cast<double>(other)});
  for (const auto& s : sigmoids_) sigmoids.insert(sigmoids.end(), {s.a, s.b});
  return {{"rows", rows_},
          {"weights", weights_},
          {"biases", biases_},
          {"machines", tensor(pairs).view({-1, 2})},
          {"sigmoids", tensor(sigmoids).view({-1, 2})},
          {"kernel", kernel_->parameters()}};
}

void SvmClassifier::load_state(const std::map<std::string, at::Tensor>& state) {
  for (const auto* name : {"rows", "weights", "machines", "sigmoids"}) check_state(state, name, 2);
  check_state(state, "biases", 1);
  const auto &rows = state.at("rows"), &weights = state.at("weights"), &biases = state.at("biases"),
             &machines = state.at("machines"), &sigmoids = state.at("sigmoids");
  const auto count = biases.size(0);
  const bool fits = count > 0 && rows.size(0) == weights.size(0) && weights.size(1) == count &&
                    machines.size(0) == count && machines.size(1) == 2 && sigmoids.size(1) == 2 &&
                    (sigmoids.size(0) == 0 || sigmoids.size(0) == count);
  TORCH_CHECK_VALUE(fits && are_machines(machines, classes_),
                    "the checkpoint's rows, weights and machines do not belong together, or not to ",
                    classes_, " classes");
  kernel_ = kernel_of_state(make_kernel_(rows.narrow(0, 0, 0)), state);
  rows_ = rows, weights_ = weights, biases_ = biases;
  machines_.clear(), sigmoids_.clear();
  for (int64_t m = 0; m < count; ++m)
    machines_.emplace_back(machines[m][0].item<double>(), machines[m][1].item<double>());
  for (int64_t m = 0; m < sigmoids.size(0); ++m)
    sigmoids_.push_back({sigmoids[m][0].item<double>(), sigmoids[m][1].item<double>()});
}

}  // namespace spinlab::models
