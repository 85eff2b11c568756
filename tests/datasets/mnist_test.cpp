#include "datasets/mnist.h"

#include <torch/types.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

class MnistDataTest : public RealDataTest {};

// 1797 errors: counted on the real files, see reference-values.md "nearest class mean".
TEST_F(MnistDataTest, NearestClassMeanMakes1797Errors) {
  const auto mnist = load_dataset({{"name", "mnist"}}, DataFolders(), 0);
  ASSERT_EQ(mnist.train.inputs.sizes(), (std::vector<int64_t>{60000, 1, 28, 28}));
  ASSERT_EQ(mnist.test.size(), 10000);
  const auto x = mnist.train.inputs.flatten(1).to(torch::kDouble);
  const auto one_hot = torch::one_hot(mnist.train.targets, 10).to(torch::kDouble);
  const auto means = torch::matmul(one_hot.t(), x) / one_hot.sum(0).unsqueeze(1);
  const auto nearest = torch::cdist(mnist.test.inputs.flatten(1).to(torch::kDouble), means).argmin(1);
  EXPECT_EQ(nearest.ne(mnist.test.targets).sum().item<int64_t>(), 1797);
}

}  // namespace
}  // namespace spinlab::datasets
