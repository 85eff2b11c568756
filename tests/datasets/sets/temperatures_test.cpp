#include "datasets/sets/temperatures.h"

#include <ATen/ATen.h>

#include <map>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TemperaturesTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& lines) const {
    write_file(folder() / "t.csv", "\"Date\",\"Temp\"\n" + lines);
    return mistake([&] { read_temperatures(folder() / "t.csv"); });
  }
};

TEST_F(TemperaturesTest, DaysAreCountedThroughLeapYears) {
  EXPECT_EQ(day_number("1970-01-01"), 0);
  EXPECT_EQ(day_number("1981-01-01"), 4018);
  EXPECT_EQ(day_number("1984-03-01") - day_number("1984-02-28"), 2);
  for (const char* date : {"1984-02-29", "1990-12-31", "1969-07-20"})
    EXPECT_EQ(date_of(day_number(date)), date);
  for (const char* text :
       {"1983-02-29", "1983-13-01", "1983-1-01", "83-01-01", "1983-01-01x", " 1983-1-01", ""})
    EXPECT_THAT(mistake([&] { day_number(text); }), HasSubstr("is no date as 1981-01-01"));
}

TEST_F(TemperaturesTest, RefusesMalformedFiles) {
  EXPECT_THAT(refused("\"1981-01-32\",20.7\n"), HasSubstr("line 2: \"1981-01-32\" is no date as 1981-01-01"));
  EXPECT_THAT(refused("\"1980-12-31\",20.7\n"), HasSubstr("1980-12-31 lies outside 1981 to 1990"));
  EXPECT_THAT(refused("\"1981-01-02\",1\n\"1981-01-02\",1\n"),
              HasSubstr("line 3: 1981-01-02 does not follow"));
  EXPECT_THAT(refused("\"1981-01-01\",?0.2\n"), HasSubstr("field 2 is not a number"));
  EXPECT_THAT(refused("\"1981-01-01\"\n"), HasSubstr("1 fields, 2 are expected"));
  EXPECT_THAT(refused("\"1981-01-01\",20.7\n"), HasSubstr("1 days, 3650 are expected"));
  write_file(folder() / "t.csv", "day,minimum\n");
  EXPECT_THAT(mistake([&] { read_temperatures(folder() / "t.csv"); }),
              HasSubstr("the header should be Date,Temp"));
  // Another file than the catalog's is refused before it is read.
  write_file(folder() / "temperatures/daily-min-temperatures.csv", "1981-01-01,20.7\n");
  EXPECT_THAT(mistake([&] { load_dataset({{"name", "temperatures"}}, DataFolders(folder()), 1); }),
              HasSubstr("data fetch temperatures"));
}

TEST_F(TemperaturesTest, RefusesOptionsOutOfRange) {
  const auto refused = [](Json options) {
    options["name"] = "temperatures";
    return mistake([&] { load_dataset(options, DataFolders(), 1); });
  };
  EXPECT_THAT(refused({{"first_test_year", 1981}}), HasSubstr("first_test_year must lie in [1982, 1990]"));
  EXPECT_THAT(refused({{"first_validation_year", 1990}}),
              HasSubstr("first_validation_year must lie in [1982, 1989]"));
  EXPECT_THAT(refused({{"harmonics", -1}}), HasSubstr("harmonics must lie in [0, 180]"));
}

class TemperaturesDataTest : public RealDataTest {
 protected:
  static Dataset load(Json options = Json::object()) {
    options["name"] = "temperatures";
    return load_dataset(options, DataFolders(), 1);
  }
  static double rmse(const at::Tensor& difference) {
    return difference.square().mean().sqrt().item<double>();
  }
};

TEST_F(TemperaturesDataTest, TwoDaysAreMissingAndStayMissing) {
  const auto series = melbourne_temperatures(DataFolders());
  EXPECT_EQ(series.days.size(0), 3650);
  std::vector<std::string> missing;
  for (const auto day : missing_days(series)) missing.push_back(date_of(day));
  EXPECT_THAT(missing, ElementsAre("1984-12-31", "1988-12-31"));
  const auto set = load();
  EXPECT_EQ(set.train.size() + set.test.size(), 3650);
  EXPECT_THAT(set.notes, ElementsAre(HasSubstr("1984-12-31, 1988-12-31")));
}

TEST_F(TemperaturesDataTest, IsSplitByYear) {
  const auto set = load({{"first_test_year", 1990}, {"first_validation_year", 1988}, {"harmonics", 1}});
  EXPECT_EQ(set.date(set.train.inputs[0]), "1981-01-01");
  EXPECT_EQ(set.date(set.train.inputs[-1]), "1987-12-31");
  EXPECT_EQ(set.date(set.parts.at("validation").inputs[0]), "1988-01-01");
  EXPECT_EQ(set.date(set.parts.at("validation").inputs[-1]), "1989-12-31");
  EXPECT_EQ(set.date(set.test.inputs[0]), "1990-01-01");
  EXPECT_EQ(set.date(set.test.inputs[-1]), "1990-12-31");
  EXPECT_EQ(set.train.inputs.size(1), 3);
  EXPECT_EQ(set.features.size(), 3);
  EXPECT_CLOSE(set.mean, set.train.inputs.mean(0), rtol(1e-12));
  EXPECT_EQ(load().train.size(), 2920);
}

// The three references on 1989 and 1990 were computed elsewhere, by NumPy, to the digits written here.
TEST_F(TemperaturesDataTest, YesterdayIsAsGoodAsComputedElsewhere) {
  const auto y = load().test.targets;
  EXPECT_EQ(y.size(0), 730);
  EXPECT_CLOSE(rmse(y.slice(0, 1) - y.slice(0, 0, -1)), 2.4826, atol(5e-5));
}

// Month and day make a calendar day, of the training years that have it: 29 February is one of its own.
TEST_F(TemperaturesDataTest, TheMeanOfTheCalendarDayIsAsGoodAsComputedElsewhere) {
  const auto set = load();
  const auto calendar_day = [&](const Split& part, int64_t i) { return set.date(part.inputs[i]).substr(5); };
  std::map<std::string, std::pair<double, int>> sums;
  for (int64_t i = 0; i < set.train.size(); ++i) {
    auto& [sum, count] = sums[calendar_day(set.train, i)];
    sum += set.train.targets[i].item<double>();
    ++count;
  }
  auto predicted = at::empty_like(set.test.targets);
  for (int64_t i = 0; i < set.test.size(); ++i) {
    const auto& [sum, count] = sums.at(calendar_day(set.test, i));
    predicted[i] = sum / count;
  }
  EXPECT_CLOSE(rmse(predicted - set.test.targets), 2.7018, atol(5e-5));
}

// A constant and the four columns of the harmonics; with the time itself it would be a trend too.
TEST_F(TemperaturesDataTest, TwoHarmonicsAreAsGoodAsComputedElsewhere) {
  const auto set = load();
  const auto columns = [](const Split& part) {
    return at::cat({at::ones({part.size(), 1}, at::kDouble), part.inputs.slice(1, 1)}, 1);
  };
  const auto w = std::get<0>(
      at::linalg_lstsq(columns(set.train), set.train.targets.unsqueeze(1), std::nullopt, "gelsd"));
  EXPECT_CLOSE(rmse(columns(set.test).matmul(w).squeeze(1) - set.test.targets), 2.5496, atol(5e-5));
}

}  // namespace
}  // namespace spinlab::datasets
