#include <ATen/ATen.h>

#include <cmath>

#include "models/networks/bert.h"
#include "models/networks/gpt.h"
#include "models/networks/transformer.h"
#include "tests/models/networks/parameters.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

constexpr int64_t kTokens = 11, kContext = 9;

Network made(const std::string& name, const Json& changes = Json::object(), int64_t tokens = kTokens,
             int64_t context = kContext) {
  Json options = {{"name", name}, {"width", 24}, {"layers", 2}, {"heads", 3}};
  options.update(changes);
  const auto form = name == "gpt"    ? Form::kTokens
                    : name == "bert" ? Form::kHiddenTokens
                                     : Form::kSequencePairs;
  return make_network(options, {.input = {context}, .outputs = tokens, .form = form}, "recipe");
}

/// All that can be chosen, one against the other.
std::vector<Json> variations() {
  return {Json::object(),
          {{"positions", "sinusoidal"}, {"norm_place", "post"}, {"bias", false}, {"tied", false}},
          {{"positions", "rotary"}, {"norm", "rms"}, {"feed_forward", "swiglu"}, {"key_value_heads", 1}},
          {{"positions", "none"}, {"feed_forward", "relu"}, {"hidden", 7}, {"heads", 2}}};
}

class TransformersTest : public SpinlabTest {
 protected:
  const at::Tensor tokens_ = at::randint(0, kTokens, {2, kContext}, at::kLong);
};

// 12 L d² + 13 L d of the blocks, (V + T) d of embeddings and 2 d of the last norm: GPT-2's 124 million.
TEST_F(TransformersTest, GPTHasThePublishedNumberOfParameters) {
  const auto count = [](int64_t L, int64_t d, int64_t V, int64_t T) {
    return 12 * L * d * d + 13 * L * d + (V + T) * d + 2 * d;
  };
  EXPECT_EQ(count(12, 768, 50257, 1024), 124'439'808);
  EXPECT_EQ(parameters(*made("gpt").module), count(2, 24, kTokens, kContext));
  const auto wide = made("gpt", {{"width", 64}, {"layers", 3}, {"heads", 4}}, 65, 32);
  EXPECT_EQ(parameters(*wide.module), count(3, 64, 65, 32));
}

// Every token is as likely at first: ln V nats, to what the small weights make.
TEST_F(TransformersTest, NothingIsKnownAtFirst) {
  for (const auto& changes : variations()) {
    const auto logits = made("gpt", changes).forward({tokens_});
    const auto loss = at::cross_entropy_loss(logits.flatten(0, 1), tokens_.roll(1, 1).flatten());
    EXPECT_NEAR(loss.item<double>(), std::log(kTokens), 0.1) << changes;
  }
}

TEST_F(TransformersTest, GPTHasNoGradientFromTheFuture) {
  for (const auto& changes : variations()) {
    const auto network = made("gpt", changes);
    auto other = tokens_.clone();
    other.select(1, 5).add_(1).remainder_(kTokens);
    const auto y = network.forward({tokens_}), changed = network.forward({other});
    EXPECT_TRUE(at::equal(y.narrow(1, 0, 5), changed.narrow(1, 0, 5))) << changes;
    EXPECT_FALSE(at::allclose(y.select(1, 8), changed.select(1, 8))) << changes;
  }
}

TEST_F(TransformersTest, ReadOnAsTheyReadAtOnce) {
  for (const auto& changes : variations()) {
    const auto gpt = made("gpt", changes), translator = made("transformer", changes);
    gpt.module->to(at::kDouble);
    translator.module->to(at::kDouble);
    const auto source = at::randint(0, kTokens, {2, 6}, at::kLong);
    const auto whole = gpt.forward({tokens_}), answer = translator.forward({source, tokens_});
    const auto reader = gpt.reader({}), answering = translator.reader(source);
    for (const auto& [first, length] : {std::pair<int64_t, int64_t>{0, 4}, {4, 1}, {5, 1}, {6, 3}}) {
      const auto piece = tokens_.narrow(1, first, length);
      EXPECT_CLOSE(reader->read(piece), whole.select(1, first + length - 1), atol(1e-12)) << changes;
      EXPECT_CLOSE(answering->read(piece), answer.select(1, first + length - 1), atol(1e-12)) << changes;
    }
    EXPECT_THAT(mistake([&] { reader->read(tokens_.narrow(1, 0, 1)); }),
                HasSubstr("does not fit into the context of 9"));
  }
}

// Without positions an encoder does not know order: permuted tokens give permuted logits.
TEST_F(TransformersTest, BERTWithoutPositionsIsEquivariantUnderPermutations) {
  const auto order = at::randperm(kContext);
  for (const auto* positions : {"none", "learned"}) {
    const auto network = made("bert", {{"positions", positions}});
    network.module->to(at::kDouble);
    const auto y = network.forward({tokens_.index_select(1, order)});
    const auto permuted = network.forward({tokens_}).index_select(1, order);
    EXPECT_EQ(at::allclose(y, permuted, 1e-12, 1e-14), std::string(positions) == "none");
  }
}

TEST_F(TransformersTest, TheTokenThatHidesAndTheOneThatBeginsHaveNoLogits) {
  const auto hidden = at::full({1, 4}, kTokens, at::kLong);
  EXPECT_EQ(made("bert").forward({hidden}).sizes(), at::IntArrayRef({1, 4, kTokens}));
  EXPECT_EQ(made("bert", {{"tied", false}}).forward({hidden}).sizes(), at::IntArrayRef({1, 4, kTokens}));
  EXPECT_EQ(made("transformer").forward({tokens_, hidden.expand({2, 4})}).sizes(),
            at::IntArrayRef({2, 4, kTokens}));
}

TEST_F(TransformersTest, SayWhatCannotBe) {
  const auto network = made("gpt");
  EXPECT_THAT(mistake([&] { network.forward({at::zeros({1, kContext + 1}, at::kLong)}); }),
              HasSubstr("a sequence of 10 tokens does not fit into the context of 9"));
  EXPECT_THAT(mistake([] { made("gpt", {{"positions", "absolute"}}); }), HasSubstr("\"sinusoidal\""));
  EXPECT_THAT(mistake([] { made("gpt", {{"heads", 5}}); }), HasSubstr("heads must divide the width"));
  EXPECT_THAT(mistake([] {
                make_network({{"name", "bert"}}, {.input = {4}, .outputs = 3, .form = Form::kTokens},
                             "recipe");
              }),
              HasSubstr("bert takes tokens of which some are hidden"));
}

}  // namespace
}  // namespace spinlab::models
