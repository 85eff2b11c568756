#include "datasets/sets/ising_public.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

TEST(UnpackSpins, TakesTheMostSignificantBitFirst) {
  const auto packed = torch::tensor({0x80, 0x01, 0, 0, 0, 0, 0, 0xff}, torch::kByte).view({1, 8});
  const auto spins = unpack_spins(packed, 8);
  ASSERT_EQ(spins.sizes(), (std::vector<int64_t>{1, 1, 8, 8}));
  auto expected = torch::full({8, 8}, -1, torch::kChar);
  expected[0][0] = 1;
  expected[1][7] = 1;
  expected[7].fill_(1);
  EXPECT_TRUE(spins[0][0].equal(expected));
}

TEST(UnpackSpins, RefusesAnotherSide) {
  EXPECT_THROW(unpack_spins(torch::zeros({1, 8}, torch::kByte), 4), c10::Error);
}

class PickledArrayTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& bytes) const {
    write_file(folder() / "a.pkl", bytes);
    return mistake([&] { read_pickled_array(folder() / "a.pkl", "i8", 2); });
  }
};

TEST_F(PickledArrayTest, ReadsTheBytesBetweenHeadAndTail) {
  const std::string payload("\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0", 16);
  write_packed(folder() / "a.pkl", pickled_int64(payload), "gzip");
  const auto numbers = read_pickled_array(folder() / "a.pkl", "i8", 2).view(torch::kLong);
  EXPECT_TRUE(numbers.equal(torch::tensor({1, 2}, torch::kLong)));
}

TEST_F(PickledArrayTest, RefusesEveryOtherHeadAndEveryOtherLength) {
  const auto good = pickled_int64(std::string(16, '\0'));
  auto another_module = good;
  another_module.replace(3, 5, "posix");
  EXPECT_THAT(refused(another_module),
              HasSubstr("not that of a pickled numpy array of 2 elements of type i8"));
  EXPECT_THAT(refused(pickled_int64(std::string(24, '\0'))), HasSubstr("not that of a pickled numpy array"));
  EXPECT_THAT(refused(good.substr(0, 160)), HasSubstr("cut short"));
  EXPECT_THAT(refused(good + "x"), HasSubstr("more bytes follow"));
  auto another_end = good;
  another_end.back() = '0';
  EXPECT_THAT(refused(another_end), HasSubstr("does not end after its array"));
}

class IsingPublicDataTest : public RealDataTest {};

// Counted on the real file: SOURCES.md of the data, section 8.
TEST_F(IsingPublicDataTest, MeanMagnetizationAtEachTemperature) {
  const auto set = read_ising_public(data("ising/Ising2DFM_reSample_L40_T=All.pkl.gz"),
                                     data("ising/Ising2DFM_reSample_L40_T=All_labels.pkl.gz"));
  const std::vector<std::pair<double, double>> expected = {{1.00, .9993}, {1.25, .9889}, {1.50, .9865},
                                                           {1.75, .9640}, {2.00, .9089}, {2.25, .6792},
                                                           {2.50, .1390}, {4.00, .0403}};
  for (const auto& [temperature, magnetization] : expected) {
    const auto rows = set.temperatures.eq(temperature).nonzero().view(-1);
    ASSERT_EQ(rows.numel(), 10000);
    const auto spins = unpack_spins(set.packed.index_select(0, rows), 40).to(torch::kDouble);
    EXPECT_CLOSE(spins.mean({1, 2, 3}).abs().mean().item<double>(), magnetization, atol(5e-5)) << temperature;
  }
}

TEST_F(IsingPublicDataTest, SplitsAsThePaperDoes) {
  const auto set = load_dataset({{"name", "ising-public"}}, DataFolders(), 1);
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{65000, 1, 40, 40}));
  EXPECT_EQ(set.test.size(), 65000);
  const auto& critical = set.parts.at("critical");
  EXPECT_EQ(critical.size(), 30000);
  EXPECT_EQ(critical.temperatures.min().item<double>(), 2.0);
  EXPECT_EQ(critical.temperatures.max().item<double>(), 2.5);
  EXPECT_EQ(critical.targets.sum().item<int64_t>(), 20000);
  EXPECT_TRUE(set.train.targets.equal(set.train.temperatures.lt(2).to(torch::kLong)));
  EXPECT_FALSE(
      set.train.temperatures.gt(1.75).logical_and(set.train.temperatures.lt(2.75)).any().item<bool>());
  EXPECT_EQ(set.train.targets.sum().item<int64_t>() + set.test.targets.sum().item<int64_t>(), 70000);
}

}  // namespace
}  // namespace spinlab::datasets
