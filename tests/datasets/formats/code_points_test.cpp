#include "datasets/formats/code_points.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CodePoints, NumbersCharactersNotBytes) {
  const auto text = encode_code_points("béa€𝄞b");
  EXPECT_THAT(text.alphabet, ElementsAre("a", "b", "é", "€", "𝄞"));
  EXPECT_TRUE(text.codes.equal(torch::tensor({1, 2, 0, 3, 4, 1}, torch::kLong)));
}

class ReadCharactersTest : public SpinlabTest {};

TEST_F(ReadCharactersTest, ReadsEncodingsAndPackedFiles) {
  write_file(folder() / "latin",
             "Gr\xf6\xdf"
             "e");
  write_packed(folder() / "packed", "Größe", "xz");
  EXPECT_EQ(read_characters(folder() / "latin").alphabet, read_characters(folder() / "packed").alphabet);
}

TEST_F(ReadCharactersTest, RefusesWhatIsNoText) {
  write_file(folder() / "binary", std::string("\0\1\2\3", 4));
  write_file(folder() / "empty", "");
  EXPECT_THAT(mistake([&] { read_characters(folder() / "binary"); }), HasSubstr("binary: is not text"));
  EXPECT_THAT(mistake([&] { read_characters(folder() / "empty"); }), HasSubstr("empty"));
}

}  // namespace
}  // namespace spinlab::datasets
