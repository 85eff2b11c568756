#include "models/estimators/linear_svm.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <limits>

#include "models/registry.h"
#include "models/solvers/svm/linear_pegasos.h"
#include "src/core/on_all_cores.h"

namespace spinlab::models {
namespace {

// BEGIN SOLUTION
constexpr double kRounding = 1e-12;

/// (d, k) and (k), a column a machine.
struct Found {
  at::Tensor weights, intercept;
};

Found by_pegasos(const SparseRows& rows, const at::Tensor& Y, const LinearSvmOptions& options) {
  const auto k = Y.size(1);
  Found found{at::empty({rows.width(), k}, at::kDouble), at::empty({k}, at::kDouble)};
  const PegasosOptions each{.lambda = 1 / (options.C * static_cast<double>(rows.rows())),
                            .steps = options.max_iterations * rows.rows(),
                            .constant = options.intercept ? 1.0 : 0.0};
  on_all_cores(k, 1, [&](int64_t begin, int64_t end) {
    for (auto c = begin; c < end; ++c) {
      const auto one = pegasos(rows, Y.select(1, c), each);
      found.weights.select(1, c).copy_(one.weights);
      found.intercept[c].fill_(one.intercept);
    }
  });
  return found;
}

void warn_of_gap(const LinearMachines& found, const LinearSvmOptions& options) {
  // A gap of rounding is none, whatever the criterion says.
  const auto open = found.gap() > kRounding * found.primal;
  if (found.converged.logical_or(open.logical_not()).all().item<bool>()) return;
  TORCH_WARN("linear_svm is not at its tolerance of ", options.tolerance, " after ", options.max_iterations,
             " sweeps; the largest duality gap is ", found.gap().max().item<double>(), ", ",
             (found.gap() / found.primal).max().item<double>(),
             " of the objective; raise max_iterations or the tolerance, or scale the columns");
}
// END SOLUTION

}  // namespace

void LinearSvm::learn(const at::Tensor& X, const at::Tensor& y) {
  require_classes(y, classes_);
  const auto rows_of_class = y.bincount({}, classes_);
  const auto present = classes_of_a_margin(rows_of_class);
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "linear_svm, C ", options_.C, ": left out, 04-svm asks for it");
  const bool are_two = present.numel() == 2;
  const auto chosen = are_two ? present.slice(0, 1) : present;
  const auto Y = y.unsqueeze(1).eq(chosen).to(at::kDouble) * 2 - 1;
  const auto x = X.to(at::kFloat);
  TORCH_CHECK_VALUE(x.isfinite().all().item<bool>(),
                    "X holds numbers beyond float32, in which rows are held; scale the columns");
  const auto rows = SparseRows::all_of(x);
  Found found;
  machines_.reset();
  if (options_.solver == LinearSvmOptions::Solver::kDual) {
    machines_ = linear_dual(rows, Y, options_.C * options_.class_weights.of(rows_of_class).index_select(0, y),
                            {.loss = options_.loss,
                             .constant = options_.intercept ? 1.0 : 0.0,
                             .tolerance = options_.tolerance,
                             .max_sweeps = options_.max_iterations});
    warn_of_gap(*machines_, options_);
    found = {machines_->weights, machines_->intercept};
  } else {
    found = by_pegasos(rows, Y, options_);
  }
  if (are_two)
    found = {at::cat({-found.weights, found.weights}, 1), at::cat({-found.intercept, found.intercept})};
  weights_ = at::zeros({X.size(1), classes_}, at::kDouble);
  weights_.index_copy_(1, present, found.weights);
  intercept_ = at::full({classes_}, std::numeric_limits<double>::lowest(), at::kDouble);
  intercept_.index_copy_(0, present, found.intercept);
  // END SOLUTION
}

namespace {

std::unique_ptr<Estimator> make(const Config& config, const Problem& problem) {
  TORCH_CHECK_VALUE(problem.classification, config.where(),
                    ": linear_svm needs classes; choose svr or ridge for values");
  using Solver = LinearSvmOptions::Solver;
  LinearSvmOptions options{
      .C = config.number("C", 1e-12, 1e12),
      .loss = config.one_of("loss", {"squared_hinge", "hinge"}) == "hinge" ? HingeLoss::kHinge
                                                                           : HingeLoss::kSquaredHinge,
      .solver = config.one_of("solver", {"dual", "pegasos"}) == "dual" ? Solver::kDual : Solver::kPegasos,
      .tolerance = config.number("tolerance", 1e-12, 1e3),
      .max_iterations = config.integer("max_iterations", 1, 1'000'000),
      .intercept = config.get<bool>("intercept"),
      .class_weights = class_weights_option(config, problem)};
  TORCH_CHECK_VALUE(options.solver == Solver::kDual || options.loss == HingeLoss::kHinge, config.where(),
                    ": pegasos minimises the hinge; set loss to hinge, or solver to dual");
  TORCH_CHECK_VALUE(options.solver == Solver::kDual || !options.class_weights.given(), config.where(),
                    ": pegasos takes no class_weights; set solver to dual");
  return std::make_unique<LinearSvm>(problem.outputs, options);
}

const Registered<ModelEntry> kRegistered{
    {.name = "linear_svm",
     .summary = "linear support vector machine, one class against the rest",
     .defaults = {{"C", 1.0},
                  {"loss", "squared_hinge"},
                  {"solver", "dual"},
                  {"tolerance", 0.01},
                  {"max_iterations", 1000},
                  {"intercept", true},
                  {"class_weights", nullptr}},
     .estimator = make}};

}  // namespace
}  // namespace spinlab::models
