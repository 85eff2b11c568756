#include "datasets/sets/digits.h"

#include <ATen/ATen.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class DigitsTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& text) const {
    write_file(folder() / "digits.csv", text);
    return mistake([&] { read_digits(folder() / "digits.csv", 2); });
  }
};

std::string line(const std::string& first, const std::string& digit) {
  std::string text = first;
  for (int i = 1; i < 64; ++i) text += ",0";
  return text + "," + digit + "\n";
}

TEST_F(DigitsTest, ReadsPixelsAndDigits) {
  write_file(folder() / "digits.csv", line("16", "9") + line("3", "0"));
  const auto digits = read_digits(folder() / "digits.csv", 2);
  EXPECT_EQ(digits.inputs.sizes(), (std::vector<int64_t>{2, 1, 8, 8}));
  EXPECT_EQ(digits.inputs[0][0][0][0].item<int>(), 16);
  EXPECT_TRUE(digits.targets.equal(at::tensor({9, 0}, at::kLong)));
}

TEST_F(DigitsTest, RefusesMalformedLines) {
  EXPECT_THAT(refused(line("17", "1")), HasSubstr("line 1: field 1 is not a whole number from 0 to 16"));
  EXPECT_THAT(refused(line("0.5", "1")), HasSubstr("field 1 is not a whole number"));
  EXPECT_THAT(refused(line("-1", "1")), HasSubstr("field 1 is not a whole number"));
  EXPECT_THAT(refused(line("1", "1") + line("1", "10")),
              HasSubstr("line 2: field 65 is not a whole number from 0 to 9"));
  EXPECT_THAT(refused("1,2,3\n"), HasSubstr("3 fields, 65 are expected"));
  EXPECT_THAT(refused(line("1", "1")), HasSubstr("1 digits, 2 are expected"));
}

class DigitsDataTest : public RealDataTest {};

/// How often the vote of the k nearest is wrong. The squared distances are whole numbers and exact; of
/// equally near neighbours the earlier counts, of equally many votes the lowest digit.
int64_t errors_of_nearest(const Dataset& set, int64_t k) {
  const auto rows = [](const Split& part) { return part.inputs.flatten(1).to(at::kLong).to(at::kDouble); };
  const auto train = rows(set.train), test = rows(set.test);
  const auto apart = train.square().sum(1) - 2 * test.matmul(train.t());
  const auto nearest =
      std::get<1>(apart.sort(std::optional<bool>(/*stable=*/true), 1, false)).narrow(1, 0, k);
  const auto votes = at::one_hot(set.train.targets.index({nearest}), 10).sum(1);
  return votes.argmax(1).ne(set.test.targets).sum().item<int64_t>();
}

TEST_F(DigitsDataTest, TheNearestNeighboursAreWrongAsOftenAsComputedElsewhere) {
  const auto set = load_dataset({{"name", "digits"}}, DataFolders(), 1);
  EXPECT_EQ(set.train.size(), 3823);
  EXPECT_EQ(set.test.size(), 1797);
  EXPECT_EQ(set.train.inputs.max().item<int>(), 16);
  EXPECT_EQ(errors_of_nearest(set, 1), 36);
  EXPECT_EQ(errors_of_nearest(set, 5), 38);
}

// scikit-learn's load_digits, which reads the same file.
TEST_F(DigitsDataTest, TheTestPartIsScikitLearns) {
  const auto digits = read_digits(data("digits/digits.csv.gz"), 1797);
  const auto counts = at::tensor({178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, at::kLong);
  EXPECT_TRUE(digits.targets.bincount().equal(counts));
}

}  // namespace
}  // namespace spinlab::datasets
