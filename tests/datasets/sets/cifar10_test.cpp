#include "datasets/sets/cifar10.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

// A record whose red, green and blue planes are r, g and b throughout.
std::string record(char label, char r, char g, char b) {
  return label + std::string(1024, r) + std::string(1024, g) + std::string(1024, b);
}

class Cifar10Test : public SpinlabTest {
 protected:
  std::filesystem::path file() const { return folder() / "batch.bin"; }
  std::string refused(const std::string& bytes) const {
    write_file(file(), bytes);
    return mistake([&] { read_cifar10_batch(file(), 2); });
  }
};

TEST_F(Cifar10Test, SeparatesLabelsAndPlanes) {
  write_packed(file(), record(9, 1, 2, 3) + record(0, 4, 5, '\xff'), "xz");
  const auto split = read_cifar10_batch(file(), 2);
  EXPECT_TRUE(split.targets.equal(torch::tensor({9, 0}, torch::kLong)));
  const auto planes = torch::tensor({1, 2, 3, 4, 5, 255}, torch::kByte).view({2, 3, 1, 1});
  EXPECT_TRUE(split.inputs.equal(planes.expand({2, 3, 32, 32})));
}

TEST_F(Cifar10Test, RefusesALabelThatIsNoClass) {
  EXPECT_THAT(refused(record(0, 1, 1, 1) + record(10, 1, 1, 1)),
              HasSubstr("the label of record 1 is 10, 0 to 9"));
}

TEST_F(Cifar10Test, RefusesTooFewAndTooManyRecords) {
  EXPECT_THAT(refused(record(0, 1, 1, 1)), HasSubstr("cut short"));
  EXPECT_THAT(refused(record(0, 1, 1, 1) + record(1, 1, 1, 1).substr(0, 3000)),
              HasSubstr("cut short: 73 bytes"));
  EXPECT_THAT(refused(record(0, 1, 1, 1) + record(1, 1, 1, 1) + "x"), HasSubstr("more bytes follow"));
}

class Cifar10DataTest : public RealDataTest {};

// The means 0.4914, 0.4822, 0.4465 and deviations 0.2470, 0.2435, 0.2616 are those quoted wherever CIFAR-10
// is normalised; each class has 5,000 training and 1,000 test images [Krizhevsky 2009].
TEST_F(Cifar10DataTest, CountsMeansAndDeviations) {
  const auto cifar = load_dataset({{"name", "cifar10"}}, DataFolders(), 0);
  EXPECT_EQ(cifar.train.inputs.sizes(), (std::vector<int64_t>{50000, 3, 32, 32}));
  EXPECT_TRUE(cifar.train.targets.bincount().eq(5000).all().item<bool>());
  EXPECT_TRUE(cifar.test.targets.bincount().eq(1000).all().item<bool>());
  EXPECT_CLOSE(cifar.mean.view(-1), torch::tensor({0.4914, 0.4822, 0.4465}), atol(6e-5));
  EXPECT_CLOSE(cifar.deviation.view(-1), torch::tensor({0.2470, 0.2435, 0.2616}), atol(6e-5));
  EXPECT_EQ(cifar.classes.at(cifar.test.targets[0].item<int64_t>()), "cat");
}

}  // namespace
}  // namespace spinlab::datasets
