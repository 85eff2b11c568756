#include "datasets/sets/svm_examples.h"

#include <ATen/ATen.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SvmExamplesTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& name, Json options = Json::object()) const {
    options["name"] = name;
    // An empty catalog: what the loader itself says of a file, not its checksum.
    write_file(folder() / "catalog.json", "{}");
    return mistake(
        [&] { load_dataset(options, DataFolders(folder()), 1, Catalog(folder() / "catalog.json")); });
  }
};

TEST_F(SvmExamplesTest, RefusesFilesOfAnotherLengthAndOptionsOutOfRange) {
  write_file(folder() / "svm/heart_scale", "+1 1:0.5 13:1\n-1 2:1\n");
  EXPECT_THAT(refused("heart-scale"), HasSubstr("heart_scale: 2 rows, 270 are expected; "));
  write_file(folder() / "svm/heart_scale", "+1 14:1\n");
  EXPECT_THAT(refused("heart-scale"), HasSubstr("14"));
  write_file(folder() / "svm/svmguide1", "1 1:x\n");
  EXPECT_THAT(refused("svmguide1"), HasSubstr("line 1"));
  EXPECT_THAT(refused("heart-scale", {{"test_fraction", 2}}), HasSubstr("test_fraction must lie in [0, 1]"));
}

class SvmExamplesDataTest : public RealDataTest {};

// Rows and features as LIBSVM's page of data sets lists them; classes counted by awk in the files.
TEST_F(SvmExamplesDataTest, HeartHas270PatientsOf13Features) {
  const auto set = load_dataset({{"name", "heart-scale"}}, DataFolders(), 1);
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{216, 13}));
  EXPECT_EQ(set.test.size(), 54);
  EXPECT_THAT(set.classes, ElementsAre("-1", "1"));
  const auto targets = at::cat({set.train.targets, set.test.targets});
  EXPECT_TRUE(targets.bincount().equal(at::tensor({150, 120}, at::kLong)));
  EXPECT_LE(at::cat({set.train.inputs, set.test.inputs}).abs().max().item<double>(), 1);
}

TEST_F(SvmExamplesDataTest, Svmguide1HasItsPublishedParts) {
  const auto set = load_dataset({{"name", "svmguide1"}}, DataFolders(), 1);
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{3089, 4}));
  EXPECT_EQ(set.test.inputs.sizes(), (std::vector<int64_t>{4000, 4}));
  EXPECT_THAT(set.classes, ElementsAre("0", "1"));
  EXPECT_TRUE(set.train.targets.bincount().equal(at::tensor({1089, 2000}, at::kLong)));
  EXPECT_TRUE(set.test.targets.bincount().equal(at::tensor({2000, 2000}, at::kLong)));
}

// The user's own way to the same files, under no name of ours.
TEST_F(SvmExamplesDataTest, AreReadByTheReaderOfFilesToo) {
  const auto set = load_dataset({{"name", "libsvm"},
                                 {"file", data("svm/svmguide1").string()},
                                 {"test_file", data("svm/svmguide1.t").string()}},
                                DataFolders(), 1);
  const auto named = load_dataset({{"name", "svmguide1"}}, DataFolders(), 1);
  EXPECT_TRUE(set.train.inputs.equal(named.train.inputs));
  EXPECT_TRUE(set.test.targets.equal(named.test.targets));
}

}  // namespace
}  // namespace spinlab::datasets
