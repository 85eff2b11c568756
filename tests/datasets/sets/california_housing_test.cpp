#include "datasets/sets/california_housing.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

const std::string kHeader =
    "longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,households,median_income,"
    "median_house_value,ocean_proximity\n";

class CaliforniaHousingTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& text) const {
    write_file(folder() / "housing.csv", text);
    return mistake([&] { read_california_housing(folder() / "housing.csv"); });
  }
};

TEST_F(CaliforniaHousingTest, RefusesMalformedFiles) {
  EXPECT_THAT(refused("a,b,c,d,e,f,g,h,i,j\n"), HasSubstr("line 1: column 1 should be longitude"));
  EXPECT_THAT(refused(kHeader + "-122,37,41,,129,322,126,8.3,452600,NEAR BAY\n"),
              HasSubstr("line 2: field 4 is not a"));
  EXPECT_THAT(refused(kHeader + "-122,37,41,880,129,322,126,8.3,452600,MARS\n"),
              HasSubstr("unknown ocean_proximity"));
  EXPECT_THAT(refused(kHeader + "-122,37,41,880,,322,126,8.3,452600,NEAR BAY\n"),
              HasSubstr("1 block groups, 20640"));
}

class CaliforniaHousingDataTest : public RealDataTest {
 protected:
  static Dataset load(const std::string& missing) {
    return load_dataset({{"name", "california-housing"}, {"missing", missing}}, DataFolders(), 3);
  }
};

// Counted in the file: SOURCES.md of the data, section 5.
TEST_F(CaliforniaHousingDataTest, Has20640RowsOf207WithoutBedrooms) {
  const auto housing = read_california_housing(data("tabular/california_housing.csv"));
  EXPECT_EQ(housing.features.sizes(), (std::vector<int64_t>{20640, 8}));
  EXPECT_EQ(housing.features.isnan().sum().item<int64_t>(), 207);
  EXPECT_EQ(housing.features.select(1, 4).isnan().sum().item<int64_t>(), 207);
  EXPECT_EQ(housing.median_house_value.max().item<double>(), 500001);
  EXPECT_EQ(housing.ocean_proximity.bincount().sum().item<int64_t>(), 20640);
}

TEST_F(CaliforniaHousingDataTest, RowsWithoutBedroomsAreDroppedOrGetTheTrainingMedian) {
  const auto dropped = load("drop"), filled = load("median");
  EXPECT_EQ(dropped.train.size() + dropped.test.size(), 20640 - 207);
  EXPECT_EQ(filled.train.size() + filled.test.size(), 20640);
  EXPECT_EQ(filled.train.inputs.size(1), 13);
  EXPECT_TRUE(filled.train.inputs.isfinite().all().item<bool>());
  EXPECT_TRUE(filled.test.inputs.isfinite().all().item<bool>());
}

TEST_F(CaliforniaHousingDataTest, ProximityIsOneOfFive) {
  const auto housing = load("drop");
  EXPECT_TRUE(housing.train.inputs.slice(1, 8).sum(1).eq(1).all().item<bool>());
  EXPECT_EQ(housing.features.size(), 13);
}

}  // namespace
}  // namespace spinlab::datasets
