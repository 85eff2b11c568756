#include "models/networks/deep_resnet.h"

#include <ATen/ATen.h>

#include "models/registry.h"
#include "tests/models/networks/parameters.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

DeepResNetOptions cifar(int64_t depth) { return DeepResNetOptions(3, 10).depth(depth); }

class DeepResNetTest : public SpinlabTest {};

// "0.27M, 0.85M, 1.7M" of He et al., table 6, and "36.5M" of Zagoruyko and Komodakis, table 5, to the digit.
TEST_F(DeepResNetTest, HasThePublishedNumbersOfParameters) {
  EXPECT_EQ(parameters(*DeepResNet(cifar(20))), 269'722);
  EXPECT_EQ(parameters(*DeepResNet(cifar(56))), 853'018);
  EXPECT_EQ(parameters(*DeepResNet(cifar(110))), 1'727'962);
  const auto wide = cifar(28).widen(10).preactivation(true).shortcut("projection");
  EXPECT_EQ(parameters(*DeepResNet(wide)), 36'479'194);
}

// With the last norm's scale 0 every branch of a block is nothing, and what comes in goes through: at every
// fourth pixel, in the first channels.
TEST_F(DeepResNetTest, BlocksWithoutABranchPassTheirInputOn) {
  DeepResNet model(cifar(14));
  const at::NoGradGuard outside_the_graph;
  for (auto& item : model->named_parameters()) {
    if (item.key().ends_with("norm2.norm.weight")) item.value().zero_();
  }
  const auto images = at::rand({2, 3, 16, 16});
  auto named = model->named_parameters();
  auto entry = at::conv2d(images, named["entry.weight"], {}, 1, 1);
  const auto mean = entry.mean(std::vector<int64_t>{0, 2, 3}, true),
             variance = entry.var(std::vector<int64_t>{0, 2, 3}, false, true);
  entry = ((entry - mean) / (variance + 1e-5).sqrt()).relu();
  const auto passed = entry.slice(2, 0, 16, 4).slice(3, 0, 16, 4).mean(std::vector<int64_t>{2, 3});
  const auto expected = at::addmm(named["head.bias"], passed, named["head.weight"].narrow(1, 0, 16).t());
  EXPECT_CLOSE(model(images), expected, rtol(1e-4) + atol(1e-5));
}

TEST_F(DeepResNetTest, TakesOddImagesAndEveryNorm) {
  for (const auto* norm : {"batch", "layer", "group"}) {
    for (const auto* shortcut : {"pad", "none"}) {
      DeepResNet model(DeepResNetOptions(1, 4).depth(8).norm(norm).shortcut(shortcut).preactivation(true));
      EXPECT_EQ(model(at::randn({3, 1, 9, 13})).sizes(), at::IntArrayRef({3, 4})) << norm << ", " << shortcut;
    }
  }
}

TEST_F(DeepResNetTest, SaysWhatCannotBe) {
  const auto said = [](const Json& changes, const Problem& problem) {
    Json options = {{"name", "deep_resnet"}};
    options.update(changes);
    return mistake([&] { make_network(options, problem, "recipe"); });
  };
  const Problem images{.input = {3, 32, 32}, .outputs = 10};
  EXPECT_THAT(said({{"depth", 21}}, images), HasSubstr("6 blocks + 2 (8, 14, 20, …), got 21"));
  EXPECT_THAT(said({{"depth", 20}, {"shortcut", "projection"}}, images), HasSubstr("(10, 16, 22, …)"));
  EXPECT_THAT(said({{"norm", "group"}, {"groups", 5}}, images), HasSubstr("not divided by 5 groups"));
  EXPECT_THAT(said({{"norm", "batchnorm"}}, images), HasSubstr("\"batch\", \"layer\" or \"group\""));
  EXPECT_THAT(said({{"shortcut", "identity"}}, images), HasSubstr("\"pad\", \"projection\" or \"none\""));
  EXPECT_THAT(said(Json::object(), {.input = {8}, .outputs = 2}), HasSubstr("takes images, got inputs of [8]"));
  DeepResNet one(cifar(8));
  EXPECT_THAT(mistake([&] { one(at::randn({1, 3, 4, 4})); }), HasSubstr("raise the batch"));
}

}  // namespace
}  // namespace spinlab::models
