// The checks that students see. Every input is drawn from the check's seed, so only an algorithm passes, not
// a table.
#include <cmath>
#include <utility>
#include <vector>

#include "calls.h"
#include "data.h"
#include "networks.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace cnn::problems;
using cnn::Geometry;
using cnn::Layer;

/// One by one: the first tap at padded pixel u · stride, the last at u · stride + dilation (kernel − 1).
TEST(OutputSize, CountsThePlacesOfAKernel) {
  const auto offset = integers(1, 3, "offset").item<int64_t>();
  for (const int64_t kernel : {1, 2, 5}) {
    for (const auto& geometry : {Geometry{}, {2, 0, 1}, {3, 2, 1}, {1, 1, 3}, {4, 3, 2}}) {
      for (int64_t size = 13 + offset; size < 17 + offset; ++size) {
        int64_t places = 0;
        for (int64_t u = 0;
             u * geometry.stride + geometry.dilation * (kernel - 1) < size + 2 * geometry.padding; ++u)
          ++places;
        EXPECT_EQ(output_size(size, kernel, geometry), places)
            << size << " pixels, " << kernel << " taps, stride " << geometry.stride << ", padding "
            << geometry.padding << ", dilation " << geometry.dilation;
      }
    }
  }
}

TEST(SamePadding, LeavesTheSizeAsItIs) {
  for (const auto& [kernel, dilation] :
       {std::pair<int64_t, int64_t>{3, 1}, {7, 1}, {5, 3}, {4, 2}, {1, 5}, {2, 2'200'000'000}}) {
    const auto padding = same_padding(kernel, dilation);
    EXPECT_EQ(2 * padding, dilation * (kernel - 1)) << kernel << " taps, dilation " << dilation;
  }
}

/// A kernel with a single tap of 1 picks one pixel of the padded image for each output: which one is its
/// definition.
TEST(CorrelateByLoops, ASingleTapMovesTheImage) {
  const auto x = normal({2, 1, 5, 6}, "moved");
  const auto padded = torch::constant_pad_nd(x, {1, 1, 1, 1});
  for (int64_t i = 0; i < 3; ++i) {
    for (int64_t j = 0; j < 2; ++j) {
      auto weight = zeros({1, 1, 3, 2});
      weight[0][0][i][j] = 1;
      const auto expected = padded.slice(2, i, i + 5, 2).slice(3, j, j + 7, 2);
      EXPECT_CLOSE(correlate_by_loops(x, weight, zeros({1}), {.stride = 2, .padding = 1}), expected,
                   atol(1e-14))
          << "tap " << i << ", " << j;
    }
  }
}

TEST(CorrelateByLoops, MatchesLibTorch) {
  for (const auto& layer : cases()) {
    const auto x = layer.x("loops"), weight = layer.weight("loops"), bias = layer.bias("loops");
    EXPECT_CLOSE(correlate_by_loops(x, weight, bias, layer.geometry),
                 reference(x, weight, bias, layer.geometry), atol(1e-12));
  }
}

/// Two channels of 2 × 3, one row of taps: each output's column holds both channels, one behind the other.
TEST(Patches, OfSixPixels) {
  const auto x =
      10 * number(1, 2, "unit") + vector({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}).view({1, 2, 2, 3});
  const auto at = [&](int64_t c, int64_t row, int64_t column) { return x[0][c][row][column]; };
  const auto expected =
      torch::stack({at(0, 0, 0), at(0, 0, 1), at(0, 1, 0), at(0, 1, 1),  // first tap of channel 0
                    at(0, 0, 1), at(0, 0, 2), at(0, 1, 1), at(0, 1, 2),  // second tap
                    at(1, 0, 0), at(1, 0, 1), at(1, 1, 0), at(1, 1, 1),  // channel 1
                    at(1, 0, 1), at(1, 0, 2), at(1, 1, 1), at(1, 1, 2)});
  EXPECT_CLOSE(patches(x, 1, 2, {}), expected.view({1, 4, 4}), atol(0.0));
}

TEST(Patches, AreWhatEachOutputSees) {
  for (const auto& [n, c, h, w, k, a, b, geometry] : cases()) {
    const auto x = normal({n, c, h, w}, "patches");
    const auto [stride, padding, dilation] = geometry;
    EXPECT_CLOSE(patches(x, a, b, geometry),
                 at::im2col(x, {a, b}, {dilation, dilation}, {padding, padding}, {stride, stride}),
                 atol(0.0));
  }
}

TEST(Correlate, MatchesLibTorch) {
  for (const auto& layer : cases()) {
    const auto x = layer.x("product"), weight = layer.weight("product"), bias = layer.bias("product");
    EXPECT_CLOSE(correlate(x, weight, bias, layer.geometry), reference(x, weight, bias, layer.geometry),
                 atol(1e-12));
  }
}

/// A kernel of 3 × 3 on the outputs of another is one of 5 × 5: every tap of one on every tap of the other.
TEST(Correlate, TwoSmallKernelsAreALargeOne) {
  const auto x = normal({2, 1, 9, 8}, "twice"), first = normal({1, 1, 3, 3}, "first"),
             second = normal({1, 1, 3, 3}, "second");
  const auto both = at::conv2d(first, second.flip({2, 3}), {}, 1, 2);
  const auto twice = at::conv2d(at::conv2d(x, first), second);
  EXPECT_CLOSE(correlate(x, both, zeros({1}), {}), twice, atol(1e-11));
  EXPECT_CLOSE(correlate(correlate(x, first, zeros({1}), {}), second, zeros({1}), {}), twice, atol(1e-11));
}

/// Bilinear in x and weight: central differences are exact to rounding, whatever the step.
TEST(ParameterGradients, MatchFiniteDifferences) {
  const Geometry geometry{.stride = 2, .padding = 1};
  const auto x = normal({2, 2, 5, 4}, "differences"), weight = normal({2, 2, 3, 2}, "differences weights"),
             bias = normal({2}, "differences biases");
  const auto v = upstream(reference(x, weight, bias, geometry), "differences");
  const auto expected = differences(
      {weight, bias}, v, [&](const auto& at) { return reference(x, at[0], at[1], geometry); }, 0.5);
  const auto actual = parameter_gradients(x, v, 3, 2, geometry);
  EXPECT_CLOSE(actual.weight, expected[0], atol(1e-10));
  EXPECT_CLOSE(actual.bias, expected[1], atol(1e-10));
}

TEST(ParameterGradients, MatchLibTorch) {
  for (const auto& layer : cases()) {
    const auto x = layer.x("parameters"), weight = layer.weight("parameters"),
               bias = layer.bias("parameters");
    const auto v = upstream(reference(x, weight, bias, layer.geometry), "parameters");
    const auto expected = layer_derivatives(x, weight, bias, v, layer.geometry);
    const auto actual = parameter_gradients(x, v, layer.a, layer.b, layer.geometry);
    EXPECT_CLOSE(actual.weight, expected[1], atol(1e-11));
    EXPECT_CLOSE(actual.bias, expected[2], atol(1e-11));
  }
}

TEST(Fold, IsTheAdjointOfPatches) {
  for (const auto& [n, c, h, w, k, a, b, geometry] : cases()) {
    const auto [stride, padding, dilation] = geometry;
    const auto x = normal({n, c, h, w}, "adjoint");
    const auto seen = at::im2col(x, {a, b}, {dilation, dilation}, {padding, padding}, {stride, stride});
    const auto columns = upstream(seen, "adjoint");
    const auto folded = fold(columns, h, w, a, b, geometry);
    EXPECT_CLOSE((folded * x).sum().item<double>(), (columns * seen).sum().item<double>(), atol(1e-10));
  }
}

TEST(InputGradient, MatchesLibTorch) {
  for (const auto& layer : cases()) {
    const auto x = layer.x("input"), weight = layer.weight("input"), bias = layer.bias("input");
    const auto v = upstream(reference(x, weight, bias, layer.geometry), "input");
    EXPECT_CLOSE(input_gradient(weight, v, layer.h, layer.w, layer.geometry),
                 layer_derivatives(x, weight, bias, v, layer.geometry)[0], atol(1e-11));
  }
}

TEST(MaxPool, TakesTheLargestAndSaysWhere) {
  for (const auto& [window, stride] : {std::pair<int64_t, int64_t>{2, 2}, {3, 2}, {2, 1}}) {
    const auto x = normal({2, 3, 7, 6}, "max");
    const auto [values, places] = at::max_pool2d_with_indices(x, window, stride);
    const auto actual = max_pool(x, window, stride);
    EXPECT_CLOSE(actual.values, values, atol(0.0)) << "window " << window << ", stride " << stride;
    EXPECT_CLOSE(actual.places, places, atol(0.0)) << "window " << window << ", stride " << stride;
  }
}

/// Windows that overlap share their maxima.
TEST(MaxPoolGradient, GoesToThePlacesOfTheMaxima) {
  for (const auto& [window, stride] : {std::pair<int64_t, int64_t>{2, 2}, {3, 1}}) {
    const auto x = normal({2, 3, 7, 6}, "max gradient");
    const auto [values, places] = at::max_pool2d_with_indices(x, window, stride);
    const auto v = upstream(values, "max gradient");
    const auto expected =
        derivatives({x}, v, [&](const auto& at) { return at::max_pool2d(at[0], window, stride); });
    EXPECT_CLOSE(max_pool_gradient(places, v, 7, 6), expected[0], atol(1e-13)) << "window " << window;
  }
}

TEST(AveragePool, IsTheMeanOfEachWindow) {
  for (const auto& [window, stride] : {std::pair<int64_t, int64_t>{2, 2}, {3, 2}, {1, 2}}) {
    const auto x = normal({2, 3, 7, 6}, "mean");
    EXPECT_CLOSE(average_pool(x, window, stride), at::avg_pool2d(x, window, stride), atol(1e-13));
  }
}

TEST(AveragePoolGradient, IsSharedByTheWindow) {
  for (const auto& [window, stride] : {std::pair<int64_t, int64_t>{2, 2}, {3, 2}}) {
    const auto x = normal({2, 3, 7, 6}, "mean gradient");
    const auto v = upstream(at::avg_pool2d(x, window, stride), "mean gradient");
    const auto expected =
        derivatives({x}, v, [&](const auto& at) { return at::avg_pool2d(at[0], window, stride); });
    EXPECT_CLOSE(average_pool_gradient(v, 7, 6, window, stride), expected[0], atol(1e-13))
        << "window " << window;
  }
}

/// Of each channel the output has the mean shift and the variance scale² s²/(s² + ε), over images and pixels.
TEST(BatchNorm, GivesEachChannelItsMeanAndVariance) {
  const auto x = 3 * normal({4, 3, 2, 5}, "moments") + by_channel(vector({10, -20, 5}));
  const auto scale = scales(3, "scale"), shift = normal({3}, "shift");
  const auto y = batch_norm(x, scale, shift, statistics(3, "moments"), true, 0.1, 0.5).output;
  const auto variance = x.var({0, 2, 3}, false);
  EXPECT_CLOSE(y.mean({0, 2, 3}), shift, atol(1e-12));
  EXPECT_CLOSE(y.var({0, 2, 3}, false), scale.square() * variance / (variance + 0.5), rtol(1e-11));
}

TEST(BatchNorm, KeepsStatisticsAsLibTorchDoes) {
  const auto x = 2 * normal({3, 2, 2, 3}, "kept") + 1;
  const auto scale = scales(2, "scale"), shift = normal({2}, "shift");
  const auto running = statistics(2, "kept");
  const auto mean = running.mean.clone(), variance = running.variance.clone();
  const auto expected = at::batch_norm(x, scale, shift, mean, variance, true, 0.3, 1e-3, false);
  const auto actual = batch_norm(x, scale, shift, running, true, 0.3, 1e-3);
  EXPECT_CLOSE(actual.output, expected, atol(1e-12));
  EXPECT_CLOSE(actual.running.mean, mean, atol(1e-13));
  EXPECT_CLOSE(actual.running.variance, variance, rtol(1e-12));
}

/// t times the same batch: 1 − (1 − m)^t of its mean.
TEST(BatchNorm, TheRunningMeanApproachesGeometrically) {
  const auto x = normal({3, 2, 2, 2}, "again") + by_channel(vector({7, -4}));
  cnn::Statistics running{zeros({2}), torch::ones({2}, torch::kFloat64)};
  for (int t = 1; t <= 12; ++t) {
    running = batch_norm(x, zeros({2}) + 1, zeros({2}), running, true, 0.2, 1e-5).running;
    EXPECT_CLOSE(running.mean, (1 - std::pow(0.8, t)) * x.mean({0, 2, 3}), rtol(1e-12)) << "after " << t;
  }
}

TEST(BatchNorm, InEvaluationUsesWhatItKept) {
  const auto x = 2 * normal({3, 2, 2, 3}, "evaluated") + 1;
  const auto scale = scales(2, "scale"), shift = normal({2}, "shift");
  const auto running = statistics(2, "evaluated");
  const auto actual = batch_norm(x, scale, shift, running, false, 0.3, 1e-3);
  EXPECT_CLOSE(actual.output,
               at::batch_norm(x, scale, shift, running.mean, running.variance, false, 0.3, 1e-3, false),
               atol(1e-12));
  EXPECT_CLOSE(actual.running.mean, running.mean, atol(0.0));
  EXPECT_CLOSE(actual.running.variance, running.variance, atol(0.0));
}

TEST(BatchNormGradient, MatchesFiniteDifferences) {
  const auto x = normal({2, 2, 2, 3}, "bn differences"), scale = scales(2, "bn scale"),
             shift = normal({2}, "bn shift"), v = normal({2, 2, 2, 3}, "bn gradient");
  const auto norm = [](const auto& at) { return batch_normalised(at[0], at[1], at[2], 1e-2); };
  expect_gradients(batch_norm_gradient(x, scale, v, 1e-2), differences({x, scale, shift}, v, norm),
                   atol(1e-8));
}

/// What is added to a channel, or multiplied with it, changes nothing behind the batch norm: the gradient has
/// no part along 1 and none along x − mean, but for what ε leaves.
TEST(BatchNormGradient, IsOrthogonalToShiftAndScaleOfItsInput) {
  const auto x = 3 * normal({3, 2, 4, 2}, "orthogonal") + 5, scale = scales(2, "orthogonal scale"),
             v = normal({3, 2, 4, 2}, "orthogonal gradient") + 2;
  const auto g = batch_norm_gradient(x, scale, v, 1e-13).input;
  EXPECT_CLOSE(g.sum({0, 2, 3}), zeros({2}), atol(1e-11));
  EXPECT_CLOSE((g * x).sum({0, 2, 3}), zeros({2}), atol(1e-10));
  EXPECT_GT(g.abs().max().item<double>(), 1e-3);
}

TEST(GroupNorm, MatchesLibTorch) {
  for (const int64_t groups : {1, 2, 6}) {
    const auto x = 2 * normal({2, 6, 3, 4}, "groups") + 3;
    const auto scale = scales(6, "groups scale"), shift = normal({6}, "groups shift");
    EXPECT_CLOSE(group_norm(x, groups, scale, shift, 0.1),
                 at::group_norm(x, groups, scale, shift, 0.1, /*cudnn_enabled=*/false), atol(1e-12))
        << groups << " groups";
  }
}

TEST(GroupNorm, AnImageDoesNotSeeTheOthers) {
  const auto x = normal({3, 4, 2, 3}, "alone"), scale = scales(4, "alone scale"),
             shift = normal({4}, "alone shift");
  const auto all = group_norm(x, 2, scale, shift, 1e-5);
  EXPECT_CLOSE(all.slice(0, 1, 2), group_norm(x.slice(0, 1, 2).contiguous(), 2, scale, shift, 1e-5),
               atol(1e-13));
  const auto moments = group_norm(x, 2, scale / scale, 0 * shift, 1e-9).view({3, 2, 12});
  EXPECT_CLOSE(moments.mean(2), zeros({3, 2}), atol(1e-12));
  EXPECT_CLOSE(moments.var(2, false), zeros({3, 2}) + 1, atol(1e-6));
}

TEST(GroupNormGradient, MatchesFiniteDifferences) {
  const auto x = normal({2, 4, 2, 2}, "gn differences"), scale = scales(4, "gn scale"),
             shift = normal({4}, "gn shift"), v = normal({2, 4, 2, 2}, "gn gradient");
  const auto norm = [](const auto& at) { return at::group_norm(at[0], 2, at[1], at[2], 1e-2, false); };
  expect_gradients(group_norm_gradient(x, 2, scale, v, 1e-2), differences({x, scale, shift}, v, norm),
                   atol(1e-8));
}

/// The pixels on which an output's derivative is not 0, in the middle of a long line of them.
TEST(ReceptiveField, IsWhereTheDerivativeIsNotZero) {
  const std::vector<std::vector<Layer>> stacks{
      {{3, 1, 1, 1}}, {{5, 2, 2, 1}, {3, 1, 1, 1}}, {{3, 1, 0, 2}, {2, 2, 0, 1}, {3, 3, 1, 2}, {4, 1, 1, 1}}};
  for (const auto& layers : stacks) {
    const auto actual = receptive_field(layers), expected = seen(layers);
    EXPECT_EQ(actual.size, expected.size);
    EXPECT_EQ(actual.jump, expected.jump);
    EXPECT_CLOSE(actual.centre, expected.centre, atol(1e-12));
  }
}

/// 19 convolutions of 3 × 3, the 8th and the 14th with stride 2.
TEST(ReceptiveField, OfResNet20Is81Pixels) {
  std::vector<Layer> layers(19);
  layers[7].stride = layers[13].stride = 2;
  const auto field = receptive_field(layers);
  EXPECT_EQ(field.size, 81);
  EXPECT_EQ(field.jump, 4);
  EXPECT_CLOSE(field.centre, 0.0, atol(1e-12));
}

/// ResNet-20, -56 and -110 with their shortcuts that have no parameters. [He et al. 2016, table 6: .27,
/// .85, 1.7 million]
TEST(ResnetParameters, MatchPublishedNetworks) {
  EXPECT_EQ(resnet_parameters(3, 16, 3, 10), 269'722);
  EXPECT_EQ(resnet_parameters(3, 16, 9, 10), 853'018);
  EXPECT_EQ(resnet_parameters(3, 16, 18, 10), 1'727'962);
}

TEST(CorrelateOnTorus, SeesTheOtherEdge) {
  for (const auto& [a, b] : {std::pair<int64_t, int64_t>{3, 3}, {1, 5}, {5, 3}}) {
    const auto x = normal({2, 3, 5, 6}, "torus"), weight = normal({4, 3, a, b}, "torus weights");
    EXPECT_CLOSE(correlate_on_torus(x, weight), on_torus(x, weight), atol(1e-12)) << a << " × " << b;
  }
}

TEST(CorrelateOnTorus, MovesWithTheImage) {
  const auto x = normal({2, 2, 5, 7}, "moves"), weight = normal({3, 2, 3, 5}, "moves weights");
  const auto y = correlate_on_torus(x, weight);
  for (int64_t shift = 1; shift < 5; ++shift)
    EXPECT_CLOSE(correlate_on_torus(moved(x, shift, 2 * shift), weight), moved(y, shift, 2 * shift),
                 atol(1e-12));
  EXPECT_GT((y - moved(y, 1, 0)).abs().max().item<double>(), 1e-3);
}

/// A convolution with zeros outside, on an image and on the same one moved: at so many pixels the results
/// differ.
TEST(BrokenByPadding, CountsThePixelsThatDiffer) {
  const auto x = normal({1, 2, 12, 15}, "broken");
  for (const auto& [radius, down, right] :
       {std::tuple<int64_t, int64_t, int64_t>{1, 1, 0}, {2, 3, 1}, {1, 0, 5}, {3, -2, 4}, {2, 11, -14}}) {
    const auto size = 2 * radius + 1;
    const auto weight = normal({2, 2, size, size}, "broken weights");
    const auto layer = [&](const Tensor& image) { return at::conv2d(image, weight, {}, 1, radius); };
    const auto measured = differing(layer(moved(x, down, right)), moved(layer(x), down, right));
    EXPECT_EQ(broken_by_padding(12, 15, radius, down, right), measured)
        << "radius " << radius << ", moved by " << down << " and " << right;
  }
}

TEST(CorrelateByFft, MatchesTheTorus) {
  for (const auto& [h, w, a, b] :
       {std::tuple<int64_t, int64_t, int64_t, int64_t>{6, 8, 3, 3}, {5, 7, 5, 1}, {8, 5, 3, 5}}) {
    const auto x = normal({2, 3, h, w}, "fft"), weight = normal({4, 3, a, b}, "fft weights");
    EXPECT_CLOSE(correlate_by_fft(x, weight), on_torus(x, weight), atol(1e-11)) << h << " × " << w;
  }
}

/// A plane wave e^{i q·r} leaves as itself, times Σ_d weight_d e^{i q·d}: here its real part.
TEST(CorrelateByFft, OfAPlaneWaveIsAPlaneWave) {
  const auto weight = normal({1, 1, 3, 5}, "wave weights");
  const double p = 2 * M_PI * 2 / 9, q = 2 * M_PI * 3 / 10;
  const auto rows = torch::arange(9, torch::kFloat64).unsqueeze(1),
             columns = torch::arange(10, torch::kFloat64);
  auto expected = zeros({9, 10});
  for (int64_t i = -1; i <= 1; ++i) {
    for (int64_t j = -2; j <= 2; ++j)
      expected += weight[0][0][i + 1][j + 2] * (p * (rows + i) + q * (columns + j)).cos();
  }
  const auto wave = (p * rows + q * columns).cos();
  EXPECT_CLOSE(correlate_by_fft(wave.view({1, 1, 9, 10}), weight), expected.view({1, 1, 9, 10}), atol(1e-12));
}

TEST(ResidualBlock, MatchesLibTorch) {
  for (const auto& [c, k, stride] : {std::tuple<int64_t, int64_t, int64_t>{3, 3, 1}, {2, 5, 2}, {3, 4, 1}}) {
    const auto x = normal({3, c, 6, 5}, "block");
    const auto parameters = block(c, k, "block");
    EXPECT_CLOSE(residual_block(x, parameters, stride), reference_block(with_input(x, parameters), stride),
                 atol(1e-11))
        << c << " to " << k << " channels, stride " << stride;
  }
}

/// With scale2 = shift2 = 0 nothing comes through the branch.
TEST(ResidualBlock, WithoutItsBranchIsTheShortcut) {
  const auto x = normal({2, 2, 5, 4}, "shortcut");
  auto parameters = block(2, 3, "shortcut");
  parameters.scale2 = parameters.shift2 = zeros({3});
  auto expected = zeros({2, 3, 3, 2});
  expected.slice(1, 0, 2).copy_(x.slice(2, 0, 5, 2).slice(3, 0, 4, 2).clamp_min(0));
  EXPECT_CLOSE(residual_block(x, parameters, 2), expected, atol(1e-14));
}

TEST(ResidualBlockGradient, MatchesTheChainRule) {
  for (const auto& [c, k, stride] : {std::tuple<int64_t, int64_t, int64_t>{3, 3, 1}, {2, 4, 2}}) {
    const auto x = normal({3, c, 6, 5}, "block gradient");
    const auto all = with_input(x, block(c, k, "block gradient"));
    const auto v = upstream(reference_block(all, stride), "block");
    const auto expected =
        derivatives(all, v, [stride = stride](const auto& at) { return reference_block(at, stride); });
    expect_block_gradients(residual_block_gradient(x, block(c, k, "block gradient"), stride, v), expected,
                           atol(1e-10));
  }
}

TEST(StreamGradients, MatchTheChainRule) {
  for (const bool residual : {false, true}) {
    const auto weights = stack(3, 2, 3, 1.0, "stream"), v = normal({2, 2, 4, 5}, "stream gradient");
    std::vector<Tensor> at{normal({2, 2, 4, 5}, "stream start").requires_grad_()};
    for (const auto& weight : weights.unbind()) {
      const auto branch = on_torus(at.back(), weight);
      at.push_back(residual ? at.back() + branch : branch);
    }
    auto expected = zeros({4});
    const auto gradients = torch::autograd::grad({(v * at.back()).sum()}, at);
    for (int64_t l = 0; l < 4; ++l) expected[l] = gradients[l].square().mean();
    EXPECT_CLOSE(stream_gradients(weights, v, residual), expected, rtol(1e-11))
        << (residual ? "residual" : "plain");
  }
}

/// Orthogonal 1 × 1 layers, times √α and with either sign: over all signs the parts that are linear in a
/// layer cancel, and the mean square grows by 1 + α in each, exactly.
TEST(BranchVariance, GivesTheGrowthThatIsWanted) {
  const double growth = number(1.5, 4, "growth"), alpha = branch_variance(3, growth);
  const auto v = normal({1, 4, 3, 3}, "signs");
  double mean = 0;
  for (int signs = 0; signs < 8; ++signs) {
    auto weights = zeros({3, 4, 4, 1, 1});
    for (int l = 0; l < 3; ++l) {
      const auto Q = std::get<0>(torch::linalg_qr(normal({4, 4}, "layer " + std::to_string(l))));
      weights[l].copy_((signs >> l & 1 ? -1 : 1) * std::sqrt(alpha) * Q.view({4, 4, 1, 1}));
    }
    mean += stream_gradients(weights, v, true)[0].item<double>() / 8;
  }
  EXPECT_CLOSE(mean, growth * v.square().mean().item<double>(), rtol(1e-10));
}

TEST(MakeResnet, HasTheParametersInOrder) {
  for (const cnn::ResNetOptions& options :
       {cnn::ResNetOptions{2, 3, 1, 4, 5}, {3, 4, 2, 7, 0}, {1, 1, 1, 1, 0}}) {
    const auto network = make_resnet(options);
    const auto parameters = network.named_parameters(), buffers = network.named_buffers();
    const auto expected = shapes(options);
    ASSERT_EQ(parameters.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(parameters[i].second.sizes(), at::IntArrayRef(expected[i])) << parameters[i].first;
      EXPECT_EQ(parameters[i].second.scalar_type(), torch::kFloat32) << parameters[i].first;
    }
    EXPECT_EQ(buffers.size(), 2 * (6 * options.blocks + 1)) << "two for each batch norm";
  }
}

TEST(MakeResnet, ComputesWhatItsBlocksDo) {
  const cnn::ResNetOptions options{2, 3, 2, 4, 5};
  const auto network = make_resnet(options);
  const auto state = drawn_state(network, "drawn");
  network.load(state.all());
  const auto x = normal({3, 2, 9, 8}, "computed").to(torch::kFloat32);
  network.eval();
  EXPECT_CLOSE(network.forward(x), resnet(state, options, x, false), rtol(2e-4) + atol(2e-4))
      << "in evaluation";
  network.train();
  EXPECT_CLOSE(network.forward(x), resnet(state, options, x, true), rtol(2e-4) + atol(2e-4)) << "in training";
}

/// Autograd's gradients by all parameters, against those of LibTorch's layers. In evaluation again after a
/// training: what was kept then has no graph of its own.
TEST(MakeResnet, CanBeDifferentiated) {
  const cnn::ResNetOptions options{2, 3, 1, 4, 5};
  const auto network = make_resnet(options);
  auto state = drawn_state(network, "differentiated");
  network.load(state.all());
  const auto x = normal({2, 2, 8, 9}, "differentiated").to(torch::kFloat32);
  const auto v = normal({2, 4}, "cotangent");
  std::vector<Tensor> leaves;
  for (auto& [name, value] : state.parameters) leaves.push_back(value.requires_grad_());
  for (const bool training : {false, true, false}) {
    training ? network.train() : network.eval();
    const auto product = network.vjp(x, v.to(torch::kFloat32));
    const auto expected = torch::autograd::grad({(v * resnet(state, options, x, training)).sum()}, leaves);
    ASSERT_EQ(product.parameters.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double size = expected[i].abs().max().item<double>();
      EXPECT_CLOSE(product.parameters[i], expected[i], atol(2e-3 * size + 1e-4))
          << state.parameters[i].first << (training ? ", in training" : ", in evaluation");
    }
  }
}

TEST(MakeResnet, MovesItsStatisticsInTrainingAlone) {
  const cnn::ResNetOptions options{2, 3, 1, 4, 1};
  const auto network = make_resnet(options);
  const auto x = 3 * normal({4, 2, 8, 8}, "statistics").to(torch::kFloat32) + 1;
  network.eval();
  network.forward(x);
  for (const auto& [name, value] : network.named_buffers())
    EXPECT_LT((value - value.flatten()[0]).abs().max().item<double>(), 1e-12)
        << name << " moved in evaluation";
  auto state = state_of(network);
  network.train();
  network.forward(x);
  network.forward(x);
  resnet(state, options, x, true);
  resnet(state, options, x, true);
  const auto buffers = network.named_buffers();
  for (std::size_t i = 0; i < buffers.size(); ++i)
    EXPECT_CLOSE(buffers[i].second, state.buffers[i].second, rtol(1e-3) + atol(1e-4)) << buffers[i].first;
}

TEST(FitImages, FindsAPatternAnywhere) { expect_accuracy(cnn::data::patterns, 0.85); }

TEST(FitImages, TellsPhotographsApart) { expect_accuracy(cnn::data::photographs, 0.81); }

TEST(Lift, CorrelatesWithTurnedFilters) {
  const auto x = normal({2, 2, 5, 6}, "lift"), weight = normal({3, 2, 3, 3}, "lift weights");
  const auto planes = lift(x, weight);
  for (int64_t r = 0; r < 4; ++r)
    EXPECT_CLOSE(planes.select(2, r), on_torus(x, turned(weight, r)), atol(1e-12)) << "plane " << r;
}

/// A turned image has the turned planes, each one further.
TEST(Lift, TurnsWithTheImage) {
  const auto x = normal({2, 2, 6, 6}, "turned"), weight = normal({3, 2, 3, 3}, "turned weights");
  const auto planes = lift(x, weight);
  EXPECT_CLOSE(lift(turned(x), weight), turned_planes(planes), atol(1e-12));
  EXPECT_GT((planes - turned_planes(planes)).abs().max().item<double>(), 1e-3);
}

TEST(GroupCorrelate, TurnsWithItsInput) {
  const auto x = normal({2, 3, 4, 5, 5}, "planes"), weight = normal({2, 3, 4, 3, 3}, "planes weights");
  const auto y = group_correlate(x, weight);
  EXPECT_CLOSE(group_correlate(turned_planes(x), weight), turned_planes(y), atol(1e-12));
  EXPECT_GT((y - turned_planes(y)).abs().max().item<double>(), 1e-3);
}

TEST(GroupCorrelate, SumsOverTheFourPlanes) {
  const auto x = normal({2, 3, 4, 5, 4}, "summed"), weight = normal({2, 3, 4, 3, 3}, "summed weights");
  const auto y = group_correlate(x, weight);
  for (int64_t r = 0; r < 4; ++r)
    EXPECT_CLOSE(y.select(2, r), plane(x, weight, r), atol(1e-11)) << "plane " << r;
}

}  // namespace
