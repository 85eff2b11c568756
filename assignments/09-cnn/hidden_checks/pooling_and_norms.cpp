// Pooling and normalisation: the edges of each definition.
#include <cmath>
#include <vector>

#include "assignments/09-cnn/calls.h"
#include "assignments/09-cnn/problems.h"

namespace {

using namespace spinlab;
using namespace cnn::problems;

TEST(MaxPool, OfNegativeNumbers) {
  const auto x = -1 - uniform({2, 2, 5, 5}, 0, 3, "negative");
  EXPECT_CLOSE(max_pool(x, 2, 3).values, at::max_pool2d(x, 2, 3), atol(0.0));
  EXPECT_CLOSE(max_pool(x - 1e6, 5, 1).values, x.amax({2, 3}, true) - 1e6, atol(1e-9));
  const auto close = 1 + 1e-10 * x;  // all alike in float32
  EXPECT_CLOSE(max_pool(close, 3, 1).places, std::get<1>(at::max_pool2d_with_indices(close, 3, 1)),
               atol(0.0));
  auto wide =
      torch::zeros({1, 1, 2, 8'388'612}, torch::kFloat32);  // its last places are no numbers of float32
  wide[0][0][1][8'388'611] = 1;
  EXPECT_EQ(max_pool(wide, 2, 8'388'610).places.flatten()[1].item<int64_t>(), 16'777'223);
}

TEST(MaxPool, TheFirstOfEqualMaxima) {
  const auto x = vector({0, 3, 3, 1, 3, 2, 3, 3, 0, 0, 0, 0}).view({1, 1, 3, 4});
  EXPECT_CLOSE(max_pool(x, 2, 1).places.flatten(), torch::tensor(std::vector<int64_t>{1, 1, 2, 4, 6, 6}),
               atol(0.0));
  EXPECT_CLOSE(max_pool(zeros({1, 2, 4, 6}), 3, 3).places.flatten(),
               torch::tensor(std::vector<int64_t>{0, 3, 0, 3}), atol(0.0));
}

TEST(MaxPoolGradient, AddsWhereSeveralWindowsHaveTheSameMaximum) {
  auto x = normal({1, 2, 5, 5}, "shared");
  x.select(2, 2).select(2, 2).fill_(100);
  const auto places = std::get<1>(at::max_pool2d_with_indices(x, 3, 1));
  const auto v = normal({1, 2, 3, 3}, "shared gradient");
  auto expected = zeros({1, 2, 5, 5});
  expected.select(2, 2).select(2, 2).copy_(v.sum({2, 3}));
  EXPECT_CLOSE(max_pool_gradient(places, v, 5, 5), expected, atol(1e-13));
}

/// Windows with gaps between them: pixels in a gap have no gradient.
TEST(AveragePoolGradient, BetweenWindowsIsZero) {
  const auto v = normal({2, 2, 2, 3}, "gaps");
  const auto actual = average_pool_gradient(v, 6, 9, 2, 3);
  auto expected = zeros({2, 2, 6, 9});
  for (int64_t i = 0; i < 2; ++i)
    for (int64_t j = 0; j < 2; ++j) expected.slice(2, i, 6, 3).slice(3, j, 9, 3).copy_(v / 4);
  EXPECT_CLOSE(actual, expected, atol(1e-14));
  EXPECT_CLOSE(average_pool_gradient(v, 2, 3, 1, 1), v, atol(0.0));
}

/// Two numbers, in two images or in one: the variance that is kept is twice the one that normalises.
TEST(BatchNorm, OfTwoNumbers) {
  const auto a = normal({3}, "two"), gap = vector({1, -2, 0.5});
  const auto images = torch::stack({a, a + gap}).view({2, 3, 1, 1});
  const auto pixels = images.permute({2, 1, 0, 3}).contiguous();
  const cnn::Statistics running{zeros({3}), zeros({3})};
  for (const auto& x : {images, pixels}) {
    const auto made = batch_norm(x, zeros({3}) + 1, zeros({3}), running, true, 0.5, 1e-12);
    EXPECT_CLOSE(made.output.sum({0, 2, 3}), zeros({3}), atol(1e-9));
    EXPECT_CLOSE(made.output.select(0, x.size(0) - 1).select(1, x.size(2) - 1).flatten(), gap.sign(),
                 atol(1e-9));
    EXPECT_CLOSE(made.running.variance, gap.square() / 4, rtol(1e-12));
    EXPECT_CLOSE(made.running.mean, a / 2 + gap / 4, atol(1e-12));
  }
}

TEST(BatchNorm, AtTheEndsOfMomentum) {
  const auto x = normal({2, 2, 3, 1}, "momentum") + 4, ones = zeros({2}) + 1;
  const auto running = statistics(2, "momentum");
  const auto stays = batch_norm(x, ones, 0 * ones, running, true, 0, 1e-5).running;
  EXPECT_CLOSE(stays.mean, running.mean, atol(1e-14));
  EXPECT_CLOSE(stays.variance, running.variance, atol(1e-14));
  const auto jumps = batch_norm(x, ones, 0 * ones, running, true, 1, 1e-5).running;
  EXPECT_CLOSE(jumps.mean, x.mean({0, 2, 3}), rtol(1e-12));
  EXPECT_CLOSE(jumps.variance, x.var({0, 2, 3}, true), rtol(1e-12));
}

/// A channel that is constant becomes its shift, and not NaN; far from 0, E x² − (E x)² would have no digits;
/// a faint one is as good as any.
TEST(BatchNorm, OfConstantDistantAndFaintChannels) {
  auto x = normal({3, 3, 2, 2}, "distant");
  x.select(1, 0).fill_(3);
  x.select(1, 1).add_(1e7);
  x.select(1, 2).mul_(1e-3);
  const auto scale = vector({2, 3, -4}), shift = vector({0.5, -1, 2});
  const auto running = statistics(3, "distant");
  const auto made = batch_norm(x, scale, shift, running, true, 0.1, 1e-5);
  EXPECT_CLOSE(made.output.select(1, 0), zeros({3, 2, 2}) + 0.5, atol(1e-12));
  EXPECT_CLOSE(made.output, batch_normalised(x, scale, shift, 1e-5), atol(1e-6));
  EXPECT_CLOSE(made.running.variance, 0.9 * running.variance + 0.1 * x.var({0, 2, 3}, true), rtol(1e-7));
  const auto faint = zeros({3}) + 1e-6;
  EXPECT_CLOSE(batch_norm(x, scale, shift, {running.mean, faint}, false, 0.1, 1e-7).output,
               at::batch_norm(x, scale, shift, running.mean, faint, false, 0.1, 1e-7, false), rtol(1e-11));
}

TEST(BatchNorm, KeepsNoGraph) {
  const auto hang_on_the_graph = STUDENT(cnn::hang_on_the_graph, "_, _ -> _");
  const auto x = normal({3, 2, 2, 2}, "graph"), numbers = uniform({2}, 0.5, 2, "graph numbers");
  EXPECT_CLOSE(batch_norm(x, numbers, numbers, {numbers, numbers}, true, 0.1, cnn::kEpsilon).output,
               batch_normalised(x, numbers, numbers, cnn::kEpsilon), atol(1e-12));
  EXPECT_EQ(hang_on_the_graph(x, numbers), (std::vector<int64_t>{1, 0, 0}))
      << "output, running mean and variance";
}

/// One number a channel has no variance; in evaluation it needs none.
TEST(BatchNorm, RefusesASingleNumberInTraining) {
  const auto x = normal({1, 2, 1, 1}, "one number"), ones = zeros({2}) + 1;
  const auto running = statistics(2, "one number");
  between_right_answers(
      [&] {
        const auto expected = (x.flatten() - running.mean) / (running.variance + 1e-5).sqrt();
        EXPECT_CLOSE(batch_norm(x, ones, 0 * ones, running, false, 0.1, 1e-5).output.flatten(), expected,
                     atol(1e-12));
      },
      [&] {
        EXPECT_THROW(batch_norm(x, ones, 0 * ones, running, true, 0.1, 1e-5), StudentError);
        EXPECT_THROW(batch_norm(x, ones, 0 * ones, running, false, 1.5, 1e-5), StudentError);
        EXPECT_THROW(batch_norm(x, ones, 0 * ones, running, false, 0.1, 0), StudentError);
      });
}

/// One of the scales is 0, which a gradient by the scale cannot be divided by.
TEST(BatchNormGradient, WithALargeEpsilon) {
  for (const double epsilon : {1e-5, 3.0}) {
    const auto x = 2 * normal({3, 4, 2, 3}, "epsilon") - 1,
               scale = normal({4}, "epsilon scale") * vector({1, 0, 1, 1}),
               shift = normal({4}, "epsilon shift"), v = 1e6 * normal({3, 4, 2, 3}, "epsilon gradient");
    const auto expected = derivatives(
        {x, scale, shift}, v, [=](const auto& at) { return batch_normalised(at[0], at[1], at[2], epsilon); });
    expect_gradients(batch_norm_gradient(x, scale, v, epsilon), expected, rtol(1e-9) + atol(1e-4));
  }
}

/// Without a variance only the mean is taken off: scale/√ε (v − mean v). Far from 0 all is as it is near 0.
TEST(BatchNormGradient, OfConstantAndOfDistantChannels) {
  const auto x = zeros({2, 1, 2, 2}) + 5, v = normal({2, 1, 2, 2}, "constant gradient");
  const auto actual = batch_norm_gradient(x, vector({3}), v, 0.25);
  EXPECT_CLOSE(actual.input, 6 * (v - v.mean()), atol(1e-12));
  EXPECT_CLOSE(actual.scale, vector({0}), atol(1e-12));
  const auto distant = normal({1, 3, 2, 4}, "distant") + 1e7, scale = scales(3, "distant scale"),
             w = normal({1, 3, 2, 4}, "distant gradient");
  const auto expected = derivatives({distant - 1e7, scale, zeros({3})}, w, [](const auto& at) {
    return batch_normalised(at[0], at[1], at[2], 1e-5);
  });
  expect_gradients(batch_norm_gradient(distant, scale, w, 1e-5), expected, atol(1e-6));
}

TEST(GroupNorm, OfOneChannelEachAndOfASinglePixel) {
  const auto x = normal({2, 3, 1, 1}, "pixel"), scale = vector({1, 2, 3}), shift = vector({4, 5, 6});
  EXPECT_CLOSE(group_norm(x, 3, scale, shift, 1e-5), by_channel(shift).expand({2, 3, 1, 1}), atol(1e-12));
  EXPECT_CLOSE(group_norm(x, 1, scale, shift, 1e-5), at::group_norm(x, 1, scale, shift, 1e-5, false),
               atol(1e-12));
  const auto distant = normal({1, 4, 3, 3}, "distant") + 1e7, ones = zeros({4}) + 1;
  EXPECT_CLOSE(group_norm(distant, 2, ones, 0 * ones, 1e-5),
               at::group_norm(distant, 2, ones, 0 * ones, 1e-5, false), atol(1e-6));
}

TEST(GroupNorm, RefusesGroupsThatDoNotDivide) {
  const auto x = normal({1, 6, 2, 2}, "refused"), ones = zeros({6}) + 1;
  between_right_answers(
      [&] {
        EXPECT_CLOSE(group_norm(x, 3, ones, ones, 1e-3), at::group_norm(x, 3, ones, ones, 1e-3, false),
                     atol(1e-12));
      },
      [&] {
        EXPECT_THROW(group_norm(x, 4, ones, ones, 1e-3), StudentError);
        EXPECT_THROW(group_norm(x, 0, ones, ones, 1e-3), StudentError);
        EXPECT_THROW(group_norm(x, 12, ones, ones, 1e-3), StudentError);
        EXPECT_THROW(group_norm(x, 3, ones, ones, 0), StudentError);
      });
}

/// One of the scales is 0; and far from 0 all is as it is near 0.
TEST(GroupNormGradient, MatchesTheChainRuleForAnyGroups) {
  for (const int64_t groups : {1, 3, 6}) {
    const auto x = 2 * normal({3, 6, 2, 3}, "chain") + 1,
               scale = normal({6}, "chain scale") * vector({1, 1, 0, 1, 1, 1}),
               shift = normal({6}, "chain shift"), v = normal({3, 6, 2, 3}, "chain gradient") + 1;
    const auto expected = derivatives({x, scale, shift}, v, [=](const auto& at) {
      return at::group_norm(at[0], groups, at[1], at[2], 0.3, false);
    });
    expect_gradients(group_norm_gradient(x, groups, scale, v, 0.3), expected, atol(1e-11));
    expect_gradients(group_norm_gradient(x + 1e7, groups, scale, v, 0.3), expected, atol(1e-5));
  }
}

TEST(Norms, KeepThePrecisionOfTheirArguments) {
  const auto x = single(normal({2, 4, 3, 2}, "single")), v = single(normal({2, 4, 3, 2}, "single gradient")),
             scale = single(scales(4, "single scale")), shift = single(normal({4}, "single shift"));
  const auto drawn = statistics(4, "single");
  const cnn::Statistics running{single(drawn.mean), single(drawn.variance)};
  for (const bool training : {false, true}) {
    const auto mean = running.mean.clone(), variance = running.variance.clone();
    const auto expected = at::batch_norm(x, scale, shift, mean, variance, training, 0.1, 0.1, false);
    const auto made = batch_norm(x, scale, shift, running, training, 0.1, 0.1);
    EXPECT_CLOSE(made.output, expected, atol(1e-4));
    EXPECT_CLOSE(made.running.mean, mean, atol(1e-4));
    EXPECT_CLOSE(made.running.variance, variance, atol(1e-4));
  }
  const auto batch = [](const auto& at) { return batch_normalised(at[0], at[1], at[2], 0.1); };
  const auto group = [](const auto& at) { return at::group_norm(at[0], 2, at[1], at[2], 0.1, false); };
  EXPECT_CLOSE(group_norm(x, 2, scale, shift, 0.1), group(std::vector<Tensor>{x, scale, shift}), atol(1e-4));
  expect_gradients(batch_norm_gradient(x, scale, v, 0.1), derivatives({x, scale, shift}, v, batch),
                   atol(1e-3));
  expect_gradients(group_norm_gradient(x, 2, scale, v, 0.1), derivatives({x, scale, shift}, v, group),
                   atol(1e-3));
}

}  // namespace
