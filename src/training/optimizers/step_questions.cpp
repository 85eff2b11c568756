#include "src/training/optimizers/step_questions.h"

#include <ATen/ATen.h>

#include "src/training/gradients.h"

namespace spinlab::training {

Step StepQuestions::step(double learning_rate, const Batch& batch, const at::Tensor& loss,
                         at::Generator generator, const at::Tensor& noise) const {
  Step step{learning_rate};
  if (optimizer_.evaluates_again()) {
    step.loss = loss.item<double>();
    step.evaluate = [=, this, &batch]() mutable {
      generator.set_state(noise);
      return evaluate(batch);
    };
  }
  if (optimizer_.uses_fisher()) {
    step.fisher_rows = [=, this, &batch](const auto& parameters) mutable {
      generator.set_state(noise);
      return fisher_rows_of(batch, parameters);
    };
    step.linear_factors = [=, this, &batch](const auto& weights, FisherKind kind) mutable {
      generator.set_state(noise);
      return linear_factors_of(batch, weights, kind, generator);
    };
  }
  return step;
}

double StepQuestions::evaluate(const Batch& batch) const {
  const at::AutoGradMode with_graph(true);
  optimizer_.zero_grad();
  return backward_(batch).item<double>();
}

at::Tensor StepQuestions::fisher_rows_of(const Batch& batch,
                                         const std::vector<at::Tensor>& parameters) const {
  const at::AutoGradMode with_graph(true);
  const auto outputs = network_.forward({batch.inputs}).flatten(1);
  return fisher_rows(outputs, objective_.fisher_factor(outputs.detach()), parameters);
}

std::vector<LinearFactors> StepQuestions::linear_factors_of(const Batch& batch,
                                                            const std::vector<at::Tensor>& weights,
                                                            FisherKind kind,
                                                            const at::Generator& generator) const {
  const at::AutoGradMode with_graph(true);
  at::Tensor outputs;
  if (kind == FisherKind::kEmpirical) {
    const auto passes = linear_passes(weights, [&] { outputs = objective_.loss(network_, batch); });
    // The gradient of each example's own loss, of which the loss is the mean.
    return linear_factors(passes, outputs, at::full({1}, batch.size(), outputs.options()));
  }
  const auto passes = linear_passes(weights, [&] { outputs = network_.forward({batch.inputs}).flatten(1); });
  return linear_factors(passes, outputs,
                        fisher_directions(objective_.fisher_factor(outputs.detach()), kind, generator));
}

}  // namespace spinlab::training
