#include "datasets/sets/ising.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

const Json kSmall = {{"name", "ising"}, {"side", 8}, {"samples", 10}, {"temperatures", {1.0, 2.2, 2.4, 3.5}}};

TEST(IsingSet, LabelsAreTheSideOfTheCriticalTemperature) {
  const auto split = make_ising({.side = 6, .temperatures = {2.26, 2.28}, .samples = 3}, 1);
  EXPECT_EQ(split.inputs.sizes(), (std::vector<int64_t>{6, 1, 6, 6}));
  EXPECT_TRUE(split.targets.equal(torch::tensor({1, 1, 1, 0, 0, 0}, torch::kLong)));
  EXPECT_TRUE(split.inputs.abs().eq(1).all().item<bool>());
  EXPECT_EQ(split.temperatures[3].item<double>(), 2.28);
}

TEST(IsingSet, TemperaturesNearTheCriticalOneAreHeldOut) {
  const auto set = load_dataset(kSmall, DataFolders(), 1);
  EXPECT_EQ(set.train.size(), 16);
  EXPECT_EQ(set.test.size(), 4);
  EXPECT_EQ(set.parts.at("critical").size(), 20);
  EXPECT_TRUE(set.train.targets.equal(set.train.temperatures.lt(2).to(torch::kLong)));
}

/// All 65,536 states of 4 × 4 spins, with their Boltzmann weights summed by hand.
TEST(IsingSet, ThePosteriorIsThatOfAllStates) {
  const std::vector<double> temperatures{2.0, 2.2, 2.5, 3.5};
  const auto set = load_dataset({{"name", "ising"},
                                 {"side", 4},
                                 {"samples", 5},
                                 {"temperatures", temperatures},
                                 {"critical_window", 0}},
                                DataFolders(), 1);
  const auto number = torch::arange(1 << 16).unsqueeze(1);
  const auto spins = (number.bitwise_right_shift(torch::arange(16)).bitwise_and(1) * 2 - 1)
                         .view({-1, 1, 4, 4})
                         .to(torch::kDouble);
  const auto bonds = spins * (spins.roll(1, 2) + spins.roll(1, 3));
  const auto energy = -bonds.sum(std::vector<int64_t>{1, 2, 3});
  auto ordered = torch::zeros({1 << 16}, torch::kDouble), all = ordered.clone();
  for (const double t : temperatures) {
    const auto p = (-energy / t).softmax(0);
    all += p;
    if (t < 2.269) ordered += p;
  }
  ASSERT_TRUE(set.posterior);
  EXPECT_CLOSE(set.posterior(spins).select(1, 1), ordered / all, atol(1e-12));
  EXPECT_TRUE(set.parts.empty());
  EXPECT_FALSE(load_dataset(kSmall, DataFolders(), 1).posterior);
}

TEST(IsingSet, SameSeedSameBitsWhateverTheThreads) {
  const auto threads = at::get_num_threads();
  const auto once = load_dataset(kSmall, DataFolders(), 1);
  at::set_num_threads(1);
  const auto alone = load_dataset(kSmall, DataFolders(), 1);
  at::set_num_threads(threads);
  EXPECT_TRUE(once.train.inputs.equal(alone.train.inputs));
  EXPECT_FALSE(once.train.inputs.equal(load_dataset(kSmall, DataFolders(), 2).train.inputs));
}

// Far below T_c nearly every spin agrees (m = 0.99928 at T = 1, Yang 1952), far above few do.
TEST(IsingSet, ConfigurationsLookLikeTheirTemperature) {
  const auto split = make_ising({.side = 32, .temperatures = {1.0, 10.0}, .samples = 50}, 4);
  const auto m = split.inputs.to(torch::kDouble).mean({1, 2, 3}).abs();
  EXPECT_GT(m.slice(0, 0, 50).mean().item<double>(), 0.995);
  EXPECT_LT(m.slice(0, 50).mean().item<double>(), 0.1);
}

TEST(IsingSet, RefusesTheImpossible) {
  const auto with = [](const char* key, const Json& value) {
    auto options = kSmall;
    options[key] = value;
    return mistake([&] { load_dataset(options, DataFolders(), 0); });
  };
  EXPECT_THAT(with("temperatures", {-1.0}), HasSubstr("temperatures must be above 0, got -1"));
  EXPECT_THAT(with("temperatures", Json::array()), HasSubstr("no temperatures"));
  EXPECT_THAT(with("algorithm", "wolf"), HasSubstr("did you mean \"wolff\"?"));
  EXPECT_THAT(with("sied", 8), HasSubstr("did you mean \"side\"?"));
  EXPECT_THAT(with("samples", 1'000'000'000), HasSubstr("samples must lie in"));
}

}  // namespace
}  // namespace spinlab::datasets
