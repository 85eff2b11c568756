#include "src/generation/continuation.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::generation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kTokens = 7, kContext = 8;

models::Network gpt() {
  auto network =
      models::make_network({{"name", "gpt"}, {"width", 16}, {"layers", 2}, {"heads", 2}},
                           {.input = {kContext}, .outputs = kTokens, .form = models::Form::kTokens}, "test");
  network.module->to(at::kDouble);
  network.module->eval();
  const at::NoGradGuard no_graph;  // small weights would make every token alike
  for (auto& p : network.module->parameters()) p.mul_(8);
  return network;
}

std::vector<int64_t> written(const models::Network& network, const ContinuationOptions& options,
                             int64_t count, std::vector<int64_t> begun = {1, 2, 3}) {
  Continuation text(network, std::move(begun), options);
  std::vector<int64_t> all;
  for (int64_t i = 0; i < count; ++i) all.push_back(text.next());
  return all;
}

class ContinuationTest : public SpinlabTest {};

// Over several contexts, from beginnings that are shorter and longer than one.
TEST_F(ContinuationTest, IsTheSameWithAndWithoutACache) {
  const auto network = gpt();
  for (const int64_t length : {1, 3, 8, 9, 30}) {
    std::vector<int64_t> begun;
    for (int64_t i = 0; i < length; ++i) begun.push_back(i * i % kTokens);
    ContinuationOptions options{.context = kContext, .seed = 5};
    const auto fast = written(network, options, 40, begun);
    options.cache = false;
    EXPECT_EQ(written(network, options, 40, begun), fast) << length;
  }
}

// A state has no length: what came first still counts after several windows of training.
TEST_F(ContinuationTest, OfACarriedStateForgetsNothing) {
  at::manual_seed(1);
  auto network =
      models::make_network({{"name", "recurrent"}, {"cell", "gru"}, {"embedding", 8}, {"hidden", 16}},
                           {.input = {kContext}, .outputs = kTokens, .form = models::Form::kTokens}, "test");
  network.module->to(at::kDouble);
  network.module->eval();
  {
    const at::NoGradGuard no_graph;
    for (auto& p : network.module->parameters()) p.mul_(8);
  }
  ContinuationOptions options{.seed = 5};
  const auto fast = written(network, options, 5 * kContext);
  options.cache = false;
  EXPECT_EQ(written(network, options, 5 * kContext), fast);
  options.context = kContext;
  EXPECT_NE(written(network, options, 5 * kContext), fast);
}

TEST_F(ContinuationTest, FollowsFromItsSeed) {
  const auto network = gpt();
  const ContinuationOptions options{.context = kContext, .seed = 5}, other{.context = kContext, .seed = 6};
  EXPECT_EQ(written(network, options, 20), written(network, options, 20));
  EXPECT_NE(written(network, options, 20), written(network, other, 20));
}

/// A network that says that the sum of all it sees follows, and how many they are at most.
models::Network sums(int64_t& most) {
  auto network = gpt();
  network.reader = nullptr;
  network.forward = [&most](const std::vector<at::Tensor>& in) {
    most = std::max(most, in[0].size(1));
    return at::one_hot(in[0].cumsum(1).remainder(kTokens), kTokens).to(at::kDouble);
  };
  return network;
}

// From 1, 2, 3: 6, 12 = 5, 17 = 3, 20 = 6; with a context of 3 the older part is dropped: of 1 2 3 6 the last
// two are kept, and so on.
TEST_F(ContinuationTest, LooksAtNoMoreThanTheContextAndDropsTheOlderHalf) {
  int64_t most = 0;
  const auto network = sums(most);
  const ContinuationOptions greedy{.next = {.temperature = 0}, .context = 100};
  EXPECT_THAT(written(network, greedy, 4), ElementsAre(6, 5, 3, 6));
  auto narrow = greedy;
  narrow.context = 3;
  most = 0;
  EXPECT_THAT(written(network, narrow, 4), ElementsAre(6, 2, 4, 6));
  EXPECT_EQ(most, 3);
}

TEST_F(ContinuationTest, RefusesWhatCannotBe) {
  const auto network = gpt();
  EXPECT_THAT(mistake([&] { written(network, {.context = kContext}, 1, {}); }),
              HasSubstr("nothing to go on from"));
  EXPECT_THAT(mistake([&] { written(network, {.next = {.top_k = 0}, .context = kContext}, 1); }),
              HasSubstr("at least 1, got 0"));
}

}  // namespace
}  // namespace spinlab::generation
