// Residual blocks, streams and networks: the edges of each definition.
#include <cmath>
#include <vector>

#include "assignments/09-cnn/calls.h"
#include "assignments/09-cnn/networks.h"
#include "assignments/09-cnn/problems.h"

namespace {

using namespace spinlab;
using namespace cnn::problems;
using cnn::ResNetOptions;
using judging::StudentModule;

TEST(ResidualBlock, OfOddSizesAndLargeStrides) {
  for (const auto& [h, w, stride] : {std::tuple<int64_t, int64_t, int64_t>{7, 4, 2}, {5, 8, 3}, {1, 2, 1}}) {
    const auto x = normal({4, 2, h, w}, "odd");
    const auto parameters = block(2, 3, "odd");
    EXPECT_CLOSE(residual_block(x, parameters, stride), reference_block(with_input(x, parameters), stride),
                 atol(1e-10))
        << h << " × " << w << ", stride " << stride;
  }
}

TEST(ResidualBlock, RefusesFewerChannelsAndNoStride) {
  const auto x = normal({2, 3, 4, 4}, "refused");
  const auto parameters = block(3, 4, "refused");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(residual_block(x, parameters, 1), reference_block(with_input(x, parameters), 1),
                     atol(1e-11));
      },
      [&] {
        EXPECT_THROW(residual_block(x, block(3, 2, "fewer"), 1), StudentError);
        EXPECT_THROW(residual_block(x, parameters, 0), StudentError);
      });
}

/// With a dead branch the gradient comes through the shortcut alone, and that of scale2 lives nevertheless.
/// Channels that the shortcut does not reach are 0 before the last relu, whose slope there is 0.
TEST(ResidualBlockGradient, WithoutItsBranchIsThatOfTheShortcut) {
  const auto x = normal({2, 2, 5, 4}, "dead"), v = normal({2, 3, 3, 2}, "dead gradient");
  auto parameters = block(2, 3, "dead");
  parameters.scale2 = parameters.shift2 = zeros({3});
  const auto all = with_input(x, parameters);
  const auto actual = residual_block_gradient(x, parameters, 2, v);
  auto expected = zeros({2, 2, 5, 4});
  expected.slice(2, 0, 5, 2).slice(3, 0, 4, 2).copy_(v.slice(1, 0, 2));
  EXPECT_CLOSE(actual.input, expected * x.gt(0), atol(1e-13));
  EXPECT_CLOSE(actual.parameters.weight1, zeros({3, 2, 3, 3}), atol(1e-13));
  const auto slopes = derivatives(all, v, [](const auto& at) { return reference_block(at, 2); });
  EXPECT_CLOSE(actual.parameters.scale2, slopes[5], atol(1e-11));
  EXPECT_CLOSE(actual.parameters.shift2, slopes[6], atol(1e-11));
}

/// With scale1 = shift1 = 0 the inner relu gets zeros, and sends nothing back.
TEST(ResidualBlockGradient, OfAReluOfZeros) {
  const auto x = normal({2, 2, 5, 4}, "zeros"), v = normal({2, 3, 3, 2}, "zeros gradient");
  auto parameters = block(2, 3, "zeros");
  parameters.scale1 = parameters.shift1 = zeros({3});
  const auto all = with_input(x, parameters);
  const auto expected = derivatives(all, v, [](const auto& at) { return reference_block(at, 2); });
  expect_block_gradients(residual_block_gradient(x, parameters, 2, v), expected, atol(1e-10));
}

TEST(Blocks, KeepThePrecisionOfTheirArguments) {
  const auto x = single(normal({3, 2, 5, 4}, "single"));
  const auto drawn = block(2, 3, "single");
  const cnn::BlockParameters parameters{single(drawn.weight1), single(drawn.scale1), single(drawn.shift1),
                                        single(drawn.weight2), single(drawn.scale2), single(drawn.shift2)};
  const auto all = with_input(x, parameters);
  const auto expected = reference_block(all, 2);
  EXPECT_CLOSE(residual_block(x, parameters, 2), expected, atol(1e-3));
  const auto v = single(upstream(expected, "single"));
  EXPECT_EQ(residual_block_gradient(x, parameters, 2, v).input.sizes(), x.sizes());
  const auto weights = single(stack(2, 2, 3, 1.0, "single")),
             last = single(normal({2, 2, 4, 5}, "single last"));
  EXPECT_CLOSE(stream_gradients(weights, last, true)[2], last.square().mean(), rtol(1e-4));
}

TEST(ResidualBlockGradient, OfOddSizes) {
  const auto x = normal({3, 1, 7, 5}, "odd gradient");
  const auto all = with_input(x, block(1, 3, "odd gradient"));
  const auto v = 1e4 * upstream(reference_block(all, 3), "odd gradient");
  const auto expected = derivatives(all, v, [](const auto& at) { return reference_block(at, 3); });
  expect_block_gradients(residual_block_gradient(x, block(1, 3, "odd gradient"), 3, v), expected,
                         rtol(1e-8) + atol(1e-6));
}

/// A layer of a single tap in the middle is a matrix on the channels: plain, its transpose comes back.
TEST(StreamGradients, OfOneLayerIsTheTransposedMatrix) {
  const auto matrix = normal({3, 3}, "matrix"), v = normal({2, 3, 2, 4}, "matrix gradient");
  const auto weights = matrix.view({1, 3, 3, 1, 1});
  const auto back = torch::einsum("kc,nkhw->nchw", {matrix, v});
  const auto last = v.square().mean();
  EXPECT_CLOSE(stream_gradients(weights, v, false), torch::stack({back.square().mean(), last}), rtol(1e-12));
  EXPECT_CLOSE(stream_gradients(weights, v, true), torch::stack({(v + back).square().mean(), last}),
               rtol(1e-12));
}

TEST(StreamGradients, GrowWithDepthInOrder) {
  const auto v = normal({1, 1, 3, 3}, "order");
  auto weights = zeros({3, 1, 1, 3, 3});
  for (int64_t l = 0; l < 3; ++l) weights[l][0][0][1][1] = static_cast<double>(l + 2);
  const auto square = v.square().mean();
  EXPECT_CLOSE(stream_gradients(weights, v, false) / square, vector({576, 144, 16, 1}), rtol(1e-12));
  EXPECT_CLOSE(stream_gradients(weights, v, true) / square, vector({3600, 400, 25, 1}), rtol(1e-12));
}

TEST(BranchVariance, HasTwelveDigits) {
  EXPECT_CLOSE(branch_variance(1, 3.5), 2.5, rtol(1e-12));
  EXPECT_CLOSE(branch_variance(2, 1.21), 0.1, rtol(1e-12));
  EXPECT_CLOSE(branch_variance(7, 1), 0.0, atol(0.0));
  const double small = std::log(2.0) / 999'999'999;  // α = x + x²/2 + …
  EXPECT_CLOSE(branch_variance(999'999'999, 2), small + small * small / 2, rtol(1e-12));
}

TEST(BranchVariance, RefusesNoDepthAndShrinking) {
  between_right_answers([] { EXPECT_CLOSE(branch_variance(3, 8), 1.0, rtol(1e-12)); },
                        [] {
                          EXPECT_THROW(branch_variance(0, 2), StudentError);
                          EXPECT_THROW(branch_variance(3, 0.5), StudentError);
                        });
}

/// Of N normal numbers the variance is off by more than 6 √(2/N) of itself with a probability below 1e-8, the
/// mean by more than 6/√N deviations with one of 2e-9. The fourth moment, 3, is short by more than 6 of its
/// deviations √(96/N) with one below 2e-8 (Chernoff's bound), and long by more than 12 with one below 1e-9.
/// That of uniform numbers, 1.8 ± 2.4/√N, is short by 7.3 deviations of 3,600 numbers, the fewest here.
TEST(MakeResnet, DrawsItsWeights) {
  const auto network = make_resnet({24, 20, 1, 60, seed("weights")});
  const auto parameters = network.named_parameters();
  ASSERT_EQ(parameters.size(), 23);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto value = parameters[i].second.to(torch::kFloat64);
    if (value.dim() == 1) {
      const double expected = i % 3 == 1 && i < 21 ? 1 : 0;
      EXPECT_CLOSE(value, torch::full(value.sizes(), expected, torch::kFloat64), atol(0.0))
          << parameters[i].first;
      continue;
    }
    const double n = static_cast<double>(value.numel()), fan_in = n / value.size(0);
    const auto normal = value * std::sqrt(fan_in / (value.dim() == 4 ? 2 : 1));
    EXPECT_CLOSE(normal.square().mean().item<double>(), 1.0, atol(6 * std::sqrt(2 / n)))
        << parameters[i].first;
    EXPECT_CLOSE(normal.mean().item<double>(), 0.0, atol(6 / std::sqrt(n))) << parameters[i].first;
    const double fourth = normal.pow(4).mean().item<double>(), deviation = std::sqrt(96 / n);
    EXPECT_GT(fourth, 3 - 6 * deviation) << parameters[i].first;
    EXPECT_LT(fourth, 3 + 12 * deviation) << parameters[i].first;
  }
}

TEST(MakeResnet, TheSeedAloneDecides) {
  const auto numbers = [](const StudentModule& network) {
    std::vector<Tensor> all;
    for (const auto& [name, value] : network.named_parameters()) all.push_back(value.flatten());
    return torch::cat(all);
  };
  const auto made = [](int64_t seed) { return make_resnet({1, 4, 1, 2, seed}); };
  const auto network = made(3);
  const auto first = numbers(network);
  network.load(drawn_state(network, "moved").all());  // which the next of that seed does not see
  EXPECT_CLOSE(numbers(made(3)), first, atol(0.0));
  for (const int64_t other : {2, 4, 3 + (1 << 16)})
    EXPECT_GT((numbers(made(other)) - first).abs().max().item<double>(), 0.1) << "seed " << other;
  const auto weights = make_resnet({2, 2, 1, 2, 7}).named_parameters();  // (2, 2, 3, 3) twice
  EXPECT_GT((weights.at(3).second - weights.at(6).second).abs().max().item<double>(), 0.01)
      << "two layers alike";
}

/// In evaluation an image's logits do not depend on the images beside it; in training they do.
TEST(MakeResnet, InEvaluationImagesAreApart) {
  const auto network = make_resnet({1, 4, 1, 3, 2});
  const auto x = normal({4, 1, 8, 8}, "apart").to(torch::kFloat32);
  const auto alone = x.slice(0, 2, 3).contiguous();
  network.eval();
  EXPECT_CLOSE(network.forward(x).slice(0, 2, 3), network.forward(alone), rtol(1e-4) + atol(1e-4));
  network.train();
  EXPECT_GT((network.forward(x).slice(0, 2, 3) - network.forward(alone)).abs().max().item<double>(), 1e-3);
}

TEST(FitImages, TellsGalaxiesApart) { expect_accuracy(cnn::data::galaxies, 0.69); }

}  // namespace
