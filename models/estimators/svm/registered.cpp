#include <c10/util/Exception.h>

#include <limits>

#include "models/estimators/svm/classifier.h"
#include "models/estimators/svm/regression.h"
#include "models/kernels/fitted_kernel.h"
#include "models/registry.h"

namespace spinlab::models {
namespace {

const Json kDualDefaults = {
    {"tolerance", 1e-3}, {"cache_mib", 200}, {"shrinking", true}, {"max_iterations", nullptr}};

DualOptions dual_options(const Config& config) {
  DualOptions options{.tolerance = config.number("tolerance", 1e-12, 1),
                      .cache_bytes = config.integer("cache_mib", 1, 1 << 20) << 20,
                      .shrinking = config.get<bool>("shrinking")};
  if (!config.at("max_iterations").is_null())
    options.max_iterations = config.integer("max_iterations", 1, int64_t{1} << 40);
  return options;
}

Json with_dual_defaults(Json own) {
  own.update(kDualDefaults);
  return own;
}

std::unique_ptr<Estimator> make_classifier(const Config& config, const Problem& problem) {
  TORCH_CHECK_VALUE(problem.classification, config.where(), ": svm needs classes; choose svr for values");
  SvmOptions options;
  options.C =
      config.at("C").is_null() ? std::numeric_limits<double>::infinity() : config.number("C", 1e-12, 1e12);
  if (!config.at("nu").is_null()) {
    options.nu = config.number("nu", 1e-6, 1);
    TORCH_CHECK_VALUE(options.C == 1, config.where(), ": nu stands in place of C; set C to 1, its default");
  }
  options.class_weights = class_weights_option(config, problem);
  options.split = config.one_of("classes", {"one_against_one", "one_against_rest"}) == "one_against_one"
                      ? SvmOptions::Split::kOneAgainstOne
                      : SvmOptions::Split::kOneAgainstRest;
  options.probabilities = config.get<bool>("probabilities");
  options.dual = dual_options(config);
  return std::make_unique<SvmClassifier>(kernel_option(config), problem.outputs, options);
}

std::unique_ptr<Estimator> make_regression(const Config& config, const Problem&) {
  return std::make_unique<SvmRegression>(kernel_option(config), config.number("C", 1e-12, 1e12),
                                         config.number("epsilon", 0, 1e12), dual_options(config));
}

const Json kKernel = {{"name", "gaussian"}, {"width", nullptr}};

const Registered<ModelEntry> kClassifier{
    {.name = "svm",
     .summary = "support vector machines of a kernel: soft or hard margin, nu, one against one or the rest",
     .defaults = with_dual_defaults({{"kernel", kKernel},
                                     {"C", 1.0},
                                     {"nu", nullptr},
                                     {"class_weights", nullptr},
                                     {"classes", "one_against_one"},
                                     {"probabilities", false}}),
     .estimator = make_classifier}};

const Registered<ModelEntry> kRegression{
    {.name = "svr",
     .summary = "support vector regression of a kernel, with a tube of width epsilon",
     .defaults = with_dual_defaults({{"kernel", kKernel}, {"C", 1.0}, {"epsilon", 0.1}}),
     .estimator = make_regression}};

}  // namespace
}  // namespace spinlab::models
