#include "src/core/json_fault.h"

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

std::int64_t fault(const std::string& text) {
  try {
    (void)Json::parse(text);
  } catch (const Json::parse_error& error) {
    return line_of_fault(text, error);
  }
  return 0;
}

TEST(LineOfFault, IsThatOfWhatCannotBeRead) {
  EXPECT_EQ(fault("{\n\"a\": 1,\n\"b\" 2\n}"), 3);
  EXPECT_EQ(fault("{\n\"a\": one,\n\"b\": 2\n}"), 2);
  EXPECT_EQ(fault("{\n\"a\": \"x,\n\"b\": 2\n}"), 2);
  EXPECT_EQ(fault("{\n\"a\": {"), 2);
  EXPECT_EQ(fault(""), 1);
}

TEST(LineOfFault, IsTheLineBeforeWhereThatsEndDoesNotFit) {
  EXPECT_EQ(fault("{\n\"a\": 1\n\n\"b\": 2\n}"), 2);  // a comma is missing
  EXPECT_EQ(fault("{\n\"a\": 1,\n  }"), 2);           // or too much
  EXPECT_EQ(fault("{\n\"a\": [1, 2\n}"), 2);
  EXPECT_EQ(fault("{\n\"a\": 1\n\"b \\\" c\": 2\n}"), 2);
  EXPECT_EQ(fault("{\n\"a\": 1\n\n"), 2);
}

}  // namespace
}  // namespace spinlab
