// Receptive fields, the torus, Fourier transforms, rotations: the edges of each definition.
#include <cmath>
#include <tuple>
#include <vector>

#include "assignments/09-cnn/calls.h"
#include "assignments/09-cnn/networks.h"
#include "assignments/09-cnn/problems.h"

namespace {

using namespace spinlab;
using namespace cnn::problems;
using cnn::Layer;

TEST(ReceptiveField, OfNoLayerIsOnePixel) {
  const auto field = receptive_field({});
  EXPECT_EQ(field.size, 1);
  EXPECT_EQ(field.jump, 1);
  EXPECT_CLOSE(field.centre, 0.0, atol(0.0));
  const auto pool = receptive_field({{2, 2, 0, 1}});  // between pixels 0 and 1
  EXPECT_EQ(pool.size, 2);
  EXPECT_CLOSE(pool.centre, 0.5, atol(1e-14));
}

TEST(ReceptiveField, OfEvenKernelsPoolsAndDilations) {
  const auto long_strides = receptive_field({{3, 100'003, 0, 1}, {3, 50'021, 0, 1}, {2, 1, 1, 1}});
  EXPECT_EQ(long_strides.size, 5'002'450'072);
  EXPECT_EQ(long_strides.jump, 5'002'250'063);
  EXPECT_CLOSE(long_strides.centre, 100'004 - 0.5 * 5'002'250'063, rtol(1e-14));
  const std::vector<std::vector<Layer>> stacks{{{7, 2, 3, 1}, {3, 2, 1, 1}, {2, 2, 0, 1}, {3, 1, 2, 2}},
                                               {{2, 1, 0, 3}, {1, 3, 0, 1}, {4, 2, 1, 1}, {3, 1, 0, 1}}};
  for (const auto& layers : stacks) {
    const auto actual = receptive_field(layers), expected = seen(layers);
    EXPECT_EQ(actual.size, expected.size);
    EXPECT_EQ(actual.jump, expected.jump);
    EXPECT_CLOSE(actual.centre, expected.centre, atol(1e-12));
  }
}

TEST(ReceptiveField, RefusesWhatIsNoLayer) {
  between_right_answers([] { EXPECT_EQ(receptive_field({{3, 1, 1, 1}, {3, 1, 4, 1}}).size, 5); },
                        [] {
                          EXPECT_THROW(receptive_field({{3, 1, 1, 1}, {0, 1, 0, 1}}), StudentError);
                          EXPECT_THROW(receptive_field({{3, 0, 1, 1}}), StudentError);
                          EXPECT_THROW(receptive_field({{3, 1, -1, 1}}), StudentError);
                          EXPECT_THROW(receptive_field({{3, 1, 1, 0}}), StudentError);
                        });
}

/// Counted layer by layer.
TEST(ResnetParameters, OfOtherNetworks) {
  for (const cnn::ResNetOptions& options :
       {cnn::ResNetOptions{1, 1, 1, 1}, {4, 10, 2, 3}, {1, 7, 5, 100}, {1, 100'000, 1, 1}}) {
    int64_t count = 0;
    for (const auto& shape : shapes(options)) count += c10::multiply_integers(shape);
    EXPECT_EQ(resnet_parameters(options.channels, options.width, options.blocks, options.classes), count);
  }
}

/// A kernel that goes around the torus more than once adds up.
TEST(CorrelateOnTorus, WithKernelsLargerThanTheTorus) {
  const auto x = normal({2, 2, 2, 3}, "small torus"), weight = normal({3, 2, 7, 5}, "large kernel");
  EXPECT_CLOSE(correlate_on_torus(x, weight), on_torus(x, weight), atol(1e-11));
  EXPECT_CLOSE(correlate_by_fft(x, weight), on_torus(x, weight), atol(1e-11));
  const auto pixel = normal({1, 1, 1, 1}, "pixel"), taps = normal({1, 1, 3, 3}, "taps");
  EXPECT_CLOSE(correlate_on_torus(pixel, taps), pixel * taps.sum(), atol(1e-12));
}

TEST(CorrelateOnTorus, RefusesKernelsWithoutAMiddle) {
  const auto x = normal({1, 1, 4, 5}, "middle");
  between_right_answers(
      [&] {
        const auto weight = normal({1, 1, 1, 3}, "middle weights");
        EXPECT_CLOSE(correlate_on_torus(x, weight), on_torus(x, weight), atol(1e-12));
        EXPECT_CLOSE(correlate_by_fft(x, weight), on_torus(x, weight), atol(1e-12));
      },
      [&] {
        for (const auto& [a, b] : {std::pair<int64_t, int64_t>{2, 3}, {3, 4}}) {
          EXPECT_THROW(correlate_on_torus(x, normal({1, 1, a, b}, "even")), StudentError);
          EXPECT_THROW(correlate_by_fft(x, normal({1, 1, a, b}, "even")), StudentError);
        }
      });
}

/// Not at all by whole turns, all pixels where the image is no larger than what an output sees, and never
/// without a view. Images may have more pixels than an int counts.
TEST(BrokenByPadding, AtItsEdges) {
  EXPECT_EQ(broken_by_padding(8, 9, 2, 0, 0), 0);
  EXPECT_EQ(broken_by_padding(8, 9, 2, 16, -27), 0);
  EXPECT_EQ(broken_by_padding(8, 9, 0, 3, 4), 0);
  EXPECT_EQ(broken_by_padding(8, 9, 4, 1, 0), 72);
  EXPECT_EQ(broken_by_padding(8, 9, 5, 0, 1), 72);
  EXPECT_EQ(broken_by_padding(8, 9, 1, 9, 0), broken_by_padding(8, 9, 1, 1, 0));
  EXPECT_EQ(broken_by_padding(8, 9, 1, 7, 0), broken_by_padding(8, 9, 1, -1, 9));
  EXPECT_EQ(broken_by_padding(8, 9, 1, -15, 20), broken_by_padding(8, 9, 1, 1, 2));
  EXPECT_EQ(broken_by_padding(1, 9, 3, 5, 0), 0);
  EXPECT_EQ(broken_by_padding(60'000, 50'000, 30'000, 1, 0), 3'000'000'000);
}

/// Halfway around both ends are open: what has left on one side has come in on the other.
TEST(BrokenByPadding, HalfwayAround) {
  const auto x = normal({1, 1, 10, 9}, "halfway"), weight = normal({1, 1, 3, 3}, "halfway weights");
  for (const auto& [down, right] : {std::pair<int64_t, int64_t>{5, 0}, {5, 4}, {-4, 5}, {3, 7}}) {
    const auto measured = differing(at::conv2d(moved(x, down, right), weight, {}, 1, 1),
                                    moved(at::conv2d(x, weight, {}, 1, 1), down, right));
    EXPECT_EQ(broken_by_padding(10, 9, 1, down, right), measured) << down << ", " << right;
  }
}

/// Parseval: an all-pass kernel, whose spectrum has modulus 1 everywhere, keeps the sum of squares. A tap of
/// 1 anywhere is one; the result is the moved image.
TEST(CorrelateByFft, OfASingleTapMovesTheImage) {
  const auto x = normal({1, 1, 5, 7}, "all-pass");
  auto weight = zeros({1, 1, 3, 5});
  weight[0][0][0][3] = 1;
  EXPECT_CLOSE(correlate_by_fft(x, weight), moved(x, 1, -1), atol(1e-13));
  EXPECT_CLOSE(correlate_by_fft(x.slice(3, 0, 1), weight), moved(x.slice(3, 0, 1), 1, 0), atol(1e-13));
}

/// The mean over planes and pixels does not notice a rotation: an invariant.
TEST(GroupCorrelate, ItsMeanIsInvariantThroughTwoLayers) {
  const auto x = normal({3, 2, 7, 7}, "invariant"), first = normal({4, 2, 5, 5}, "first"),
             second = normal({3, 4, 4, 3, 3}, "second");
  const auto feature = [&](const Tensor& image) {
    return group_correlate(lift(image, first).relu(), second).relu().mean({2, 3, 4});
  };
  const auto expected = feature(x);
  for (int64_t quarters = 1; quarters < 4; ++quarters)
    EXPECT_CLOSE(feature(turned(x, quarters).contiguous()), expected, rtol(1e-11)) << quarters << " quarters";
  EXPECT_GT((feature(x.flip({3}).contiguous()) - expected).abs().max().item<double>(), 1e-3) << "mirrored";
}

TEST(Lift, OfFiltersLargerThanTheImage) {
  const auto x = normal({1, 1, 2, 3}, "small"), weight = normal({2, 1, 5, 5}, "large");
  const auto planes = lift(x, weight);
  for (int64_t r = 0; r < 4; ++r)
    EXPECT_CLOSE(planes.select(2, r), on_torus(x, turned(weight, r)), atol(1e-12));
}

TEST(GroupCorrelate, OfSinglePrecisionAndOfWhatLiftMade) {
  const auto x = single(normal({2, 2, 5, 4}, "single")), first = single(normal({3, 2, 3, 3}, "single first")),
             second = single(normal({2, 3, 4, 3, 3}, "single second"));
  const auto maps = lift(x, first);
  EXPECT_CLOSE(maps.select(2, 1), on_torus(x, turned(first)), atol(1e-4));
  EXPECT_CLOSE(group_correlate(maps, second).select(2, 3), plane(maps, second, 3), atol(1e-3));
}

TEST(GroupCorrelate, RefusesOtherChannels) {
  const auto x = normal({1, 2, 4, 3, 3}, "other"), weight = normal({2, 2, 4, 3, 3}, "other weights");
  between_right_answers(
      [&] { EXPECT_CLOSE(group_correlate(x, weight).select(2, 1), plane(x, weight, 1), atol(1e-12)); },
      [&] {
        EXPECT_THROW(group_correlate(x, normal({2, 3, 4, 3, 3}, "more")), StudentError);
        EXPECT_THROW(group_correlate(x, normal({2, 1, 4, 3, 3}, "fewer")), StudentError);
      });
}

}  // namespace
