#include "models/networks/airbench.h"

#include <ATen/ATen.h>

#include "models/registry.h"
#include "tests/models/networks/parameters.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class AirbenchTest : public SpinlabTest {};

// Jordan, arXiv:2404.00498, section 3: "1.97 million"; here summed layer by layer from his list of them.
TEST_F(AirbenchTest, HasThePublishedNumberOfParameters) {
  const int64_t whitening = 24 * 12 + 24, head = 256 * 10, norms = 2 * (2 * 64 + 4 * 256),
                convolutions = 9 * (24 * 64 + 64 * 64 + 64 * 256 + 3 * 256 * 256);
  Airbench model(AirbenchOptions(3, 10));
  EXPECT_EQ(parameters(*model), whitening + convolutions + norms + head);
  EXPECT_EQ(parameters(*model), 1'972'792);
}

TEST_F(AirbenchTest, TrainsNoWhiteningFiltersAndNoFactorsOfNorms) {
  Airbench model(AirbenchOptions(3, 10));
  for (const auto& item : model->named_parameters()) {
    const auto& name = item.key();
    const bool fixed = name == "whitening.weight" || name.ends_with("norm.weight");
    EXPECT_EQ(item.value().requires_grad(), !fixed) << name;
  }
}

TEST_F(AirbenchTest, SaysWhatCannotBe) {
  const auto said = [](const Json& widths, const std::vector<int64_t>& input) {
    return mistake([&] {
      make_network({{"name", "airbench"}, {"widths", widths}}, {.input = input, .outputs = 2}, "recipe");
    });
  };
  EXPECT_THAT(said({4, 4, 4}, {1, 8, 20}), testing::HasSubstr("images of more than 2^3 pixels"));
  EXPECT_THAT(said({4}, {7}), testing::HasSubstr("got inputs of [7]"));
  EXPECT_THAT(mistake([] { Airbench(AirbenchOptions(3, 2).widths({})); }), testing::HasSubstr("no block"));
}

}  // namespace
}  // namespace spinlab::models
