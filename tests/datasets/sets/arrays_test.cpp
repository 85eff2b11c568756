#include "datasets/sets/arrays.h"

#include <torch/types.h>

#include "datasets/formats/npy.h"
#include "datasets/registry.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ArraysTest : public SpinlabTest {
 protected:
  std::string path(const std::string& name) const { return (folder() / name).string(); }
  Dataset load(const std::map<std::string, at::Tensor>& arrays, Json options = Json::object()) const {
    write_npz(path("a.npz"), arrays);
    options.update({{"name", "npz"}, {"file", path("a.npz")}});
    return load_dataset(options, DataFolders(), 1);
  }
  std::string refused(const std::map<std::string, at::Tensor>& arrays,
                      const Json& options = Json::object()) const {
    return mistake([&] { load(arrays, options); });
  }
  const at::Tensor features_ = torch::arange(20, torch::kFloat).view({10, 2});
  const at::Tensor labels_ = torch::arange(10, torch::kInt) % 2 * 2 - 1;
};

TEST_F(ArraysTest, WholeTargetsAreClassesRealOnesValues) {
  const auto set = load({{"x", features_}, {"y", labels_}});
  EXPECT_THAT(set.classes, ElementsAre("-1", "1"));
  EXPECT_EQ(set.train.size(), 8);
  EXPECT_EQ(set.train.inputs.scalar_type(), torch::kDouble);
  const auto row = (set.train.inputs.select(1, 0) / 2).to(torch::kLong);
  EXPECT_TRUE(set.train.targets.equal(row % 2));
  EXPECT_TRUE(
      load({{"x", features_}, {"y", labels_}}, {{"task", "regression"}}).train.targets.is_floating_point());
  EXPECT_TRUE(load({{"x", features_}, {"y", labels_.to(torch::kDouble)}}).classes.empty());
  EXPECT_FALSE(load({{"x", features_}}).train.targets.defined());
}

TEST_F(ArraysTest, PartsThatAreThereAreTaken) {
  const auto images = torch::arange(10 * 4, torch::kByte).view({10, 2, 2});
  const auto set = load({{"x_train", images},
                         {"y_train", labels_},
                         {"x_test", images.slice(0, 0, 3)},
                         {"y_test", labels_.slice(0, 0, 3)},
                         {"x_validation", images.slice(0, 0, 2)},
                         {"y_validation", labels_.slice(0, 0, 2)}});
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{10, 1, 2, 2}));
  EXPECT_EQ(set.train.inputs.scalar_type(), torch::kByte);
  EXPECT_EQ(set.test.size(), 3);
  EXPECT_EQ(set.parts.at("validation").size(), 2);
  EXPECT_CLOSE(set.mean.item<double>(), 19.5 / 255, rtol(1e-12));
  const auto last = load({{"x", images.view({10, 1, 1, 4})}, {"y", labels_}}, {{"channels", "last"}});
  EXPECT_EQ(last.train.inputs.size(1), 4);
}

TEST_F(ArraysTest, SequencesOfWholeNumbersAreTokens) {
  const auto tokens = torch::arange(60, torch::kLong).view({10, 6}) % 7;
  const auto set = load({{"x", tokens}, {"y", tokens.roll(-1, 1)}});
  EXPECT_EQ(set.objective, "language_modelling");
  EXPECT_EQ(set.classes.size(), 7);
  EXPECT_FALSE(set.mean.defined());
}

TEST_F(ArraysTest, WhatIsWrongIsNamed) {
  EXPECT_THAT(refused({{"data", features_}, {"y", labels_}}),
              HasSubstr("has neither an array x_train nor x"));
  EXPECT_THAT(refused({{"data", features_}}, {{"x", "dada"}}),
              HasSubstr("has no array \"dada\"; did you mean \"data\"?"));
  EXPECT_THAT(refused({{"x", features_}, {"y", labels_.slice(0, 1)}}),
              HasSubstr("10 examples, but targets of shape [9]"));
  EXPECT_THAT(refused({{"x", features_}, {"y", torch::ones({10}, torch::kLong)}}),
              HasSubstr("all examples are of one class (1)"));
  auto spoilt = features_.clone();
  spoilt[7][1] = NAN;
  EXPECT_THAT(refused({{"x", spoilt}, {"y", labels_}}),
              HasSubstr("inputs hold NaN or an infinity, first in example 7"));
  EXPECT_THAT(refused({{"x", features_},
                       {"y", labels_},
                       {"x_test", torch::ones({2, 3})},
                       {"y_test", torch::ones({2}, torch::kInt)}}),
              HasSubstr("all need the same shape"));
}

TEST_F(ArraysTest, NpyTakesAFileAnArray) {
  write_npy(path("x.npy"), features_);
  write_npy(path("y.npy"), labels_.unsqueeze(1));
  const auto set = load_dataset(
      {{"name", "npy"}, {"x", path("x.npy")}, {"y", path("y.npy")}, {"validation_fraction", 0.3}},
      DataFolders(), 1);
  EXPECT_EQ(set.train.size(), 5);
  EXPECT_EQ(set.parts.at("validation").size(), 3);
  EXPECT_EQ(set.classes.size(), 2);
}

class OwnIdxDataTest : public RealDataTest {};

TEST_F(OwnIdxDataTest, IsMnist) {
  const auto file = [&](const std::string& name) {
    return DataFolders().find("mnist/" + name, "mnist").string();
  };
  const auto own = load_dataset({{"name", "idx"},
                                 {"images", file("train-images-idx3-ubyte")},
                                 {"labels", file("train-labels-idx1-ubyte")},
                                 {"test_images", file("t10k-images-idx3-ubyte")},
                                 {"test_labels", file("t10k-labels-idx1-ubyte")}},
                                DataFolders(), 0);
  const auto known = load_dataset({{"name", "mnist"}}, DataFolders(), 0);
  EXPECT_TRUE(own.train.inputs.equal(known.train.inputs));
  EXPECT_TRUE(own.test.targets.equal(known.test.targets));
  EXPECT_EQ(own.classes, known.classes);
  EXPECT_TRUE(own.mean.equal(known.mean));
}

}  // namespace
}  // namespace spinlab::datasets
