// Positions, norms, blocks, counts and who sees whom: the edges of each definition.
#include <cmath>
#include <vector>

#include "assignments/12-transformer/calls.h"
#include "assignments/12-transformer/problems.h"

namespace {

using namespace spinlab;
using namespace transformer::problems;
using transformer::ModelShape;

TEST(SinusoidalPositions, OfOnePair) {
  const auto made = sinusoidal_positions(4, 2);
  EXPECT_CLOSE(
      made,
      torch::stack({torch::arange(4, torch::kFloat64).sin(), torch::arange(4, torch::kFloat64).cos()}, 1),
      atol(1e-14));
  EXPECT_CLOSE(sinusoidal_positions(1, 6), vector({0, 1, 0, 1, 0, 1}).unsqueeze(0), atol(0.0));
}

TEST(ShiftMatrix, BackAndForth) {
  EXPECT_CLOSE(shift_matrix(4, 0), eye(4), atol(1e-14));
  const auto M = shift_matrix(10, -7);
  EXPECT_CLOSE(M.matmul(shift_matrix(10, 7)), eye(10), atol(1e-13));
  EXPECT_CLOSE(M[0][1].item<double>(), std::sin(-7.0), atol(1e-14));
  EXPECT_CLOSE(M[8][9].item<double>(), std::sin(-7 * std::pow(10000, -0.8)), atol(1e-14));
}

/// Places need not be 0, 1, 2, …
TEST(Rotate, AtAnyPlaces) {
  const auto x = normal({2, 4, 6}, "any places");
  const auto made = rotate(x, torch::tensor({int64_t{0}, int64_t{100'000}, int64_t{-3}, int64_t{3}}));
  EXPECT_CLOSE(made.select(1, 0), x.select(1, 0), atol(1e-14));
  EXPECT_CLOSE(made.slice(1, 1, 2), turned(x.slice(1, 1, 2), 100'000), atol(1e-9));
  EXPECT_CLOSE(made.slice(1, 2, 3), turned(x.slice(1, 2, 3), -3), atol(1e-12)) << "place -3";
  EXPECT_CLOSE(made.slice(1, 3, 4), turned(x.slice(1, 3, 4), 3), atol(1e-12));
  EXPECT_CLOSE(made.square().sum(2), x.square().sum(2), atol(1e-11)) << "lengths stay";
}

/// A rotation's transpose turns back.
TEST(Rotate, CanBeDifferentiated) {
  const auto slopes = STUDENT(transformer::rotate_slopes, "_, _, _ -> _");
  const auto x = normal({2, 3, 4}, "turned slopes"), g = normal({2, 3, 4}, "turned gradient");
  const auto expected = derivatives({x}, g, [](const auto& at) { return turned(at[0], 5); });
  const auto actual = slopes(x, torch::arange(5, 8), g);
  ASSERT_EQ(actual.size(), 1);
  EXPECT_CLOSE(actual[0], expected[0], atol(1e-12));
}

TEST(Rotate, RefusesAnOddNumberOfFeatures) {
  const auto x = normal({1, 3, 4}, "even");
  between_right_answers(
      [&] { EXPECT_CLOSE(rotate(x, torch::arange(3)), turned(x, 0), atol(1e-13)); },
      [&] { EXPECT_THROW(rotate(normal({1, 3, 5}, "odd"), torch::arange(3)), StudentError); });
}

/// Features around 10⁷ that differ by about 1; and features that do not differ.
TEST(LayerNorm, FarFromZeroAndOfConstants) {
  const auto x = normal({2, 3, 8}, "far"), ones = zeros({8}) + 1, shift = normal({8}, "far shift");
  EXPECT_CLOSE(layer_norm(x + 1e7, ones, shift, 1e-5), at::layer_norm(x, {8}, ones, shift, 1e-5), atol(1e-6));
  EXPECT_CLOSE(layer_norm(zeros({2, 3, 8}) + 5, ones, shift, 1e-5), shift.expand({2, 3, 8}), atol(1e-9));
}

TEST(RmsNorm, OfTinyAndOfHugeFeatures) {
  const auto x = normal({1, 2, 5}, "tiny"), scale = uniform({5}, 0.5, 2, "tiny scale");
  EXPECT_CLOSE(rms_norm(zeros({1, 2, 5}), scale, 1e-5), zeros({1, 2, 5}), atol(0.0));
  EXPECT_CLOSE(rms_norm(1e-9 * x, scale, 1e-2), 1e-8 * x * scale, rtol(1e-9));
  EXPECT_CLOSE(rms_norm(1e9 * x + 1e9, scale, 1e-5), rms_norm(x + 1, scale, 0), rtol(1e-9));
}

/// By the features and by the scale.
TEST(RmsNorm, CanBeDifferentiated) {
  const auto slopes = STUDENT(transformer::rms_norm_slopes, "_, _, _, _ -> _");
  const auto x = normal({2, 3, 5}, "rms slopes"), g = normal({2, 3, 5}, "rms gradient"),
             scale = uniform({5}, 0.5, 2, "rms slopes scale");
  const auto expected = derivatives({x, scale}, g, [](const auto& at) {
    return at[0] / (at[0].square().mean(-1, true) + 0.3).sqrt() * at[1];
  });
  const auto actual = slopes(x, scale, 0.3, g);
  ASSERT_EQ(actual.size(), 2);
  EXPECT_CLOSE(actual[0], expected[0], atol(1e-12)) << "by x";
  EXPECT_CLOSE(actual[1], expected[1], atol(1e-12)) << "by the scale";
}

/// Post-norm: both norms lie in the stream, on the way of all gradients.
TEST(Block, PostNormCanBeDifferentiated) {
  const auto slopes = STUDENT(transformer::block_slopes, "_, _, _, _, _, _ -> _");
  const auto x = normal({2, 4, 6}, "post slopes"), g = normal({2, 4, 6}, "post gradient");
  const auto p = block_of(6, 2, 5, "post slopes");
  const auto mask = causal(4);
  const auto expected =
      derivatives({x, p.norm1.scale, p.norm2.shift, p.feed_forward.up}, g, [&](const auto& at) {
        const auto seen =
            normed(at[0] + reference_heads(at[0], at[0], p.attention, 2, 2, mask), {at[1], p.norm1.shift});
        auto f = p.feed_forward;
        f.up = at[3];
        return normed(seen + fed_forward(seen, f), {p.norm2.scale, at[2]});
      });
  const auto actual = slopes(x, p, 2, false, mask, g);
  for (std::size_t argument = 0; argument < expected.size(); ++argument)
    EXPECT_CLOSE(actual.at(argument), expected[argument], atol(1e-11)) << "argument " << argument;
}

/// Places that nobody looks at do not matter to others, in either kind of block.
TEST(Block, LooksWhereItsMaskAllows) {
  const auto x = normal({2, 4, 6}, "looks");
  const auto parameters = block_of(6, 2, 5, "looks");
  const auto mask = torch::eye(4, torch::kBool);
  for (const bool pre_norm : {true, false}) {
    const auto whole = block(x, parameters, 2, pre_norm, mask);
    const auto alone = block(x.slice(1, 2, 3).contiguous(), parameters, 2, pre_norm, everything(1, 1));
    EXPECT_CLOSE(whole.slice(1, 2, 3), alone, atol(1e-12)) << (pre_norm ? "pre-norm" : "post-norm");
  }
  EXPECT_CLOSE(block(x, parameters, 2, true, mask), reference_block(x, parameters, 2, mask), atol(1e-12));
}

/// A memory of other features; the order of its places does not matter, and later targets do not.
TEST(DecoderBlock, SeesAllOfAnotherMemory) {
  const auto x = normal({2, 4, 6}, "wide target"), memory = normal({2, 3, 5}, "wide memory");
  const auto p = decoder_of(6, 5, 2, 7, "wide");
  const auto own = normed(x + reference_heads(x, x, p.self, 2, 2, causal(4)), p.norm1);
  const auto seen = normed(own + reference_heads(own, memory, p.cross, 2, 2, everything(4, 3)), p.norm2);
  const auto expected = normed(seen + fed_forward(seen, p.feed_forward), p.norm3);
  EXPECT_CLOSE(decoder_block(x, memory, p, 2), expected, atol(1e-12));
  EXPECT_CLOSE(decoder_block(x.slice(1, 0, 2).contiguous(), memory.flip(1), p, 2), expected.slice(1, 0, 2),
               atol(1e-12));
}

/// As in a model of 70 billion numbers: eight heads with keys for 64.
TEST(ParameterCount, OfALargeModelWithSharedKeys) {
  const ModelShape large{80, 8192, 64, 8, 28'672, 32'000, 4096};
  EXPECT_EQ(parameter_count(large), numbers(shapes(large)));
  const ModelShape odd{2, 15, 5, 1, 7, 13, 3};
  EXPECT_EQ(parameter_count(odd), numbers(shapes(odd)));
}

TEST(ForwardFlops, OfALargeModel) {
  const ModelShape large{8, 8192, 64, 8, 28'672, 32'000, 4096};
  EXPECT_EQ(forward_flops(large, 4096), operations(products(large, 4096)));
  const ModelShape least{1, 1, 1, 1, 1, 1, 1};
  EXPECT_EQ(forward_flops(least, 1), operations(products(least, 1)));
}

TEST(PrefixMask, RefusesPrefixesThatDoNotFit) {
  between_right_answers([] { EXPECT_CLOSE(prefix_mask(1, 3), causal(3), atol(0.0)); },
                        [] {
                          EXPECT_THROW(prefix_mask(4, 3), StudentError);
                          EXPECT_THROW(prefix_mask(-1, 3), StudentError);
                          EXPECT_THROW(prefix_mask(0, 0), StudentError);
                        });
}

/// Block 1 carries place 0 to place 1, block 2 place 1 to place 2: in the other order nothing gets through.
TEST(Reach, GoesThroughBlocksInTheirOrder) {
  auto masks = torch::zeros({2, 3, 3}, torch::kBool);
  masks[0][1][0] = true;
  masks[1][2][1] = true;
  auto expected = everything(3, 3).tril();
  EXPECT_CLOSE(reach(masks), expected, atol(0.0));
  expected[2][0] = false;
  EXPECT_CLOSE(reach(masks.flip(0)), expected, atol(0.0));
}

/// Nobody looks at anything: the stream carries each place past the blocks. And 400 blocks of two groups that
/// do not know each other have 9^400 ways, which is no number.
TEST(Reach, OfEmptyMasksAndOfManyBlocks) {
  EXPECT_CLOSE(reach(torch::zeros({3, 4, 4}, torch::kBool)), torch::eye(4, torch::kBool), atol(0.0));
  EXPECT_CLOSE(reach(everything(80, 30 * 30).view({80, 30, 30}).tril()), causal(30), atol(0.0));
  const auto groups = at::block_diag({everything(8, 8), everything(8, 8)});
  EXPECT_CLOSE(reach(groups.expand({400, 16, 16}).contiguous()), groups, atol(0.0)) << "two groups";
}

/// A single place, a single feature: 2 looks at 6, by the last of its numbers; and rounding is no look.
TEST(Lookahead, FindsASinglePlace) {
  const auto x = normal({9, 4}, "single place");
  const auto leak = [](const Tensor& at) {
    auto y = at.cumsum(0);
    y[2][1] += 1e-3 * at[6][3];
    return y + 1e-13 * at.flip(0);
  };
  const auto clean = [](const Tensor& at) { return at.cumsum(0) + 1e-13 * at.flip(0); };
  // Four features: that all of them change by less than 0.01 has a probability of 4e-9.
  const auto faint = [&](const Tensor& at) {
    auto y = clean(at);
    y[2] += 1e-7 * at[6];
    return y;
  };
  // What does not notice an exchange of features; and of a single feature there is nothing to exchange.
  const auto symmetric = [](const Tensor& at) {
    auto y = at.cumsum(0);
    y[2] += at[6].sin().sum() + at[6].square().sum();
    return y;
  };
  EXPECT_EQ(lookahead(leak, x), 4);
  EXPECT_EQ(lookahead(faint, x), 4) << "changes of 1e-7";
  EXPECT_EQ(lookahead(symmetric, x), 4) << "sums over the features";
  EXPECT_EQ(lookahead(symmetric, normal({9, 1}, "single feature")), 4) << "one feature";
  EXPECT_EQ(lookahead(clean, x), 0);
}

/// The last place alone is far ahead of the first; two places, one place.
TEST(Lookahead, FromTheFirstToTheLast) {
  const auto everywhere = [](const Tensor& at) { return at + at.square().sum(0, true); };
  EXPECT_EQ(lookahead(everywhere, normal({7, 2}, "whole")), 6);
  EXPECT_EQ(lookahead(everywhere, normal({2, 3}, "two")), 1);
  EXPECT_EQ(lookahead(everywhere, normal({1, 3}, "one")), 0);
}

}  // namespace
