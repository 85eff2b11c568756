#include "src/judging/answers/answers.h"

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const std::vector<std::string> kAsked{"Euler", "Roots"};

std::string refusal(const std::string& text) {
  return mistake([&] { parse_answers(text, kAsked); });
}

TEST(Answers, AreNumbersOrListsAndNullIsNone) {
  EXPECT_THAT(parse_answers(R"({"Euler": null, "Roots": [1, -1e-3]})", kAsked),
              ElementsAre(Pair("Roots", ElementsAre(1, -1e-3))));
  EXPECT_THAT(parse_answers("\xEF\xBB\xBF{\r\n\"Euler\": 3}\r\n", kAsked),
              ElementsAre(Pair("Euler", ElementsAre(3))));
}

TEST(Answers, WhatIsWrittenIsReadBack) {
  const Answers answers{{"Euler", {0.1 + 0.2}}, {"Roots", {1, 1e300}}};
  EXPECT_EQ(parse_answers(answers_text(answers, kAsked), kAsked), answers);
  EXPECT_EQ(answers_text({}, kAsked), "{\n  \"Euler\": null,\n  \"Roots\": null\n}\n");
}

TEST(Answers, AMistakeIsNamedWithItsPlace) {
  EXPECT_THAT(refusal("{\n\"Euler\": 1\n\"Roots\": 2}"), HasSubstr("line 2"));
  EXPECT_THAT(refusal("{\"Euler\": 1/3}"), HasSubstr("0.25 or 1e-3"));
  EXPECT_THAT(refusal("{\"Euler\": 0,5}"), HasSubstr("line 1"));
  EXPECT_THAT(refusal(R"({"Eulre": 1})"), HasSubstr("did you mean \"Euler\"?"));
  EXPECT_THAT(refusal(R"({"Euler": 1, "Euler": 2})"), HasSubstr("Euler twice"));
  EXPECT_THAT(refusal(R"({"Euler": "1"})"), HasSubstr("write a number"));
  EXPECT_THAT(refusal(R"({"Euler": true})"), HasSubstr("write a number"));
  EXPECT_THAT(refusal(R"({"Euler": []})"), HasSubstr("list of 0"));
  EXPECT_THAT(refusal("[1, 2]"), HasSubstr("no object"));
  EXPECT_THAT(refusal(" "), HasSubstr("not valid JSON"));
  EXPECT_THAT(refusal({"\xFF\xFE{\0}\0", 6}), HasSubstr("save it as UTF-8"));
}

TEST(Answers, HostileTextIsRefusedInOneLine) {
  const std::vector<std::string> hostile{"{\"Euler\": 1e999}",
                                         "{\"Euler\": NaN}",
                                         "{\"Euler\": {\"Euler\": 1}}",
                                         "{\"Euler\": [[1]]}",
                                         std::string(50'000, '['),
                                         "{\"" + std::string(60'000, 'x') + "\": 1}",
                                         "{\"a\\nb\": 1}",
                                         std::string(1 << 20, ' '),
                                         std::string("{\0}", 3),
                                         "{\"Euler\": \"\xFF\"}",
                                         "{\"Euler\": [" + std::string(5000, '1') + "]}"};
  for (const auto& text : hostile) {
    const auto message = refusal(text);
    EXPECT_FALSE(message.empty()) << text.substr(0, 60);
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_LT(message.size(), 300) << message;
  }
  std::string list = "1";
  for (int i = 0; i < 1000; ++i) list += ",1";
  EXPECT_THAT(refusal("{\"Euler\": [" + list + "]}"), HasSubstr("list of 1001"));
}

}  // namespace
}  // namespace spinlab::judging
