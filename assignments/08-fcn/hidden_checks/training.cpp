// Modules, steps and training: other shapes than in checks.cpp, other streams of the seed, the edges of each
// definition.
#include <cmath>
#include <vector>

#include "assignments/08-fcn/calls.h"
#include "assignments/08-fcn/classifiers.h"
#include "assignments/08-fcn/data.h"
#include "assignments/08-fcn/problems.h"

namespace {

using namespace spinlab;
using namespace fcn::problems;

TEST(SgdStep, RefusesWhatCannotDescend) {
  const auto parameters = layers({3, 2, 2}, "refused step");
  ASSERT_EQ(sgd_step(parameters, parameters, 1.0).size(), 2);
  EXPECT_CLOSE(flat(sgd_step(parameters, parameters, 1.0)), torch::zeros({14}, torch::kFloat64), atol(1e-15));
  EXPECT_THROW(sgd_step(parameters, parameters, 0.0), StudentError);
  EXPECT_THROW(sgd_step(parameters, {parameters[0]}, 0.1), StudentError);
  EXPECT_THROW(sgd_step({parameters[0]}, parameters, 0.1), StudentError);
}

TEST(MakeNetwork, KeepsThePrecisionOfItsParameters) {
  const auto parameters = layers({4, 5, 2}, "precision");
  const auto x = batch({4, 5, 2}, 3, "precision").x;
  const auto exact = reference_logits(parameters, x, "relu");
  const auto network = make_network(single(parameters), "relu");
  for (const auto& [name, value] : network.named_parameters())
    EXPECT_EQ(value.scalar_type(), torch::kFloat32) << name;
  EXPECT_CLOSE(network.forward(x.to(torch::kFloat32)), exact, atol(1e-5));
}

TEST(MakeNetwork, RefusesNoLayer) {
  const auto parameters = layers({3, 2}, "one layer");
  const auto x = batch({3, 2}, 4, "one layer").x;
  between_right_answers(
      [&] {
        const auto network = make_network(parameters, "relu");
        EXPECT_CLOSE(network.forward(x), reference_logits(parameters, x, "relu"), atol(1e-12));
      },
      [] { EXPECT_THROW(make_network({}, "relu"), StudentError); });
}

/// Heavy ball as torch::optim::SGD has it: v ← μv + g, θ ← θ − ηv, carried from epoch to epoch.
TEST(Train, CarriesItsMomentum) {
  const std::vector<int64_t> widths{4, 6, 3};
  auto parameters = layers(widths, "momentum");
  const auto data = batch(widths, 10, "momentum");
  const auto network = make_network(parameters, "tanh");
  train(network, data.x, data.labels,
        {.epochs = 6, .batch_size = 100, .learning_rate = 0.1, .momentum = 0.8});
  auto velocity = moved(parameters, -1, parameters);
  for (int epoch = 0; epoch < 6; ++epoch) {
    velocity = moved(reference_gradients(parameters, data, "tanh"), 0.8, velocity);
    parameters = moved(parameters, -0.1, velocity);
  }
  expect_layers(parameters_of(network), parameters, atol(1e-10));
}

/// Five examples in batches of four: the mean gradient of four of them, then that of the fifth, which may be
/// any.
TEST(Train, KeepsTheLastSmallerBatch) {
  const std::vector<int64_t> widths{4, 6, 3};
  const auto parameters = layers(widths, "last");
  const auto data = batch(widths, 5, "last");
  const auto network = make_network(parameters, "tanh");
  const double rate = 1e-7;
  train(network, data.x, data.labels, {.epochs = 1, .batch_size = 4, .learning_rate = rate});
  const auto moved_by = (flat(parameters_of(network)) - flat(parameters)) / rate;
  const auto all = 5 * flat(reference_gradients(parameters, data, "tanh"));
  double nearest = 1e9;
  for (int64_t i = 0; i < 5; ++i) {
    const Batch one{data.x.slice(0, i, i + 1), data.labels.slice(0, i, i + 1)};
    const auto last = flat(reference_gradients(parameters, one, "tanh"));
    nearest = std::min(nearest, (moved_by + (all - last) / 4 + last).abs().max().item<double>());
  }
  EXPECT_LT(nearest, 1e-4) << "no example was the last batch";
}

/// Two examples, one a batch: where the order is drawn once, all epochs go AB or all go BA. Of 30 epochs
/// drawn anew all have the same order with probability 2⁻²⁹ = 2e-9.
TEST(Train, DrawsANewOrderEachEpoch) {
  const std::vector<int64_t> widths{3, 4, 2};
  const auto parameters = layers(widths, "new order");
  const Batch data{normal({2, 3}, "new order inputs"), labels_of({0, 1})};
  const auto network = make_network(parameters, "tanh");
  train(network, data.x, data.labels,
        {.epochs = 30, .batch_size = 1, .learning_rate = 0.1, .seed = seed("new order")});
  for (const int64_t first : {0, 1}) {
    auto fixed = parameters;
    for (int step = 0; step < 60; ++step) {
      const int64_t i = (first + step) % 2;
      const Batch one{data.x.slice(0, i, i + 1), data.labels.slice(0, i, i + 1)};
      fixed = moved(fixed, -0.1, reference_gradients(fixed, one, "tanh"));
    }
    EXPECT_GT((flat(parameters_of(network)) - flat(fixed)).abs().max().item<double>(), 1e-9)
        << "every epoch had the same order";
  }
}

/// Two pairs of examples, alike in x and of different labels, and a network that starts from 0. A batch that
/// is a pair has no gradient, and then the whole epoch's loss is ln 2; two other batches move the logits by
/// at least η/2 for the second one, which adds η/8 or more to the epoch's loss. One epoch in three is cut
/// into pairs: of 60 none is with a probability of 3e-11.
TEST(Train, CutsNewBatchesEachEpoch) {
  const auto zeros = [](std::initializer_list<int64_t> shape) {
    return torch::zeros(shape, torch::kFloat64);
  };
  const auto network = make_network({{zeros({2, 2}), zeros({2})}}, "tanh");
  const auto x = vector({1, 0, 1, 0, 0, 1, 0, 1}).view({4, 2});
  const auto reported =
      train(network, x, labels_of({0, 1, 0, 1}),
            {.epochs = 60, .batch_size = 2, .learning_rate = 0.01, .seed = seed("new batches")});
  const auto paired = (vector(reported) - std::log(2.0) < 0.01 / 16).sum().item<int64_t>();
  EXPECT_GT(paired, 0) << "the pairs never came together";
  EXPECT_LT(paired, 60) << "the same batches in each epoch";
}

TEST(Train, RefusesWhatCannotBeTrained) {
  const std::vector<int64_t> widths{4, 3};
  const auto data = batch(widths, 6, "refused training");
  const auto network = make_network(layers(widths, "refused training"), "relu");
  EXPECT_TRUE(train(network, data.x, data.labels, {.epochs = 0}).empty());
  EXPECT_EQ(train(network, data.x, data.labels, {.epochs = 2, .batch_size = 4}).size(), 2);
  EXPECT_THROW(train(network, data.x, data.labels.slice(0, 1), {}), StudentError);
  EXPECT_THROW(train(network, data.x, data.labels, {.batch_size = 0}), StudentError);
  EXPECT_THROW(train(network, data.x, data.labels, {.learning_rate = 0}), StudentError);
  EXPECT_THROW(train(network, data.x, data.labels, {.epochs = -1}), StudentError);
}

/// The master reaches 0.344 ± 0.013 (13 trainings), guessing 0.10: one below 0.28 has a probability of 5e-7.
TEST(FitClassifier, TellsPhotographsApart) {
  fcn::classifiers::expect_accuracy(fcn::data::photographs, 0.28);
}

}  // namespace
