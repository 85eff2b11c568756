#include "datasets/formats/libsvm.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class LibsvmTest : public SpinlabTest {
 protected:
  LibsvmRows read(const std::string& text, const LibsvmOptions& options = {}) const {
    write_file(folder() / "a.svm", text);
    return read_libsvm(folder() / "a.svm", options);
  }
  std::string refused(const std::string& text, const LibsvmOptions& options = {}) const {
    return mistake([&] { read(text, options); });
  }
};

TEST_F(LibsvmTest, MakesTheRowsDense) {
  const auto rows = read("+1 1:0.5 3:-2\n\n# a remark\n-1 2:1e-3 # another\r\n0.25\n");
  EXPECT_TRUE(
      rows.features.equal(torch::tensor({{0.5, 0., -2.}, {0., 1e-3, 0.}, {0., 0., 0.}}, torch::kDouble)));
  EXPECT_TRUE(rows.labels.equal(torch::tensor({1., -1., 0.25}, torch::kDouble)));
  EXPECT_TRUE(read("1 0:2\n", {.features = 3, .zero_based = true})
                  .features.equal(torch::tensor({{2., 0., 0.}}, torch::kDouble)));
}

TEST_F(LibsvmTest, SparseRowsStaySparse) {
  write_file(folder() / "a.svm", "+1 1:0.5 2000000000:-2\n-1 # none\n0.25 2:1e-3\n");
  const auto rows = read_sparse_libsvm(folder() / "a.svm", {});
  EXPECT_TRUE(rows.starts.equal(torch::tensor({0, 2, 2, 3}, torch::kLong)));
  EXPECT_TRUE(rows.columns.equal(torch::tensor({0, 1'999'999'999, 1}, torch::kInt)));
  EXPECT_TRUE(rows.values.equal(torch::tensor({0.5, -2., 1e-3}, torch::kDouble)));
  EXPECT_TRUE(rows.labels.equal(torch::tensor({1., -1., 0.25}, torch::kDouble)));
  EXPECT_EQ(rows.width, 2'000'000'000);
}

TEST_F(LibsvmTest, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_THAT(refused("1 1:2\n1 0:2\n"), HasSubstr("a.svm: line 2: indices begin with 1"));
  EXPECT_THAT(refused("1 2:2 2:3\n"), HasSubstr("line 1: indices must ascend"));
  EXPECT_THAT(refused("1 1:2 x\n"), HasSubstr("expected INDEX:VALUE, got \"x\""));
  EXPECT_THAT(refused("1 qid:3 1:2\n"), HasSubstr("a qid is not read"));
  EXPECT_THAT(refused("1 99999999999999999999:2\n"), HasSubstr("an index beyond"));
  EXPECT_THAT(refused("1 4294967297:2\n"), HasSubstr("an index beyond"));
  EXPECT_THAT(refused("1 1:nan\n"), HasSubstr("a finite number as value"));
  EXPECT_THAT(refused("one 1:2\n"), HasSubstr("a finite number as label"));
  EXPECT_THAT(refused("1 5:2\n", {.features = 4}), HasSubstr("an index beyond the 4 features"));
  EXPECT_THAT(refused("# nothing\n"), HasSubstr("holds no examples"));
  EXPECT_THAT(refused("1\n2\n"), HasSubstr("labels and no features"));
}

TEST_F(LibsvmTest, AnIndexThatWouldFillTheMemoryIsRefused) {
  EXPECT_THAT(refused("1 2000000000:1\n"), HasSubstr("1 × 2000000000 numbers, mostly zeros, take 16 GB"));
}

}  // namespace
}  // namespace spinlab::datasets
