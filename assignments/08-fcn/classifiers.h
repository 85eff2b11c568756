#pragma once

#include "calls.h"
#include "data.h"
#include "problems.h"

/// How a student's classifier is judged.
namespace fcn::classifiers {

/// Trains on examples drawn anew. The labels of the test never leave the checker. A stochastic check: how many
/// of its seeds must reach the bar stands in assignment.json.
inline void expect_accuracy(data::Problem (*draw)(std::uint64_t), double bar) {
  const auto problem = draw(spinlab::derive_seed(spinlab::check_seed(), "examples"));
  const auto network =
      ::fit_classifier(problem.train.x, problem.train.labels, problem.classes, problems::seed("fit"));
  const auto logits = network.forward(problem.test.x);
  ASSERT_EQ(logits.sizes(), at::IntArrayRef({problem.test.x.size(0), problem.classes}));
  const auto right = logits.argmax(1).eq(problem.test.labels);
  EXPECT_GE(right.to(torch::kFloat64).mean().item<double>(), bar) << "of the test examples are told right";
}

}  // namespace fcn::classifiers
