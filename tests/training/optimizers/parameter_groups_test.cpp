#include "src/training/optimizers/parameter_groups.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

std::vector<NamedParameter> network() {
  const auto make = [](at::IntArrayRef sizes) { return at::ones(sizes).requires_grad_(); };
  return {{"layer0.weight", make({3, 2})},
          {"layer0.bias", make({3})},
          {"layer1.weight", make({1, 3})},
          {"layer1.bias", make({1})}};
}

std::vector<ParameterGroup> groups(const Json& changes) {
  Json options = group_defaults(Json::object());
  options.update(changes);
  return parameter_groups(Config(options, "optimizer"), network());
}

TEST(ParameterGroups, AreOneWhereAllIsAlike) {
  const auto all = groups({{"weight_decay", 0.1}});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].parameters.size(), 4u);
  EXPECT_EQ(all[0].weight_decay, 0.1);
}

TEST(ParameterGroups, TheFirstPatternThatMatchesCounts) {
  const auto all = groups({{"weight_decay", 0.1},
                           {"groups",
                            {{{"match", "layer0.weight"}, {"lr_scale", 3}},
                             {{"match", "layer0.*"}, {"weight_decay", 0}},
                             {{"match", "*.bias"}, {"lr_scale", 2}}}}});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].lr_scale, 3);
  EXPECT_EQ(all[1].weight_decay, 0);
  EXPECT_EQ(all[2].parameters[0].numel(), 3);  // layer1.weight, which nothing matches
  EXPECT_EQ(all[3].lr_scale, 2);
}

TEST(ParameterGroups, SayWhatCannotBe) {
  EXPECT_THAT(mistake([] { groups({{"groups", {{{"match", "layer2.*"}}}}}); }),
              HasSubstr("no parameter is left for \"layer2.*\"; there are: layer0.weight"));
  EXPECT_THAT(mistake([] { groups({{"groups", {{{"match", "*"}, {"lr_scale", 0}}}}}); }),
              HasSubstr("nothing is left to train"));
  EXPECT_THAT(mistake([] { groups({{"groups", {{{"match", "*"}, {"lr", 1}}}}}); }),
              HasSubstr("unknown key \"lr\""));
}

}  // namespace
}  // namespace spinlab::training
