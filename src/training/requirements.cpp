#include "src/training/requirements.h"

#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <string>

namespace spinlab::training {

void require_what_the_optimizer_needs(const TrainingConfig& config, const Optimizer& optimizer,
                                      const Objective& objective, const Ranks& ranks) {
  const auto name = config.optimizer.at("name").get<std::string>();
  if (optimizer.uses_fisher()) {
    TORCH_CHECK_VALUE(ranks.is_alone(), "optimizer: ", name,
                      " needs the whole batch in one process; train without mpirun");
    objective.fisher_factor(at::zeros({1, objective.problem().outputs}));
  }
  if (!optimizer.evaluates_again()) return;
  TORCH_CHECK_VALUE(config.clip_norm == 0, "clip_norm: the line search of ", name,
                    " bounds its steps, and needs the gradient as it is; leave clip_norm at 0");
  TORCH_CHECK_VALUE(config.precision != "float16", "precision: ", name,
                    " compares losses that float16 cannot tell apart; choose float32 or float64");
}

void require_rows_for_statistics(const TrainingConfig& config, const torch::nn::Module& network,
                                 int64_t examples, const Ranks& ranks) {
  const auto rest = examples % config.batch, last = rest == 0 ? config.batch : rest;
  if (last / ranks.count() > 1) return;
  for (const auto& module : network.modules()) {
    TORCH_CHECK_VALUE(module->name().find("BatchNorm1d") == std::string::npos,
                      "batch: the last batch of an epoch has ", last, " of ", examples,
                      " examples, too few for batch normalisation",
                      ranks.is_alone() ? "" : " in each of " + std::to_string(ranks.count()) + " ranks",
                      "; choose another batch");
  }
}

}  // namespace spinlab::training
