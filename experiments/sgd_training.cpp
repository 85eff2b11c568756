#include "experiments/sgd_training.h"

#include <ATen/ATen.h>

#include "experiments/run.h"
#include "src/training/passes/loss_gradient.h"
#include "src/training/passes/plain_pass.h"

namespace spinlab::experiments {

void train_classifier(const DenseNetwork& network, const Examples& examples, const SgdOptions& options,
                      at::Generator generator) {
  training::PlainPass pass(network.layers());
  training::CrossEntropyGradient loss;
  std::vector<at::Tensor> velocities;
  for (const auto& parameter : network.parameters()) velocities.push_back(at::zeros_like(parameter.value));
  for (int64_t step = 0; step < options.steps; ++step) {
    Run::go_on();
    const auto batch = examples.rows(at::randint(examples.size(), {options.batch}, generator, at::kLong));
    loss.compute(pass.forward(batch.X), batch.labels);
    pass.backward(loss.gradient());
    for (size_t p = 0; p < velocities.size(); ++p) {
      auto value = network.parameters()[p].value;
      velocities[p].mul_(options.momentum).add_(value.grad());
      value.sub_(velocities[p], options.rate);
    }
  }
}

double accuracy(const DenseNetwork& network, const Examples& examples) {
  const auto outputs = network(examples.X);
  const auto right = (outputs.argmax(1) == examples.labels) & outputs.isfinite().all(1);
  return right.to(at::kDouble).mean().item<double>();
}

}  // namespace spinlab::experiments
