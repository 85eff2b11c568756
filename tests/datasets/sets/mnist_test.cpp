#include "datasets/sets/mnist.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

class IdxTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& bytes) const {
    write_file(folder() / "idx", bytes);
    return mistake([&] { read_idx(folder() / "idx", 3, 100, "fetch it"); });
  }
};

const std::string kTwoImages = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03"s + "\x01\x02\x03\xfd\xfe\xff";

TEST_F(IdxTest, ReadsTheShapeAndTheBytes) {
  for (const char* filter : {"none", "gzip", "xz"}) {
    write_packed(folder() / "idx", kTwoImages, filter);
    const auto images = read_idx(folder() / "idx", 3, 100, "");
    EXPECT_TRUE(images.equal(torch::tensor({1, 2, 3, 253, 254, 255}, torch::kByte).view({2, 1, 3})))
        << filter;
  }
}

TEST_F(IdxTest, RefusesAnotherMagicNumberOfDimensionsOrType) {
  EXPECT_THAT(refused("\0\0\x08\x01"s + kTwoImages.substr(4)), HasSubstr("its first four bytes are 0x801"));
  EXPECT_THAT(refused("\0\0\x0d\x03"s + kTwoImages.substr(4)), HasSubstr("0xd03"));
  EXPECT_THAT(refused("PK\x03\x04"s + kTwoImages), HasSubstr("not an idx file"));
}

TEST_F(IdxTest, RefusesAHeaderThatAsksForTooMuchBeforeAllocating) {
  EXPECT_THAT(refused("\0\0\x08\x03\xff\xff\xff\xff\0\0\0\x1c\0\0\0\x1c"s),
              HasSubstr("claims 4294967295 in dimension 0, 1 to 100 are accepted"));
  EXPECT_THAT(refused("\0\0\x08\x03\0\0\0\x02\xff\0\0\0\xff\0\0\0"s), HasSubstr("in dimension 1, 1 to 1024"));
  EXPECT_THAT(refused("\0\0\x08\x03\0\0\0\0\0\0\0\x1c\0\0\0\x1c"s), HasSubstr("claims 0 in dimension 0"));
}

TEST_F(IdxTest, RefusesMissingAndLeftOverBytes) {
  EXPECT_THAT(refused(kTwoImages.substr(0, kTwoImages.size() - 1)),
              HasSubstr("cut short: 1 bytes are missing"));
  EXPECT_THAT(refused(kTwoImages.substr(0, 7)), HasSubstr("cut short"));
  EXPECT_THAT(refused(kTwoImages + "x"), HasSubstr("more bytes follow"));
}

class MnistTest : public SpinlabTest {
 protected:
  void write(const std::string& name, const std::string& bytes) const {
    write_file(folder() / "mnist" / name, bytes);
  }
  Dataset load(const Json& options = Json::object()) const {
    return load_mnist(Config(options, "data set"), DataFolders(folder()));
  }

  MnistTest() {
    for (const char* part : {"train", "t10k"}) {
      write(part + "-images-idx3-ubyte"s, kTwoImages);
      write(part + "-labels-idx1-ubyte"s, "\0\0\x08\x01\0\0\0\x02\x07\x09"s);
    }
  }
};

TEST_F(MnistTest, PutsImagesAndLabelsTogether) {
  const auto set = load();
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{2, 1, 1, 3}));
  EXPECT_TRUE(set.test.targets.equal(torch::tensor({7, 9}, torch::kLong)));
  EXPECT_CLOSE(set.mean.item<double>(), (1 + 2 + 3 + 253 + 254 + 255) / 6.0 / 255, rtol(1e-6));
}

TEST_F(MnistTest, SomeDigitsAreClassesInTheOrderAskedFor) {
  const auto set = load({{"digits", {9, 7}}});
  EXPECT_TRUE(set.train.targets.equal(torch::tensor({1, 0}, torch::kLong)));
  EXPECT_EQ(set.classes, (std::vector<std::string>{"9", "7"}));
  EXPECT_EQ(load({{"digits", {9, 3}}}).train.size(), 1);
  EXPECT_THAT(mistake([&] { load({{"digits", Json::array({7})}}); }), HasSubstr("two to ten different ones"));
  EXPECT_THAT(mistake([&] { load({{"digits", {7, 7}}}); }),
              HasSubstr("two to ten different ones, got [7,7]"));
  EXPECT_THAT(mistake([&] { load({{"digits", {7, 10}}}); }), HasSubstr("digits"));
}

TEST_F(MnistTest, CountsAndLabelsMustFit) {
  write("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x02\x07\x0a"s);
  EXPECT_THAT(mistake([&] { load(); }),
              HasSubstr("a label is 10, 0 to 9 are expected; get it again with: ./spinlab data fetch mnist"));
  write("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x01\x07"s);
  EXPECT_THAT(mistake([&] { load(); }), HasSubstr("2 images, but"));
}

class MnistDataTest : public RealDataTest {};

// Computed on the real files: reference-values.md, "nearest class mean".
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

// Pixels / 255 and a column of ones, float64; a few thousand rows at a time.
at::Tensor design(const at::Tensor& images) {
  const auto pixels = images.flatten(1).to(torch::kDouble) / 255;
  return torch::cat({pixels, torch::ones({pixels.size(0), 1}, torch::kDouble)}, 1);
}

// Computed on the real files: reference-values.md, "least squares on one-hot targets with intercept, ridge →
// 0".
TEST_F(MnistDataTest, LeastSquaresMakes1397Errors) {
  const auto mnist = load_dataset({{"name", "mnist"}}, DataFolders(), 0);
  auto gram = 1e-6 * torch::eye(785, torch::kDouble), moment = torch::zeros({785, 10}, torch::kDouble);
  for (int64_t first = 0; first < 60'000; first += 5'000) {
    const auto X = design(mnist.train.inputs.narrow(0, first, 5'000));
    gram += X.t().matmul(X);
    moment +=
        X.t().matmul(torch::one_hot(mnist.train.targets.narrow(0, first, 5'000), 10).to(torch::kDouble));
  }
  const auto scores = design(mnist.test.inputs).matmul(torch::linalg_solve(gram, moment));
  EXPECT_EQ(scores.argmax(1).ne(mnist.test.targets).sum().item<int64_t>(), 1397);
}

// The counts of the digits are those that Y. LeCun's files are known for; the mean and deviation are quoted
// as 0.1307 and 0.3081 wherever MNIST is normalised.
TEST_F(MnistDataTest, CountsMeanAndDeviation) {
  const auto mnist = load_dataset({{"name", "mnist"}}, DataFolders(), 0);
  const auto counts = mnist.train.targets.bincount({}, 10);
  EXPECT_TRUE(counts.equal(
      torch::tensor({5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, torch::kLong)));
  EXPECT_CLOSE(mnist.mean.item<double>(), 0.1307, atol(5e-5));
  EXPECT_CLOSE(mnist.deviation.item<double>(), 0.3081, atol(5e-5));
}

}  // namespace
}  // namespace spinlab::datasets
