// Sizes, correlation and its gradients: other shapes than in checks.cpp, other streams of the seed, the edges
// of each definition.
#include <vector>

#include "assignments/09-cnn/calls.h"
#include "assignments/09-cnn/problems.h"

namespace {

using namespace spinlab;
using namespace cnn::problems;
using cnn::Geometry;

TEST(OutputSize, ExactlyOnePlace) {
  EXPECT_EQ(output_size(7, 7, {}), 1);
  EXPECT_EQ(output_size(9, 5, {.dilation = 2}), 1);
  EXPECT_EQ(output_size(1, 3, {.padding = 1}), 1);
  EXPECT_EQ(output_size(8, 7, {.stride = 2}), 1);
  EXPECT_EQ(output_size(9, 7, {.stride = 2}), 2);
  EXPECT_EQ(output_size(4, 1, {.stride = 100}), 1);
  EXPECT_EQ(output_size(3'000'000'000, 3, {.padding = 1}), 3'000'000'000);
}

/// (6 − 7)/2 is 0 in C++, and 0 + 1 is one place too many.
TEST(OutputSize, RefusesAKernelThatDoesNotFit) {
  between_right_answers([] { EXPECT_EQ(output_size(8, 3, {.stride = 2}), 3); },
                        [] {
                          EXPECT_THROW(output_size(6, 7, {.stride = 2}), StudentError);
                          EXPECT_THROW(output_size(2, 3, {}), StudentError);
                          EXPECT_THROW(output_size(8, 5, {.padding = 0, .dilation = 2}), StudentError);
                          EXPECT_THROW(output_size(8, 13, {.stride = 4, .padding = 2}), StudentError);
                        });
}

TEST(SamePadding, RefusesWhereThereIsNone) {
  between_right_answers([] { EXPECT_EQ(same_padding(3, 2), 2); },
                        [] {
                          EXPECT_THROW(same_padding(2, 1), StudentError);
                          EXPECT_THROW(same_padding(4, 3), StudentError);
                          EXPECT_THROW(same_padding(0, 2), StudentError);
                          EXPECT_THROW(same_padding(3, 0), StudentError);
                          EXPECT_THROW(same_padding(-3, 1), StudentError);
                        });
}

/// Linear in each channel: a filter that looks at one channel alone sees nothing of the others, and 0 is the
/// bias.
TEST(CorrelateByLoops, SumsOverChannelsAndAddsTheBiasOnce) {
  const auto x = normal({2, 3, 4, 5}, "channels");
  auto weight = normal({2, 3, 3, 2}, "channels weights");
  const auto bias = vector({-7, 4});
  const auto none = correlate_by_loops(x, 0 * weight, bias, {.padding = 2});
  EXPECT_CLOSE(none, by_channel(bias).expand({2, 2, 6, 8}), atol(1e-14));
  weight.slice(1, 0, 2).zero_();
  const auto alone = at::conv2d(x.slice(1, 2), weight.slice(1, 2), bias, 1, 2);
  EXPECT_CLOSE(correlate_by_loops(x, weight, bias, {.padding = 2}), alone, atol(1e-12));
}

/// More zeros than pixels: taps that meet no pixel at all.
TEST(CorrelateByLoops, WithWidePadding) {
  const auto x = normal({1, 2, 1, 2}, "wide"), weight = normal({3, 2, 2, 3}, "wide weights");
  const auto bias = normal({3}, "wide biases");
  for (const Geometry& geometry : {Geometry{.padding = 4}, {.stride = 3, .padding = 5, .dilation = 2}})
    EXPECT_CLOSE(correlate_by_loops(x, weight, bias, geometry), reference(x, weight, bias, geometry),
                 atol(1e-12));
}

TEST(Patches, OfASingleTapAreThePixels) {
  const auto x = normal({2, 3, 5, 4}, "single tap");
  EXPECT_CLOSE(patches(x, 1, 1, {}), x.flatten(2), atol(0.0));
  EXPECT_CLOSE(patches(x, 1, 1, {.stride = 2}), x.slice(2, 0, 5, 2).slice(3, 0, 4, 2).flatten(2), atol(0.0));
  EXPECT_CLOSE(patches(x, 5, 4, {}), x.view({2, 60, 1}), atol(0.0));
}

TEST(Correlate, OfOneImageAndOnePixel) {
  const auto x = normal({1, 4, 1, 1}, "pixel"), weight = normal({3, 4, 1, 1}, "pixel weights");
  const auto bias = normal({3}, "pixel biases");
  EXPECT_CLOSE(correlate(x, weight, bias, {}).view({3}), weight.view({3, 4}).mv(x.view({4})) + bias,
               atol(1e-13));
  const auto row = normal({5, 1, 1, 7}, "row"), taps = normal({1, 1, 1, 3}, "row taps");
  EXPECT_CLOSE(correlate(row, taps, zeros({1}), {.stride = 2}), at::conv2d(row, taps, {}, 2), atol(1e-13));
}

/// A gradient with one number belongs to one patch.
TEST(ParameterGradients, OfOneOutputAreItsPatch) {
  const auto x = normal({3, 2, 6, 5}, "one output");
  auto v = zeros({3, 4, 2, 2});
  v[1][2][1][0] = 5;
  const auto actual = parameter_gradients(x, v, 3, 2, {.stride = 2});
  auto expected = zeros({4, 2, 3, 2});
  expected[2].copy_(5 * x[1].slice(1, 2, 5).slice(2, 0, 2));
  EXPECT_CLOSE(actual.weight, expected, atol(1e-13));
  EXPECT_CLOSE(actual.bias, vector({0, 0, 5, 0}), atol(1e-14));
}

/// Of ones: how many taps see each pixel.
TEST(Fold, CountsTheTapsThatSeeAPixel) {
  const auto ones = zeros({1, 4, 4}) + 1;
  EXPECT_CLOSE(fold(ones, 1, 7, 1, 4, {}).flatten(), vector({1, 2, 3, 4, 3, 2, 1}), atol(0.0));
  EXPECT_CLOSE(fold(ones.slice(2, 0, 2), 1, 8, 1, 4, {.stride = 3}).flatten(),
               vector({1, 1, 1, 2, 1, 1, 1, 0}), atol(0.0));
  const auto three_rows = zeros({1, 2, 12}) + 1;  // of which two see nothing but padding
  EXPECT_CLOSE(fold(three_rows, 1, 4, 1, 2, {.padding = 1, .dilation = 2}).flatten(), vector({1, 2, 2, 1}),
               atol(0.0));
}

/// Channels are apart, and so are images; a column's row is (c · a + i) · b + j.
TEST(Fold, PutsEachNumberToItsPixel) {
  const auto columns = normal({2, 12, 1}, "each number");
  EXPECT_CLOSE(fold(columns, 3, 2, 3, 2, {}), columns.view({2, 2, 3, 2}), atol(0.0));
}

TEST(InputGradient, OfPixelsThatNoTapSeesIsZero) {
  const auto weight = normal({3, 2, 2, 2}, "unseen"), v = normal({1, 3, 2, 2}, "unseen gradient");
  const auto actual = input_gradient(weight, v, 6, 7, {.stride = 4});
  const auto expected = torch::einsum("nkuv,kcij->ncuivj", {v, weight});
  auto whole = zeros({1, 2, 6, 7});
  for (int64_t u = 0; u < 2; ++u)
    for (int64_t t = 0; t < 2; ++t)
      whole.slice(2, 4 * u, 4 * u + 2).slice(3, 4 * t, 4 * t + 2).copy_(expected.select(4, t).select(2, u));
  EXPECT_CLOSE(actual, whole, atol(1e-13));
}

/// What calls.h promises is the type of the arguments: the framework holds each answer against it.
TEST(Layers, KeepThePrecisionOfTheirArguments) {
  const Geometry geometry{.stride = 2, .padding = 1};
  const auto x = single(normal({2, 2, 5, 6}, "single")),
             weight = single(normal({3, 2, 3, 3}, "single weights")),
             bias = single(normal({3}, "single biases"));
  const auto expected = reference(x, weight, bias, geometry);
  const auto v = single(upstream(expected, "single"));
  const auto slopes = layer_derivatives(x, weight, bias, v, geometry);
  EXPECT_CLOSE(correlate_by_loops(x, weight, bias, geometry), expected, atol(1e-4));
  const auto columns = at::im2col(x, {3, 3}, {1, 1}, {1, 1}, {2, 2});
  EXPECT_CLOSE(patches(x, 3, 3, geometry), columns, atol(0.0));
  EXPECT_CLOSE(fold(columns, 5, 6, 3, 3, geometry),
               at::col2im(columns, {5, 6}, {3, 3}, {1, 1}, {1, 1}, {2, 2}), atol(1e-4));
  EXPECT_CLOSE(correlate(x, weight, bias, geometry), expected, atol(1e-4));
  EXPECT_CLOSE(parameter_gradients(x, v, 3, 3, geometry).weight, slopes[1], atol(1e-4));
  EXPECT_CLOSE(input_gradient(weight, v, 5, 6, geometry), slopes[0], atol(1e-4));
  EXPECT_CLOSE(correlate_on_torus(x, weight), on_torus(x, weight), atol(1e-4));
  EXPECT_CLOSE(correlate_by_fft(x, weight), on_torus(x, weight), atol(1e-4));
  const auto [values, places] = at::max_pool2d_with_indices(x, 2, 2);
  const auto w = single(upstream(values, "pooled"));
  const auto by_mean = derivatives({x}, w, [](const auto& at) { return at::avg_pool2d(at[0], 2, 2); })[0];
  const auto by_maximum = derivatives({x}, w, [](const auto& at) { return at::max_pool2d(at[0], 2, 2); })[0];
  EXPECT_CLOSE(average_pool(x, 2, 2), at::avg_pool2d(x, 2, 2), atol(1e-5));
  EXPECT_CLOSE(average_pool_gradient(w, 5, 6, 2, 2), by_mean, atol(1e-5));
  EXPECT_CLOSE(max_pool(x, 2, 2).values, values, atol(0.0));
  EXPECT_CLOSE(max_pool_gradient(places, w, 5, 6), by_maximum, atol(1e-5));
}

}  // namespace
