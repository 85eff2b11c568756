#include "src/training/sweeps/sweep_plan.h"

#include <cmath>
#include <set>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

std::vector<PlannedRun> plan(const std::vector<std::string>& settings, int64_t seeds = 1,
                             int64_t random = 0) {
  SweepOptions options{.seeds = seeds, .random = random};
  for (const auto& text : settings) options.settings.push_back(parse_swept_setting(text));
  return plan_sweep(toy_config(), options, "toy.json");
}

TEST(SweepPlan, AGridIsEveryCombinationWithEverySeed) {
  const auto runs = plan({"optimizer.lr=0.1,0.2,0.4", "model.hidden=[8],[8,8]"}, 2);
  ASSERT_EQ(runs.size(), 12u);
  std::set<std::string> names;
  std::set<std::tuple<double, std::string, int>> seen;
  for (const auto& run : runs) {
    names.insert(run.name);
    seen.insert({run.config["optimizer"]["lr"], run.config["model"]["hidden"].dump(), run.config["seed"]});
  }
  EXPECT_EQ(names.size(), 12u);
  EXPECT_EQ(seen.size(), 12u);
  EXPECT_EQ(runs[0].name, "001-lr=0.1-hidden=_8_-s1");
  EXPECT_EQ(runs[1].config["seed"], 2);
}

TEST(SweepPlan, NamesMayBeSweptToo) {
  const auto runs = plan({"optimizer.name=sgd,adamw"});
  EXPECT_TRUE(runs[0].config["optimizer"].contains("momentum"));
  EXPECT_TRUE(runs[1].config["optimizer"].contains("beta1"));
}

TEST(SweepPlan, DrawsLieInTheirRangesAndRepeat) {
  const std::vector<std::string> settings = {"optimizer.lr=1e-4..1e-1:log", "clip_norm=0.5..2", "epochs=1..3",
                                             "batch=8,16"};
  const auto runs = plan(settings, 1, 400), again = plan(settings, 1, 400);
  std::set<int64_t> epochs, batches;
  int below = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    EXPECT_EQ(runs[i].config, again[i].config);
    const double lr = runs[i].config["optimizer"]["lr"], clip = runs[i].config["clip_norm"];
    EXPECT_TRUE(1e-4 <= lr && lr <= 1e-1 && 0.5 <= clip && clip <= 2) << runs[i].config;
    below += lr < std::sqrt(1e-5) ? 1 : 0;  // the middle of the logarithms
    epochs.insert(runs[i].config["epochs"].get<int64_t>());
    batches.insert(runs[i].config["batch"].get<int64_t>());
  }
  EXPECT_EQ(epochs, (std::set<int64_t>{1, 2, 3}));
  EXPECT_EQ(batches, (std::set<int64_t>{8, 16}));
  // A fair coin 400 times: outside of 200 ± 55 with a probability below 2 exp(-2 55²/400) < 1e-6.
  EXPECT_NEAR(below, 200, 55);
}

TEST(SweepPlan, NoRunStandsTwice) {
  EXPECT_THAT(mistake([] { plan({"optimizer.lr=0.1,0.1"}); }), HasSubstr("is the same run"));
  EXPECT_THAT(mistake([] { plan({"optimizer.lr=0.1", "optimizer.lr=0.2"}); }), HasSubstr("given twice"));
  EXPECT_THAT(mistake([] { plan({"seed=1,2"}, 2); }), HasSubstr("--seeds chooses them"));
  EXPECT_EQ(plan({"seed=1,2"}).size(), 2u);
  EXPECT_EQ(plan({"epochs=1..2"}, 1, 40).size(), 2u);
  for (const auto* same : {"threads=1,2", "title=a,b", "device=cpu,auto", "goal.at_least=1,2"})
    EXPECT_THAT(mistake([&] { plan({same}); }), HasSubstr("makes no other numbers")) << same;
}

TEST(SweepPlan, SaysWhatCannotBe) {
  EXPECT_THAT(mistake([] { plan({"optimizer.lrr=1,2"}); }), HasSubstr("did you mean \"lr\"?"));
  EXPECT_THAT(mistake([] { plan({"optimizer.lr=1,-2"}); }), HasSubstr("lr must lie in"));
  EXPECT_THAT(mistake([] { plan({"optimizer.lr"}); }), HasSubstr("expected KEY=VALUE,VALUE"));
  EXPECT_THAT(mistake([] { plan({"optimizer.lr=1e-4..1e-2"}); }), HasSubstr("--random N"));
  EXPECT_THAT(mistake([] { plan({"optimizer.lr=0..1:log"}, 1, 2); }), HasSubstr("from above 0"));
  EXPECT_THAT(mistake([] { plan({"optimizer.lr=low..1"}, 1, 2); }), HasSubstr("\"low\" is no number"));
  std::string many = "clip_norm=0";
  for (int i = 1; i < 400; ++i) many += ',' + std::to_string(i);
  EXPECT_THAT(mistake([&] { plan({many, "epochs" + many.substr(9)}); }),
              HasSubstr("more than 100000 points"));
}

}  // namespace
}  // namespace spinlab::training
