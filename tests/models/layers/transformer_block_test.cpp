#include "models/layers/transformer_block.h"

#include <ATen/ATen.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/transformerlayer.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

constexpr int64_t kWidth = 12, kHeads = 3;

/// Ours from LibTorch's packed projections, which have queries, keys and values one below the other.
void copy_attention(const torch::nn::Module& theirs, const std::string& from, torch::nn::Module& ours,
                    const std::string& to) {
  const auto source = theirs.named_parameters();
  auto target = ours.named_parameters();
  for (const auto* part : {"weight", "bias"}) {
    const auto packed = source[from + "in_proj_" + part];
    target[to + "query." + part].copy_(packed.narrow(0, 0, kWidth));
    target[to + "key_value." + part].copy_(packed.narrow(0, kWidth, 2 * kWidth));
    target[to + "out." + part].copy_(source[from + "out_proj." + part]);
  }
}

void copy_layer(const torch::nn::Module& theirs, const std::string& from, torch::nn::Module& ours,
                const std::string& to) {
  for (const auto* part : {"weight", "bias"})
    ours.named_parameters()[to + "." + part].copy_(theirs.named_parameters()[from + "." + part]);
}

class TransformerBlockTest : public SpinlabTest {
 protected:
  static TransformerBlockOptions options(bool decoder) {
    TransformerBlockOptions made(kWidth);
    made.attention().heads(kHeads).causal(decoder);
    made.feed_forward().hidden(20).kind("gelu");
    return made.norm_place("post").decoder(decoder);
  }

  const at::NoGradGuard no_graph_;
  const at::Tensor x_ = at::randn({2, 5, kWidth}, at::kDouble),
                   memory_ = at::randn({2, 7, kWidth}, at::kDouble);
};

TEST_F(TransformerBlockTest, EncodesAsLibTorchDoes) {
  torch::nn::TransformerEncoderLayer theirs(torch::nn::TransformerEncoderLayerOptions(kWidth, kHeads)
                                                .dim_feedforward(20)
                                                .dropout(0)
                                                .activation(torch::kGELU));
  TransformerBlock ours(options(/*decoder=*/false));
  theirs->to(at::kDouble);
  ours->to(at::kDouble);
  for (auto& p : theirs->parameters()) p.copy_(at::randn_like(p));
  copy_attention(*theirs, "self_attn.", *ours, "attention.");
  copy_layer(*theirs, "norm1", *ours, "attention_norm");
  copy_layer(*theirs, "linear1", *ours, "feed_forward.in");
  copy_layer(*theirs, "linear2", *ours, "feed_forward.out");
  copy_layer(*theirs, "norm2", *ours, "feed_forward_norm");
  // Theirs has places first.
  EXPECT_CLOSE(ours(x_), theirs(x_.transpose(0, 1)).transpose(0, 1), atol(1e-12));
}

TEST_F(TransformerBlockTest, DecodesAsLibTorchDoes) {
  torch::nn::TransformerDecoderLayer theirs(torch::nn::TransformerDecoderLayerOptions(kWidth, kHeads)
                                                .dim_feedforward(20)
                                                .dropout(0)
                                                .activation(torch::kGELU));
  TransformerBlock ours(options(/*decoder=*/true));
  theirs->to(at::kDouble);
  ours->to(at::kDouble);
  for (auto& p : theirs->parameters()) p.copy_(at::randn_like(p));
  copy_attention(*theirs, "self_attn.", *ours, "attention.");
  copy_attention(*theirs, "multihead_attn.", *ours, "memory_attention.");
  copy_layer(*theirs, "norm1", *ours, "attention_norm");
  copy_layer(*theirs, "norm2", *ours, "memory_norm");
  copy_layer(*theirs, "linear1", *ours, "feed_forward.in");
  copy_layer(*theirs, "linear2", *ours, "feed_forward.out");
  copy_layer(*theirs, "norm3", *ours, "feed_forward_norm");
  const auto later = at::full({5, 5}, -INFINITY, at::kDouble).triu(1);
  EXPECT_CLOSE(ours(x_, memory_), theirs(x_.transpose(0, 1), memory_.transpose(0, 1), later).transpose(0, 1),
               atol(1e-12));
}

// Place by place, and in pieces, with every kind of heads and norms.
TEST_F(TransformerBlockTest, ReadsOnAsItReadsAtOnce) {
  for (const int64_t shared : {0, 1, 3}) {
    for (const auto* place : {"pre", "post"}) {
      auto made = options(/*decoder=*/true).norm_place(place);
      made.attention().key_value_heads(shared).rotary(true);
      made.feed_forward().kind("swiglu").bias(false);
      made.norm().kind("rms");
      TransformerBlock block(made);
      block->to(at::kDouble);
      const auto whole = block(x_, memory_);
      for (const std::vector<int64_t>& pieces : {std::vector<int64_t>{1, 1, 1, 1, 1}, {3, 2}, {1, 4}}) {
        BlockState state;
        int64_t first = 0;
        for (const auto length : pieces) {
          const auto part = block->read_on(x_.narrow(1, first, length), state, memory_);
          EXPECT_CLOSE(part, whole.narrow(1, first, length), atol(1e-13)) << shared << place << first;
          first += length;
        }
      }
    }
  }
}

// What comes later changes nothing before it, to the last bit, whatever the norm.
TEST_F(TransformerBlockTest, CausalBlocksDoNotSeeWhatComes) {
  auto made = options(/*decoder=*/false);
  made.attention().causal(true);
  TransformerBlock block(made);
  block->to(at::kDouble);
  auto other = x_.clone();
  other.select(1, 3).add_(10);
  const auto y = block(x_), changed = block(other);
  EXPECT_TRUE(at::equal(y.narrow(1, 0, 3), changed.narrow(1, 0, 3)));
  EXPECT_FALSE(at::allclose(y.select(1, 4), changed.select(1, 4)));
}

// A layer whose values and whose last map are the identity: each head gives its weights times its share of x.
TEST_F(TransformerBlockTest, WeightsAreWhatAttentionTakes) {
  MultiHeadAttention layer(
      MultiHeadAttentionOptions(kWidth).heads(kHeads).causal(true).rotary(true).bias(false));
  layer->to(at::kDouble);
  for (auto& p : layer->parameters()) p.copy_(at::randn_like(p));
  layer->key_value->weight.narrow(0, kWidth, kWidth).copy_(at::eye(kWidth));
  layer->out->weight.copy_(at::eye(kWidth));
  const auto weights = layer->weights(x_);
  ASSERT_EQ(weights.sizes(), at::IntArrayRef({2, kHeads, 5, 5}));
  const auto values = x_.unflatten(2, {kHeads, kWidth / kHeads}).transpose(1, 2);
  EXPECT_CLOSE(layer->forward(x_), weights.matmul(values).transpose(1, 2).flatten(2), atol(1e-12));
}

TEST_F(TransformerBlockTest, SaysWhatCannotBe) {
  const auto said = [](const std::function<void(TransformerBlockOptions&)>& change) {
    auto made = options(false);
    change(made);
    return mistake([&] { TransformerBlock block(made); });
  };
  EXPECT_THAT(said([](auto& o) { o.attention().heads(5); }),
              HasSubstr("heads must divide the width: got 5 heads and 12"));
  EXPECT_THAT(said([](auto& o) { o.attention().key_value_heads(2); }),
              HasSubstr("key_value_heads must divide the heads"));
  EXPECT_THAT(said([](auto& o) { o.attention().heads(4).rotary(true); }), HasSubstr("even width, got 3"));
  EXPECT_THAT(said([](auto& o) { o.norm_place("behind"); }), HasSubstr("\"pre\" or \"post\""));
  EXPECT_THAT(said([](auto& o) { o.norm().kind("batch"); }), HasSubstr("\"layer\" or \"rms\""));
  EXPECT_THAT(said([](auto& o) { o.feed_forward().kind("glu"); }), HasSubstr("\"swiglu\""));
  TransformerBlock sees_all(options(false));
  BlockState state;
  EXPECT_THAT(mistake([&] { sees_all->read_on(at::randn({1, 1, kWidth}), state); }),
              HasSubstr("only causal attention"));
}

}  // namespace
}  // namespace spinlab::models
