#include "datasets/validation.h"

#include <ATen/ATen.h>

#include "datasets/statistics.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

class ValidationTest : public SpinlabTest {
 protected:
  /// Row i is i in each column, its target too.
  static Dataset numbered() {
    Dataset set;
    set.name = "numbered";
    const auto rows = at::arange(100, at::kDouble);
    set.train = {rows.unsqueeze(1).expand({100, 2}).contiguous(), rows, {}};
    set.test = set.train;
    std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
    return set;
  }
};

TEST_F(ValidationTest, IsCutOffByTheSeedAndNothingIsInBoth) {
  auto one = numbered(), same = numbered(), other = numbered();
  cut_validation(one, 0.2, 1);
  cut_validation(same, 0.2, 1);
  cut_validation(other, 0.2, 2);
  const auto& validation = one.parts.at("validation");
  EXPECT_EQ(one.train.size(), 80);
  EXPECT_EQ(validation.size(), 20);
  const auto all = std::get<0>(at::cat({one.train.targets, validation.targets}).sort());
  EXPECT_TRUE(at::equal(all, at::arange(100, at::kDouble)));
  EXPECT_TRUE(at::equal(validation.inputs.select(1, 0), validation.targets));
  EXPECT_TRUE(at::equal(same.train.targets, one.train.targets));
  // 20 of 100 are the same with a probability below 1e-20.
  EXPECT_FALSE(at::equal(std::get<0>(other.train.targets.sort()), std::get<0>(one.train.targets.sort())));
}

TEST_F(ValidationTest, MeanAndDeviationAreOfWhatIsLeft) {
  auto set = numbered();
  cut_validation(set, 0.5, 1);
  EXPECT_CLOSE(set.mean, set.train.inputs.mean(0), rtol(1e-14));
  EXPECT_CLOSE(set.deviation, set.train.inputs.std(0, /*unbiased=*/false), rtol(1e-14));
}

TEST_F(ValidationTest, OfASeriesItIsTheEndAndSharesNothingWithTheRest) {
  Dataset text;
  text.name = "text";
  const auto tokens = at::arange(1000, at::kLong);
  text.train = {tokens.narrow(0, 0, 999).unfold(0, 16, 1), tokens.narrow(0, 1, 999).unfold(0, 16, 1), {}};
  cut_validation(text, 0.1, 1);
  const auto& validation = text.parts.at("validation");
  EXPECT_GE(validation.inputs.min().item<int64_t>(), text.train.targets.max().item<int64_t>());
  EXPECT_EQ(validation.targets.max().item<int64_t>(), 999);
  EXPECT_EQ(text.train.inputs.stride(0), 1);  // still views of the one series
}

TEST_F(ValidationTest, SaysWhatCannotBe) {
  auto set = numbered();
  EXPECT_THAT(mistake([&] { cut_validation(set, 0.001, 1); }), testing::HasSubstr("none to validate with"));
  cut_validation(set, 0.2, 1);
  EXPECT_THAT(mistake([&] { cut_validation(set, 0.2, 1); }), testing::HasSubstr("of its own"));
}

}  // namespace
}  // namespace spinlab::datasets
