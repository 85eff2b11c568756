#pragma once

#include <string>

#include "datasets/dataset.h"

/// Classes whose distributions are known, so that a classifier can be held against the best possible one.
namespace spinlab::datasets {

/// k classes of points x of d numbers.
struct KnownClasses {
  /// float64 (k), the share of each class; they sum to 1.
  at::Tensor priors;
  /// classes: int64 (n). Returns float64 (n, d), a point of each, from the generator.
  std::function<at::Tensor(const at::Tensor& classes, at::Generator generator)> sample;
  /// x: float64 (n, d). Returns float64 (n, k), log p(x | class) in nats.
  std::function<at::Tensor(const at::Tensor& x)> log_densities;
};

/// p(class | x) by Bayes' theorem. x: float64 (n, d); returns float64 (n, k).
at::Tensor posterior(const KnownClasses& classes, const at::Tensor& x);

/// `samples` points, each with a class drawn by the priors, by the seed's stream `part`. Inputs float64 (n,
/// d), targets int64 (n).
Split draw(const KnownClasses& classes, int64_t samples, std::uint64_t seed, const char* part);

/// As many to train as to test, with the posterior, mean and deviation, features x1, x2, … (of the plane x,
/// y) and classes 0, 1, …
Dataset known_classes_set(const std::string& name, const KnownClasses& classes, int64_t samples,
                          std::uint64_t seed);

/// The share of `part` on which the Bayes rule, the class of the largest posterior (ties to the lowest), is
/// right. Its expectation is the largest that a classifier can have; on a finite part another may be ahead by
/// chance. Throws c10::ValueError where nobody knows the posterior.
double bayes_accuracy(const Dataset& set, const Split& part);

/// How many of the targets (n) the Bayes rule finds from inputs (n, …) float64.
int64_t bayes_right(const Posterior& posterior, const at::Tensor& inputs, const at::Tensor& targets);

}  // namespace spinlab::datasets
