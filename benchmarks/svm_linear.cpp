#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "benchmarks/svm_rows.h"
#include "models/solvers/svm/linear_dual.h"
#include "src/core/seed.h"

namespace spinlab::benchmarks {
namespace {

constexpr double kAccuracy = 1e-3;
constexpr int64_t kSparseRows = 100'000, kSparseColumns = 100'000, kNumbersARow = 100;

/// One of ours: rows as the user has them, dense (n, d) or compressed, and labels (n, k).
struct LinearProblem {
  std::string name, words;
  std::function<models::SparseRows()> rows;
  at::Tensor labels;
  Json job;
};

double objective(const models::LinearMachines& found) { return found.primal.sum().item<double>(); }

/// On LibTorch's threads, or on one.
void row(const Turns& turns, const LinearProblem& problem, const models::LinearDualOptions& options,
         bool is_alone) {
  const auto costs = at::ones({problem.labels.size(0)}, at::kDouble);
  const auto threads = at::get_num_threads();
  if (is_alone) at::set_num_threads(1);
  double found = 0;
  turns.row(
      problem.name + (is_alone ? kOneThread : ""), problem.words,
      [&] { found = objective(models::linear_dual(problem.rows(), problem.labels, costs, options)); },
      problem.job,
      [&](const Json& answer) {
        const auto theirs = answer.at("objective").get<double>();
        TORCH_CHECK(std::abs(found - theirs) <= kAccuracy * theirs, "the two objectives differ: ", found,
                    " and ", theirs);
      });
  at::set_num_threads(threads);
}

void rows(const Turns& turns, LinearProblem problem) {
  const auto costs = at::ones({problem.labels.size(0)}, at::kDouble);
  // The gap bounds the minimum from below, so that neither side is asked to trust the other's.
  const auto exact =
      models::linear_dual(problem.rows(), problem.labels, costs, {.tolerance = 1e-2, .max_sweeps = 1000});
  const auto enough = exact.dual.sum().item<double>() * (1 + kAccuracy);
  models::LinearDualOptions options{.tolerance = 10, .max_sweeps = 2000};
  for (const auto finer = std::pow(10, 0.25);
       objective(models::linear_dual(problem.rows(), problem.labels, costs, options)) > enough;)
    options.tolerance /= finer;
  problem.job["enough"] = enough;
  for (const bool is_alone : {false, true}) row(turns, problem, options, is_alone);
}

void mnist(const Turns& turns, const Problem& train) {
  if (!turns.has_any({"linear/mnist", "linear/mnist" + kOneThread})) return;
  rows(turns, {.name = "linear/mnist",
               .words = "60,000 x 784, 10 classes to 1e-3 of the least objective",
               .rows = [&] { return models::SparseRows::all_of(train.X.to(at::kFloat)); },
               .labels = at::one_hot(train.y, 10).to(at::kDouble) * 2 - 1,
               .job = {{"job", "linear"}, {"name", "mnist"}}});
}

void sparse(const Turns& turns, ExportedTensors& files) {
  if (!turns.has_any({"linear/sparse", "linear/sparse" + kOneThread})) return;
  const auto generator = make_generator(1, "sparse problem");
  const auto count = kSparseRows * kNumbersARow;
  // One column in each block of as many, so that none is there twice.
  const auto block = kSparseColumns / kNumbersARow;
  const auto columns = at::randint(0, block, {kSparseRows, kNumbersARow}, generator, at::kLong) +
                       at::arange(kNumbersARow) * block;
  const auto values = at::randn({kSparseRows, kNumbersARow}, generator, at::kFloat) / std::sqrt(kNumbersARow);
  const auto w = at::randn({kSparseColumns}, generator, at::kFloat);
  const auto scores = (values * w.index_select(0, columns.flatten()).view_as(values)).sum(1);
  const at::Tensor y = (scores + 0.3 * at::randn({kSparseRows}, generator, at::kFloat)).ge(0).to(at::kLong);
  const auto starts = at::arange(0, count + 1, kNumbersARow), places = columns.flatten().to(at::kInt);
  files.add("sparse_starts", starts);
  files.add("sparse_columns", columns.flatten());
  files.add("sparse_values", values.flatten());
  files.add("sparse_y", y);
  rows(turns, {.name = "linear/sparse",
               .words = "100,000 x 100,000, 100 numbers a row, 2 classes to 1e-3 of the least objective",
               .rows =
                   [&] {
                     return models::SparseRows::from_compressed(starts, places, values.flatten(),
                                                                kSparseColumns);
                   },
               .labels = (y * 2 - 1).to(at::kDouble).unsqueeze(1),
               .job = {{"job", "linear"}, {"name", "sparse"}, {"width", kSparseColumns}}});
}

}  // namespace

void linear_machines(const Turns& turns, ExportedTensors& files, const Digits& digits) {
  mnist(turns, digits.train);
  sparse(turns, files);
}

}  // namespace spinlab::benchmarks
