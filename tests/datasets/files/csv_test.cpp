#include "datasets/files/csv.h"

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class CsvTest : public SpinlabTest {
 protected:
  CsvReader open(const std::string& text, std::size_t columns) const {
    write_file(folder() / "a.csv", text);
    return CsvReader(folder() / "a.csv", columns, "fetch it");
  }
};

TEST_F(CsvTest, ReadsFieldsAndSkipsBlankLines) {
  auto csv = open("1,two\r\n\n-3e2,\n", 2);
  ASSERT_TRUE(csv.next());
  EXPECT_EQ(csv.number(0), 1);
  EXPECT_EQ(csv.field(1), "two");
  ASSERT_TRUE(csv.next());
  EXPECT_EQ(csv.number(0), -300);
  EXPECT_EQ(csv.field(1), "");
  EXPECT_FALSE(csv.next());
}

TEST_F(CsvTest, NamesTheLineOfTheMistake) {
  auto csv = open("1,2\n\n1,2,3\n", 2);
  ASSERT_TRUE(csv.next());
  EXPECT_THAT(mistake([&] { csv.next(); }), HasSubstr("a.csv: line 3: 3 fields, 2 are expected; fetch it"));
}

TEST_F(CsvTest, OnlyFiniteNumbersAreNumbers) {
  for (const char* text : {"", " 1", "1 ", "0x10", "nan", "inf", "1e999", "1,5"}) {
    double number = 0;
    EXPECT_FALSE(parse_number(text, number)) << text;
  }
  auto csv = open("1,x\n", 2);
  csv.next();
  EXPECT_THAT(mistake([&] { csv.number(1); }), HasSubstr("line 1: field 2 is not a number: \"x\""));
}

}  // namespace
}  // namespace spinlab::datasets
