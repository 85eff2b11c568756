// Activations, losses and gradients three ways: other shapes than in checks.cpp, other streams of the seed,
// the edges of each definition.
#include <vector>

#include "assignments/08-fcn/calls.h"
#include "assignments/08-fcn/problems.h"

namespace {

using namespace spinlab;
using namespace fcn::problems;

/// e^800 is infinite, tanh 800 is 1.
TEST(Activate, FarFromZero) {
  const auto z = vector({-1e4, -800, -30, 0, 30, 800, 1e4});
  EXPECT_CLOSE(activate(z, "tanh"), vector({-1, -1, -1, 0, 1, 1, 1}), atol(1e-15));
  EXPECT_CLOSE(activate(z, "relu"), vector({0, 0, 0, 0, 30, 800, 1e4}), atol(0.0));
}

TEST(Activate, RefusesAnUnknownName) {
  const auto z = vector({-2, 2});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(activate(z, "relu"), vector({0, 2}), atol(0.0));
        EXPECT_CLOSE(activation_slope(z, "relu"), vector({0, 1}), atol(0.0));
      },
      [&] {
        EXPECT_THROW(activate(z, "sine"), StudentError);
        EXPECT_THROW(activate(z, ""), StudentError);
        EXPECT_THROW(activation_slope(z, "linear"), StudentError);
      });
}

/// 1 − tanh² = 4/(e^z + e^−z)², and tanh itself saturates at ±1.
TEST(ActivationSlope, FarFromZero) {
  const auto z = vector({-300, -8, -2, 0, 2, 8, 300});
  EXPECT_CLOSE(activation_slope(z, "tanh"), z.cosh().pow(-2), atol(1e-14));
  EXPECT_CLOSE(activation_slope(z, "relu"), vector({0, 0, 0, 0, 1, 1, 1}), atol(0.0));
}

TEST(CrossEntropy, TheEdgesOfTheDefinition) {
  const auto logits = normal({6, 4}, "edges");
  const auto labels = integers(6, 4, "edges labels");
  EXPECT_CLOSE(cross_entropy(logits, labels), losses(logits, labels).mean(), rtol(1e-12));
  EXPECT_CLOSE(cross_entropy(logits.slice(1, 0, 1), torch::zeros({6}, torch::kLong)),
               torch::tensor(0.0, torch::kFloat64), atol(1e-15));
}

TEST(CrossEntropy, RefusesLabelsAndShapesThatDoNotFit) {
  const auto logits = normal({6, 4}, "refused logits");
  const auto labels = integers(6, 4, "refused labels");
  const auto refused = [&](const Tensor& z, const Tensor& y) {
    EXPECT_THROW(cross_entropy(z, y), StudentError);
    EXPECT_THROW(cross_entropy_gradient(z, y), StudentError);
  };
  between_right_answers(
      [&] {
        EXPECT_CLOSE(cross_entropy(logits, labels), losses(logits, labels).mean(), rtol(1e-12));
        const auto one_hot = torch::one_hot(labels, 4);
        EXPECT_CLOSE(cross_entropy_gradient(logits, labels), (torch::softmax(logits, 1) - one_hot) / 6,
                     atol(1e-14));
      },
      [&] {
        refused(logits, labels.slice(0, 1));
        refused(logits, labels - 4);
        refused(logits, labels + 4);
        refused(logits[0], labels);
      });
}

/// Where one probability is 1 to rounding the gradient is 0 or ±1/n, never NaN; each row sums to 0.
TEST(CrossEntropyGradient, OfLargeLogits) {
  const auto logits = vector({1e4, -1e4, 0, -1e4, 1e4, 0}).view({2, 3});
  const auto gradient = cross_entropy_gradient(logits, labels_of({0, 0}));
  EXPECT_CLOSE(gradient, vector({0, 0, 0, -0.5, 0.5, 0}).view({2, 3}), atol(1e-15));
  const auto rows = cross_entropy_gradient(normal({5, 9}, "rows"), integers(5, 9, "rows labels")).sum(1);
  EXPECT_CLOSE(rows, torch::zeros({5}, torch::kFloat64), atol(1e-15));
}

TEST(Preactivations, RefuseWhatDoesNotFit) {
  const auto parameters = layers({4, 6, 3}, "refused");
  const auto x = batch({4, 6, 3}, 5, "refused").x;
  const auto first = x.matmul(parameters[0].weight.t()) + parameters[0].bias;
  between_right_answers(
      [&] { EXPECT_CLOSE(preactivations(parameters, x, "relu").at(0), first, atol(1e-13)); },
      [&] {
        EXPECT_THROW(preactivations({}, x, "relu"), StudentError);
        EXPECT_THROW(preactivations(parameters, x.slice(1, 1), "relu"), StudentError);
        EXPECT_THROW(preactivations({parameters[1], parameters[0]}, x, "relu"), StudentError);
        EXPECT_THROW(preactivations(parameters, x[0], "relu"), StudentError);
        EXPECT_THROW(preactivations(parameters, x, "sigmoid"), StudentError);
      });
}

/// Backpropagation is linear in the error that it starts from, and each example has its own.
TEST(Backpropagate, IsLinearAndKeepsExamplesApart) {
  const auto parameters = layers({5, 8, 8, 8, 2}, "linear");
  const auto x = batch({5, 8, 8, 8, 2}, 6, "linear").x;
  const auto z = preactivations(parameters, x, "tanh");
  auto v = torch::zeros({6, 2}, torch::kFloat64);
  v[4] = normal({2}, "one example");
  const auto once = backpropagate(parameters, z, v, "tanh").at(0);
  EXPECT_CLOSE(backpropagate(parameters, z, -3 * v, "tanh").at(0), -3 * once, atol(1e-13));
  EXPECT_CLOSE(once.slice(0, 0, 4), torch::zeros({4, 8}, torch::kFloat64), atol(0.0));
  EXPECT_CLOSE(once[4], reference_errors(parameters, x, v, "tanh")[0][4], atol(1e-12));
}

/// The gradient of a mean is the mean of the gradients: weighted halves of a batch make the whole.
TEST(GradientsByHand, OfABatchAreTheMeanOfItsParts) {
  const std::vector<int64_t> widths{4, 10, 10, 10, 10, 3};
  const auto parameters = layers(widths, "parts");
  const auto data = batch(widths, 9, "parts");
  const auto part = [&](int64_t from, int64_t to) {
    return flat(
        gradients_by_hand(parameters, data.x.slice(0, from, to), data.labels.slice(0, from, to), "relu"));
  };
  EXPECT_CLOSE(part(0, 9), (2 * part(0, 2) + 7 * part(2, 9)) / 9, atol(1e-12));
  EXPECT_CLOSE(part(0, 9), flat(reference_gradients(parameters, data, "relu")), atol(1e-11));
}

/// What calls.h promises is the type of the arguments: the framework holds each answer against it.
TEST(ThreeWays, KeepThePrecisionOfTheirArguments) {
  const std::vector<int64_t> widths{4, 5, 3};
  const auto exact = layers(widths, "single");
  const auto data = batch(widths, 6, "single");
  const auto parameters = single(exact);
  const auto x = data.x.to(torch::kFloat32);
  const auto expected = single(reference_gradients(exact, data, "tanh"));
  const auto z = preactivations(parameters, x, "tanh");
  const auto output_error = cross_entropy_gradient(z.at(1), data.labels);
  EXPECT_EQ(cross_entropy(z.at(1), data.labels).scalar_type(), torch::kFloat32);
  EXPECT_CLOSE(backpropagate(parameters, z, output_error, "tanh").at(1), output_error, atol(1e-6));
  expect_layers(gradients_by_hand(parameters, x, data.labels, "tanh"), expected, atol(1e-5));
  expect_layers(gradients_by_autograd(parameters, x, data.labels, "tanh"), expected, atol(1e-5));
  const auto stepped = sgd_step(parameters, expected, 0.1);
  EXPECT_EQ(stepped.at(0).weight.scalar_type(), torch::kFloat32);
  for (const auto* activation : {"tanh", "relu"})
    EXPECT_EQ(activate(z.at(0), activation).scalar_type(),
              activation_slope(z.at(0), activation).scalar_type());
}

}  // namespace
