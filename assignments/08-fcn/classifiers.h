#pragma once

#include "data.h"
#include "fcn.h"
#include "problems.h"

/// How a student's classifier is judged.
namespace fcn::classifiers {

/// Trains with two seeds on examples drawn anew; where only one reaches the bar, a third decides: a majority
/// of three. The labels of the test never leave the checker.
inline void expect_accuracy(data::Problem (*draw)(std::uint64_t), double bar) {
  const auto fit_classifier = STUDENT(fcn::fit_classifier);
  int reached = 0, missed = 0;
  std::string measured;
  for (std::uint64_t i = 0; reached < 2 && missed < 2; ++i) {
    const auto problem = draw(spinlab::derive_seed(spinlab::check_seed(), "examples", i));
    const auto network =
        fit_classifier(problem.train.x, problem.train.labels, problem.classes, problems::seed("fit", i));
    const auto logits = network.forward(problem.test.x);
    ASSERT_EQ(logits.sizes(), at::IntArrayRef({problem.test.x.size(0), problem.classes}));
    const auto right = logits.argmax(1).eq(problem.test.labels);
    const double accuracy = right.to(torch::kFloat64).mean().item<double>();
    measured += (measured.empty() ? "" : ", ") + std::to_string(accuracy);
    ++(accuracy >= bar ? reached : missed);
  }
  EXPECT_EQ(reached, 2) << "test accuracies of " << measured << " where two of three must reach " << bar;
}

}  // namespace fcn::classifiers
