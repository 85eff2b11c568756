#include "src/core/config.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

using testing::HasSubstr;

TEST(Config, NamesTheNearestKnownKey) {
  const Config config({{"learning_rate", 0.1}, {"momentun", 0.9}}, "recipe");
  config.get<double>("learning_rate");
  config.get_or<double>("momentum", 0);
  EXPECT_THAT(mistake([&] { config.expect_no_other_keys(); }),
              HasSubstr("recipe: unknown key \"momentun\"; did you mean \"momentum\"?"));
}

TEST(Config, RefusesAnotherTypeAndAValueOutOfRange) {
  const Config config({{"epochs", "ten"}, {"lr", -1.0}, {"width", 2.5}}, "recipe");
  EXPECT_THAT(mistake([&] { config.get<int64_t>("epochs"); }),
              HasSubstr("epochs must be an integer, got \"ten\""));
  EXPECT_THAT(mistake([&] { config.number("lr", 0, 1); }), HasSubstr("lr must lie in [0, 1], got -1"));
  EXPECT_THAT(mistake([&] { config.integer("width", 1, 9); }), HasSubstr("width must be an integer"));
  EXPECT_THAT(mistake([&] { config.get<double>("seed"); }), HasSubstr("\"seed\" is missing"));
}

TEST(Config, FallsBackWhereAKeyIsMissingAndChecksWhereItIsNot) {
  const Config config({{"epochs", 3}, {"noise", 2.0}, {"missing", "mediam"}}, "data");
  EXPECT_EQ(config.integer_or("batch", 64, 1, 100), 64);
  EXPECT_EQ(config.integer_or("epochs", 64, 1, 100), 3);
  EXPECT_EQ(config.one_of("kind", {"drop", "median"}), "drop");
  EXPECT_THAT(mistake([&] { config.number_or("noise", 0, 0, 1); }),
              HasSubstr("noise must lie in [0, 1], got 2"));
  EXPECT_THAT(mistake([&] { config.one_of("missing", {"drop", "median"}); }),
              HasSubstr("did you mean \"median\"?"));
}

TEST(Config, ElementsOfAListHaveATypeToo) {
  const Config config({{"sides", {4, "eight"}}}, "data");
  EXPECT_THAT(mistake([&] { config.get<std::vector<double>>("sides"); }),
              HasSubstr("sides holds an element"));
}

TEST(Config, SectionsNameTheirPath) {
  const Config config({{"optimizer", {{"lr", true}}}}, "r.json");
  EXPECT_THAT(mistake([&] { config.section("optimizer").get<double>("lr"); }),
              HasSubstr("r.json: optimizer: lr must be"));
}

TEST(SetKey, TakesNumbersStringsAndRefusesUnknownPaths) {
  Json config = {{"optimizer", {{"lr", 0.1}, {"name", "sgd"}}}};
  set_key(config, "optimizer.lr", "3e-4");
  set_key(config, "optimizer.name", "adam");
  EXPECT_EQ(config["optimizer"]["lr"], 3e-4);
  EXPECT_EQ(config["optimizer"]["name"], "adam");
  EXPECT_THAT(mistake([&] { set_key(config, "optimiser.lr", "1"); }),
              HasSubstr("did you mean \"optimizer\"?"));
}

class ReadJson : public SpinlabTest {};

TEST_F(ReadJson, NamesANumberThatIsTooLarge) {
  write_file(folder() / "large.json", "{\"points\": 1e999}");
  EXPECT_THAT(mistake([&] { read_json(folder() / "large.json"); }),
              AllOf(HasSubstr("large.json: a number that is too large"), HasSubstr("1e999")));
}

TEST_F(ReadJson, RefusesAKeyThatStandsTwice) {
  write_file(folder() / "twice.json",
             R"({"a": {"lr": 1}, "b": [{"lr": 2}, {"lr": 3}], "c": {"x": {"lr": 4}, "lr": 5, "x": 6}})");
  EXPECT_THAT(mistake([&] { read_json(folder() / "twice.json"); }),
              HasSubstr("twice.json: \"x\" stands twice in one object"));
  write_file(folder() / "once.json", R"({"a": {"lr": 1}, "lr": 2, "b": {"lr": {"lr": [1, {"lr": 3}]}}})");
  EXPECT_EQ(read_json(folder() / "once.json").at("b").at("lr").at("lr").at(1).at("lr"), 3);
}

TEST_F(ReadJson, NamesTheLineOfTheMistake) {
  write_file(folder() / "bad.json", "{\n\"a\": 1,\n\"b\" 2\n}");
  EXPECT_THAT(mistake([&] { read_json(folder() / "bad.json"); }), HasSubstr("bad.json:3: not valid JSON"));
}

}  // namespace
}  // namespace spinlab
