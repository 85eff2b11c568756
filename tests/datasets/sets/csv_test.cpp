#include "datasets/sets/csv.h"

#include <torch/types.h>

#include "datasets/registry.h"
#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CsvSetTest : public SpinlabTest {
 protected:
  CsvSetTest() {
    write_file(file("houses"),
               "id,rooms,area,town,price,kind\na,3,70,Ulm,2,flat\nb,4,,Bonn,3,house\nc,2,50,Ulm,1,flat\nd,5,"
               "90,Köln,4,house\n");
  }
  std::string file(const std::string& name) const { return (folder() / (name + ".csv")).string(); }
  Dataset load(Json options, const std::string& name = "houses", std::uint64_t seed = 1) const {
    options["name"] = "csv";
    options["file"] = file(name);
    return load_dataset(options, DataFolders(), seed);
  }
  std::string refused(const Json& options, const std::string& name = "houses") const {
    return mistake([&] { load(options, name); });
  }
  const Json kGood = {
      {"target", "price"}, {"ignore", {"id", "kind"}}, {"categorical", {"town"}}, {"missing", "median"}};
};

TEST_F(CsvSetTest, ColumnsHaveTheirRoles) {
  const auto set = load(kGood);
  EXPECT_THAT(set.features, ElementsAre("rooms", "area", "town=Bonn", "town=Köln", "town=Ulm"));
  EXPECT_EQ(set.train.size() + set.test.size(), 4);
  const auto all = torch::cat({set.train.inputs, set.test.inputs});
  const auto price = torch::cat({set.train.targets, set.test.targets});
  const auto d = price.eq(4).nonzero().item<int64_t>();
  EXPECT_TRUE(all[d].equal(torch::tensor({5., 90., 0., 1., 0.}, torch::kDouble)));
  EXPECT_CLOSE(set.mean, set.train.inputs.mean(0), rtol(1e-12));
  auto two = kGood;
  two["target"] = {"price", "rooms"};
  EXPECT_EQ(load(two).train.targets.size(1), 2);
}

TEST_F(CsvSetTest, MediansAreThoseOfTheTrainingRows) {
  write_file(file("split"), "x,y,part\n1,1,train\n3,1,train\n,1,train\n100,1,test\n,1,test\n,2,validation\n");
  const auto set = load({{"target", "y"}, {"split", "part"}, {"missing", "median"}}, "split");
  EXPECT_TRUE(set.train.inputs.view(-1).equal(torch::tensor({1., 3., 2.}, torch::kDouble)));
  EXPECT_TRUE(set.test.inputs.view(-1).equal(torch::tensor({100., 2.}, torch::kDouble)));
  EXPECT_EQ(set.parts.at("validation").targets.item<double>(), 2);
  EXPECT_CLOSE(set.mean.item<double>(), 2.0, rtol(1e-12));
  const auto dropped =
      load({{"target", "y"}, {"split", "part"}, {"missing", "drop"}, {"max_train", 1}}, "split");
  EXPECT_TRUE(dropped.test.inputs.view(-1).equal(torch::tensor({100.}, torch::kDouble)));
}

TEST_F(CsvSetTest, TextAndTaskMakeClasses) {
  auto options = kGood;
  options.update({{"target", "kind"}, {"ignore", {"id"}}});
  const auto set = load(options);
  EXPECT_THAT(set.classes, ElementsAre("flat", "house"));
  EXPECT_TRUE(set.train.targets.equal(
      set.train.inputs.select(1, 0).gt(3).to(torch::kLong)));  // flats have at most 3 rooms
  options.update({{"target", "price"}, {"ignore", {"id", "kind"}}, {"task", "classification"}});
  EXPECT_THAT(load(options).classes, ElementsAre("1", "2", "3", "4"));
}

TEST_F(CsvSetTest, FilesAndFractionsMakeTheParts) {
  std::string rows = "x,y\n";
  for (int i = 0; i < 100; ++i) rows += std::to_string(i) + "," + std::to_string(2 * i) + "\n";
  write_file(file("many"), rows);
  write_file(file("other"), "y,x\n7,8\n");
  const Json fractions = {{"target", "y"}, {"test_fraction", 0.3}, {"validation_fraction", 0.2}};
  const auto set = load(fractions, "many");
  EXPECT_EQ(set.train.size(), 50);
  EXPECT_EQ(set.parts.at("validation").size(), 20);
  const auto all =
      torch::cat({set.train.inputs, set.test.inputs, set.parts.at("validation").inputs}).view(-1);
  EXPECT_TRUE(std::get<0>(all.sort()).equal(torch::arange(100, torch::kDouble)));  // each row once
  EXPECT_TRUE(load(fractions, "many").train.inputs.equal(set.train.inputs));
  EXPECT_FALSE(load(fractions, "many", 2).train.inputs.equal(set.train.inputs));
  const auto tested = load({{"target", "y"}, {"test_file", file("other")}}, "many");
  EXPECT_EQ(tested.train.size(), 100);
  EXPECT_EQ(tested.test.inputs.item<double>(), 8);
  EXPECT_THAT(refused({{"target", "y"}, {"test_file", file("other")}, {"test_fraction", 0.5}}, "many"),
              HasSubstr("leave test_fraction out"));
}

TEST_F(CsvSetTest, WindowsAreViewsOfOneSeriesInItsOrder) {
  std::string rows = "t,x\n";
  for (int i = 0; i < 20; ++i) rows += std::to_string(i) + "," + std::to_string(i * i) + "\n";
  write_file(file("series"), rows);
  const auto set = load({{"windows", 3}, {"target", "x"}, {"test_fraction", 0.25}}, "series");
  ASSERT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{12, 3, 2}));
  EXPECT_TRUE(set.train.inputs[4].select(1, 0).equal(torch::tensor({4., 5., 6.}, torch::kDouble)));
  EXPECT_EQ(set.train.targets[4].item<double>(), 49);
  EXPECT_EQ(set.test.inputs[0][0][0].item<double>(), 15);
  EXPECT_EQ(set.train.inputs.storage().nbytes(), set.test.inputs.storage().nbytes());  // no copy of a window
  EXPECT_LE(set.train.inputs.storage().nbytes(), 20 * 2 * sizeof(double));
  EXPECT_EQ(load({{"windows", 3}}, "series").train.targets.size(1), 2);
  EXPECT_THAT(refused({{"windows", 3}, {"missing", "drop"}}, "series"), HasSubstr("tear the series"));
}

TEST_F(CsvSetTest, WhatIsWrongIsNamedWithTheRemedy) {
  const auto with = [&](const Json& change) {
    auto options = kGood;
    options.update(change);
    return refused(options);
  };
  EXPECT_THAT(with({{"target", "prize"}}),
              HasSubstr("houses.csv: has no column \"prize\"; did you mean \"price\"?"));
  EXPECT_THAT(with({{"missing", "error"}}),
              HasSubstr("line 3, column \"area\": the cell is missing (1 in this column)"));
  EXPECT_THAT(with({{"categorical", Json::array()}}),
              HasSubstr("line 2, column \"town\": \"Ulm\" is not a number"));
  EXPECT_THAT(with({{"features", {"rooms", "price"}}, {"categorical", Json::array()}}),
              HasSubstr("both feature and target"));
  EXPECT_THAT(with({{"split", "town"}, {"categorical", Json::array()}}),
              HasSubstr("\"Bonn\" is none of train, test, validation"));
  EXPECT_THAT(refused({{"ignore", {"id"}}}), HasSubstr("which column is to be predicted"));
  EXPECT_THAT(refused({{"target", "y"}}, "none"), HasSubstr("none.csv: no such file"));
  EXPECT_THAT(with({{"targets", "price"}}), HasSubstr("unknown key \"targets\"; did you mean \"target\"?"));
  EXPECT_THAT(with({{"test_fraction", 1.0}}), HasSubstr("each part needs at least one"));
  write_file(file("one"), "x,y\n1,a\n2,a\n3,a\n");
  EXPECT_THAT(refused({{"target", "y"}}, "one"), HasSubstr("a classifier needs two classes"));
}

TEST_F(CsvSetTest, UnderstandsWhatItSees) {
  const auto entry = dataset_of_file(file("houses"));
  const auto seen = entry.understand(file("houses"), {{"target", "price"}});
  EXPECT_EQ(seen.at("rows"), 4);
  EXPECT_EQ(seen.at("columns")[2].at("missing"), 1);
  EXPECT_EQ(seen.at("columns")[4].at("role"), "target");
  EXPECT_EQ(seen.at("data").at("categorical"), (Json{"kind"}));
  EXPECT_EQ(load_dataset(seen.at("data"), DataFolders(), 1).train.inputs.size(1), 4);
}

class CsvSetDataTest : public RealDataTest {};

// The set that has its own reader, by a file of the user's.
TEST_F(CsvSetDataTest, IsCaliforniaHousing) {
  for (const char* missing : {"drop", "median"}) {
    const auto own = load_dataset({{"name", "csv"},
                                   {"file", data("tabular/california_housing.csv").string()},
                                   {"target", "median_house_value"},
                                   {"categorical", {"ocean_proximity"}},
                                   {"missing", missing}},
                                  DataFolders(), 3);
    const auto known = load_dataset({{"name", "california-housing"}, {"missing", missing}}, DataFolders(), 3);
    EXPECT_TRUE(own.train.inputs.equal(known.train.inputs)) << missing;
    EXPECT_TRUE(own.test.inputs.equal(known.test.inputs)) << missing;
    EXPECT_TRUE((own.test.targets / 100'000).equal(known.test.targets)) << missing;
  }
}

}  // namespace
}  // namespace spinlab::datasets
