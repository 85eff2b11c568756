#include "datasets/sets/galaxies.h"

#include <ATen/ATen.h>

#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

class GalaxiesDataTest : public RealDataTest {
 protected:
  static Dataset load(bool handedness) {
    return load_dataset({{"name", "galaxies"}, {"handedness", handedness}}, DataFolders(), 0);
  }
};

TEST_F(GalaxiesDataTest, AsManyOfEachClassInBothParts) {
  const auto set = load(true);
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{800, 3, 64, 64}));
  EXPECT_EQ(set.test.inputs.sizes(), (std::vector<int64_t>{200, 3, 64, 64}));
  EXPECT_TRUE(set.train.targets.bincount().eq(200).all().item<bool>());
  EXPECT_TRUE(set.test.targets.bincount().eq(50).all().item<bool>());
}

/// The galaxy is in the middle of its image, and a clockwise spiral's mirror image winds the other way.
TEST_F(GalaxiesDataTest, TheMiddleIsBrightAndTwoClassesAreMirrorImages) {
  const auto set = load(true);
  const auto light = set.train.inputs.to(at::kDouble).mean(std::vector<int64_t>{0, 1});
  EXPECT_GT(light.slice(0, 24, 40).slice(1, 24, 40).mean().item<double>(), 3 * light[0].mean().item<double>());
  EXPECT_EQ(set.mirrored_classes, (std::vector<int64_t>{0, 2, 1, 3}));
  EXPECT_EQ(set.classes.at(1), "clockwise spiral");
}

TEST_F(GalaxiesDataTest, WithoutHandednessSpiralsAreOneClass) {
  const auto set = load(false);
  EXPECT_EQ(set.classes, (std::vector<std::string>{"elliptical", "spiral", "edge-on"}));
  EXPECT_TRUE(set.train.targets.bincount().equal(at::tensor({200, 400, 200})));
  EXPECT_TRUE(set.mirrored_classes.empty());
  EXPECT_TRUE(set.train.inputs.equal(load(true).train.inputs));
}

}  // namespace
}  // namespace spinlab::datasets
