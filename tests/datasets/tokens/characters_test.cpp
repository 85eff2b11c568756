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
