#include "datasets/tokens/characters.h"

#include <torch/types.h>

#include "datasets/formats/text_file.h"
#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CharactersTest, NumbersCharactersNotBytes) {
  const Characters characters({"béa€", "𝄞b"});
  EXPECT_THAT(characters.names(), ElementsAre("a", "b", "é", "€", "𝄞"));
  const auto codes = characters.encode("béa€𝄞b");
  EXPECT_TRUE(codes.equal(torch::tensor({1, 2, 0, 3, 4, 1}, torch::kLong)));
  EXPECT_EQ(characters.decode(codes), "béa€𝄞b");
}

TEST(CharactersTest, NamesWhatItDoesNotKnow) {
  const Characters characters({"banana\n"});
  EXPECT_THAT(mistake([&] { characters.encode("bað"); }),
              HasSubstr("character 3, \"ð\" (U+00F0), is not among the 4 of the text"));
  EXPECT_THAT(mistake([&] { characters.decode(torch::tensor({0, 4}, torch::kLong)); }),
              HasSubstr("token 1 is 4; there are 4"));
}

TEST(CharactersTest, NamesTheByteThatBeginsNoCharacter) {
  const Characters characters({"aé€"});
  const std::vector<std::pair<std::string, std::string>> broken{
      {"a\xc3", "byte 2 of 2 (0xC3) begins no whole"},
      {"a\xe2\x82", "byte 2 of 3 (0xE2)"},
      {"a\xe2\x82\x61", "byte 2 of 4 (0xE2)"},
      {"\xa9\x61", "byte 1 of 2 (0xA9)"},
      {"\xff", "byte 1 of 1 (0xFF)"}};
  for (const auto& [text, said] : broken)
    EXPECT_THAT(mistake([&] { characters.encode(text); }), HasSubstr(said));
  EXPECT_THAT(mistake([] { Characters({"ab\x80"}); }), HasSubstr("byte 3 of 3 (0x80)"));
}

class ReadTextTest : public SpinlabTest {};

TEST_F(ReadTextTest, ReadsEncodingsAndPackedFiles) {
  write_file(folder() / "latin",
             "Gr\xf6\xdf"
             "e");
  write_packed(folder() / "packed", "Größe", "xz");
  EXPECT_EQ(read_text(folder() / "latin"), read_text(folder() / "packed"));
}

TEST_F(ReadTextTest, RefusesWhatIsNoText) {
  write_file(folder() / "binary", std::string("\0\1\2\3", 4));
  write_file(folder() / "empty", "");
  EXPECT_THAT(mistake([&] { read_text(folder() / "binary"); }), HasSubstr("binary: is not text"));
  EXPECT_THAT(mistake([&] { read_text(folder() / "empty"); }), HasSubstr("empty"));
}

}  // namespace
}  // namespace spinlab::datasets
