#include "src/authoring/mutants.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MutantsTest : public SpinlabTest {
 protected:
  std::string error(const Json& json) {
    write_file(assignment_.folder / "mutants.json", json.dump());
    try {
      load_mutants(assignment_);
    } catch (const c10::ValueError& error) {
      return error.what_without_backtrace();
    }
    return "";
  }
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
  Json valid_ = read_json(assignment_.folder / "mutants.json");
};

TEST_F(MutantsTest, EveryKeyIsRead) {
  const auto mutants = load_mutants(assignment_);
  ASSERT_EQ(mutants.size(), 2);
  EXPECT_EQ(mutants[1].name, "no-division");
  EXPECT_EQ(mutants[1].mistake, "Forgets the n of the mean");
  EXPECT_EQ(mutants[1].replace, "sum(x, n) / n");
  EXPECT_EQ(mutants[1].with, "sum(x, n)");
  EXPECT_THAT(mutants[1].caught_by, ElementsAre("Mean.OfOnes", "Mean.SecretlyNegative"));
}

TEST_F(MutantsTest, IllFormedOnesAreRefused) {
  const std::vector<std::pair<Json::json_pointer, Json>> bad = {
      {"/0/name"_json_pointer, ""},
      {"/0/name"_json_pointer, "no-division"},
      {"/0/replace"_json_pointer, ""},
      {"/0/mistake"_json_pointer, ""},
      {"/0/with"_json_pointer, "total_of_the_master = 0"},
      {"/0/caught_by"_json_pointer, Json::array()},
      {"/0/caught_by/0"_json_pointer, 1},
      {"/0/extra"_json_pointer, 1}};
  for (const auto& [pointer, value] : bad) {
    auto json = valid_;
    json[pointer] = value;
    EXPECT_NE(error(json), "") << pointer.to_string() << " = " << value;
  }
  EXPECT_NE(error(Json::array()), "");
  EXPECT_NE(error(Json::object()), "");
}

TEST_F(MutantsTest, AsManyAreDrawnAsAreAskedForAndOthersForAnotherText) {
  std::vector<Mutant> all(64);
  for (size_t i = 0; i < all.size(); ++i) all[i].name = "mutant " + std::to_string(100 + i);
  const auto names = [&](size_t count, const std::string& text) {
    std::vector<std::string> names;
    for (const auto& mutant : drawn(all, count, text)) names.push_back(mutant.name);
    EXPECT_TRUE(std::ranges::is_sorted(names));
    return names;
  };
  EXPECT_EQ(names(32, "a").size(), 32);
  EXPECT_EQ(names(32, "a"), names(32, "a"));
  EXPECT_NE(names(32, "a"), names(32, "b"));
  EXPECT_EQ(names(64, "a").size(), 64);
  EXPECT_EQ(names(65, "a").size(), 64);
}

TEST_F(MutantsTest, AMisspeltCheckNamesTheNearest) {
  valid_[0]["caught_by"][0] = "Sum.OfOne";
  EXPECT_THAT(error(valid_), HasSubstr("did you mean \"Sum.OfOnes\""));
}

}  // namespace
}  // namespace spinlab::authoring
