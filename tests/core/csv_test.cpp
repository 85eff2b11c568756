#include "src/core/csv.h"

#include "src/core/files.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Row = std::vector<std::string>;

Csv parse(std::string_view text, const CsvLimits& limits = {}) {
  return parse_csv(text, "roster.csv", limits);
}
std::string mistake_in(std::string_view text, const CsvLimits& limits = {}) {
  return mistake([&] { parse(text, limits); });
}

TEST(CsvTest, QuotedCellsHoldDelimitersQuotesAndNewlines) {
  const auto csv = parse("name,note\r\n\"Noether, E.\",\"she said \"\"no\"\"\"\r\n\"two\nlines\",\"\"\r\n");
  EXPECT_EQ(csv.header, (Row{"name", "note"}));
  EXPECT_THAT(csv.rows, ElementsAre(Row{"Noether, E.", "she said \"no\""}, Row{"two\nlines", ""}));
}

TEST(CsvTest, EveryLineEndingAndAMissingLastOne) {
  for (const auto* end : {"\n", "\r\n", "\r"}) {
    const auto csv = parse(std::string("a,b") + end + "1,2" + end + "3,");
    EXPECT_THAT(csv.rows, ElementsAre(Row{"1", "2"}, Row{"3", ""}));
    EXPECT_THAT(csv.lines, ElementsAre(2, 3));
  }
}

TEST(CsvTest, LinesAreCountedThroughQuotedNewlines) {
  EXPECT_THAT(parse("a\n\"1\n2\"\n\n3\n").lines, ElementsAre(2, 5));
  EXPECT_THAT(mistake_in("a,b\n\"1\n2\",3\n4\n"),
              HasSubstr("roster.csv: line 4 has 1 cells, the header has 2"));
}

TEST(CsvTest, TheDelimiterIsTheHeaderS) {
  EXPECT_EQ(parse("a;\"b,c,d\";e\n1;2;3\n").delimiter, ';');
  EXPECT_EQ(parse("a\tb\n1\t2\n").delimiter, '\t');
  EXPECT_EQ(parse("a\n1\n").delimiter, ',');
}

TEST(CsvTest, EncodingsBecomeUtf8) {
  const auto latin = parse(
      "name\nSchr\xF6"
      "dinger\n");
  EXPECT_EQ(latin.encoding, "WINDOWS-1252");
  EXPECT_EQ(latin.rows[0][0], "Schrödinger");
  const auto marked = parse("\xEF\xBB\xBFname\nx\n");
  EXPECT_TRUE(marked.byte_order_mark);
  EXPECT_EQ(marked.header[0], "name");
}

TEST(CsvTest, ColumnsAreFoundByAnyOfTheirNames) {
  const auto csv = parse("Student , EMAIL,id\nx,y,z\n");
  EXPECT_EQ(csv.column({"student"}), 0);
  EXPECT_EQ(csv.column({"Mail", "Email"}), 1);
  EXPECT_EQ(csv.column({"section"}), Csv::npos);
  EXPECT_THAT(mistake([] { parse("id,ID\n1,2\n").column({"id"}); }), HasSubstr("two columns are called id"));
}

TEST(CsvTest, WhatIsNoTableIsRefusedInOneLine) {
  EXPECT_THAT(mistake_in(""), HasSubstr("roster.csv: is empty"));
  EXPECT_THAT(mistake_in(" ,\n\n"), HasSubstr("is empty"));
  EXPECT_THAT(mistake_in(std::string_view("PK\x03\x04\0\0", 6)), HasSubstr("is not text"));
  EXPECT_THAT(mistake_in("a,b\n1,\"2\n3\n"), HasSubstr("line 2 opens a quote that is never closed"));
  EXPECT_THAT(mistake_in("a,b\n1,\"2\"x\n"), HasSubstr("line 2 goes on after a closing quote"));
  EXPECT_THAT(mistake_in("a,b\n1,2\"x\n"), HasSubstr("line 2 has a quote inside a cell"));
}

TEST(CsvTest, LimitsHold) {
  EXPECT_THAT(mistake_in("a,b,c\n", {.columns = 2}), HasSubstr("over 2 cells"));
  EXPECT_THAT(mistake_in("a\n1\n2\n3\n", {.rows = 2}), HasSubstr("over 2 rows"));
  EXPECT_THAT(mistake_in("abc", {.bytes = 2}), HasSubstr("3 bytes, at most 2"));
}

TEST(CsvTest, WhatIsWrittenIsReadBack) {
  const Row hostile{"a,b;c\td", "say \"no\"", "two\r\nlines", "", " x ", "'", "=1+1"};
  for (const char delimiter : {',', ';', '\t'}) {
    const auto csv = parse(csv_line(Row(hostile.size(), "h"), delimiter) + csv_line(hostile, delimiter));
    EXPECT_THAT(csv.rows, ElementsAre(hostile)) << delimiter;
  }
}

class CsvFile : public SpinlabTest {};

TEST_F(CsvFile, TheFileIsNamed) {
  write_file(folder() / "roster.csv", "id,name\n7,E. N.\n");
  EXPECT_THAT(read_csv(folder() / "roster.csv").rows, ElementsAre(Row{"7", "E. N."}));
  EXPECT_THAT(mistake([&] { read_csv(folder() / "other.csv"); }), HasSubstr("other.csv: no such file"));
}

}  // namespace
}  // namespace spinlab
