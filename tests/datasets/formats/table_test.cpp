#include "datasets/formats/table.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TableTest : public SpinlabTest {
 protected:
  Table read(const std::string& text, const TableFormat& format = {}) const {
    write_file(folder() / "t.csv", text);
    return read_table(folder() / "t.csv", format);
  }
  std::string refused(const std::string& text, const TableFormat& format = {}) const {
    return mistake([&] { read(text, format); });
  }
};

TEST_F(TableTest, TellsNumbersTextAndWhatIsMissing) {
  const auto table = read("a,b ,c\n1,x,?\n-2.5e3,,4\n +3 ,\"y, \"\"z\"\"\",NA\n");
  EXPECT_THAT(table.names(), ElementsAre("a", "b", "c"));
  EXPECT_TRUE(table.columns[0].values.equal(torch::tensor({1., -2500., 3.}, torch::kDouble)));
  EXPECT_THAT(table.columns[1].words, ElementsAre("x", "y, \"z\""));
  EXPECT_TRUE(table.columns[1].values.equal(torch::tensor({0, -1, 1}, torch::kLong)));
  EXPECT_EQ(table.columns[1].missing_line, 3);
  EXPECT_THAT(table.columns[1].word_lines, ElementsAre(2, 4));
  EXPECT_EQ(table.columns[2].missing, 2);
  EXPECT_FALSE(table.columns[2].is_text());
}

TEST_F(TableTest, AWordAmongNumbersIsRememberedByItsLine) {
  const auto column = read("a\n1\n2\nthree\n4\nfive\n").columns[0];
  EXPECT_EQ(column.word, "three");
  EXPECT_EQ(column.word_line, 4);
  EXPECT_THAT(column.words, ElementsAre("1", "2", "4", "five", "three"));
}

TEST_F(TableTest, ReadsPackedFilesDelimitersAndDecimalCommas) {
  for (const char* filter : {"none", "gzip", "xz"}) {
    write_packed(folder() / "t", "x;y\n1,5;2\n", filter);
    const auto table = read_table(folder() / "t", {.decimal = ','});
    EXPECT_EQ(table.columns[0].values.item<double>(), 1.5) << filter;
  }
  EXPECT_EQ(read("1|2\n3|4\n", {.delimiter = '|', .header = false}).rows, 2);
  EXPECT_THAT(read("1 2\n", {.delimiter = ' ', .header = false}).names(), ElementsAre("c1", "c2"));
}

TEST_F(TableTest, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_THAT(refused("a,b\n1,2\n3\n"), HasSubstr("t.csv: line 3 has 1 cells, the header has 2"));
  EXPECT_THAT(refused("a,b\n1,inf\n"), HasSubstr("line 2, column \"b\": inf is infinite"));
  EXPECT_THAT(refused("a,b\n1,1e999\n"), HasSubstr("line 2, column \"b\""));
  EXPECT_THAT(refused("a,b,a\n1,2,3\n"), HasSubstr("two columns are called \"a\""));
  EXPECT_THAT(refused("a,,b\n1,2,3\n"), HasSubstr("column 2 has no name"));
  EXPECT_THAT(refused("1,2\n3,4\n"), HasSubstr("set \"header\": false"));
  EXPECT_THAT(refused("a,b\n"), HasSubstr("has a header and no rows"));
  EXPECT_THAT(refused(""), HasSubstr("empty"));
  EXPECT_THAT(refused(std::string("PK\3\4\0\0\0", 7)), HasSubstr("is not text"));
  EXPECT_THAT(mistake([&] { read_table(folder(), {}); }), HasSubstr("not a regular file"));
  EXPECT_THAT(mistake([&] { read_table(folder() / "none.csv", {}); }), HasSubstr("no such file"));
}

TEST_F(TableTest, AFileThatUnpacksOutOfProportionIsRefused) {
  write_packed(folder() / "bomb.csv.gz", "a\n" + std::string(100 << 20, '1'), "gzip");
  EXPECT_THAT(mistake([&] { read_table(folder() / "bomb.csv.gz", {}); }), HasSubstr("longer than"));
}

}  // namespace
}  // namespace spinlab::datasets
