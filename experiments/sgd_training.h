#pragma once

#include "experiments/dense_network.h"
#include "experiments/examples.h"

namespace spinlab::experiments {

struct SgdOptions {
  int64_t steps = 300, batch = 32;
  double rate = 1e-2;  // of W and b themselves: the standard parametrisation
  double momentum = 0.9;
};

/// Trains by stochastic gradient descent on the mean cross entropy of batches drawn from `examples`. Calls
/// Run::go_on().
void train_classifier(const DenseNetwork& network, const Examples& examples, const SgdOptions& options,
                      at::Generator generator);

/// The share of `examples` whose largest output is their label; 0.1 of 10 classes is chance. Outputs that are
/// not finite count as wrong.
double accuracy(const DenseNetwork& network, const Examples& examples);

}  // namespace spinlab::experiments
