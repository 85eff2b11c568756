#include "datasets/sets/libsvm.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;

class LibsvmSetTest : public SpinlabTest {
 protected:
  Dataset load(Json options) const {
    options.update({{"name", "libsvm"}, {"file", (folder() / "a.svm").string()}});
    return load_dataset(options, DataFolders(), 0);
  }
};

TEST_F(LibsvmSetTest, LabelsTellTheTaskAndPartsAreEquallyWide) {
  write_file(folder() / "a.svm", "+1 1:1\n-1 2:1\n+1 1:2\n-1 2:2\n");
  write_file(folder() / "b.svm", "-1 4:1\n");
  const auto set = load({{"test_file", (folder() / "b.svm").string()}});
  EXPECT_THAT(set.classes, ElementsAre("-1", "1"));
  EXPECT_THAT(set.features, ElementsAre("1", "2", "3", "4"));
  EXPECT_TRUE(set.train.targets.equal(torch::tensor({1, 0, 1, 0}, torch::kLong)));
  EXPECT_TRUE(load({{"task", "regression"}}).classes.empty());
  write_file(folder() / "a.svm", "0.5 1:1\n-1 2:1\n");
  EXPECT_TRUE(load({{"test_fraction", 0.5}}).train.targets.is_floating_point());
}

}  // namespace
}  // namespace spinlab::datasets
