#include "datasets/sets/tinyshakespeare.h"

#include <torch/types.h>

#include "datasets/tokens/characters.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class TinyShakespeareDataTest : public RealDataTest {};

// Computed twice on the real file: reference-values.md, section "Text".
TEST_F(TinyShakespeareDataTest, LengthAlphabetAndEntropy) {
  const auto text = read_tinyshakespeare(data("tinyshakespeare/input.txt"));
  const Characters characters({text});
  ASSERT_EQ(text.size(), 1'115'394);
  ASSERT_EQ(characters.size(), 65);
  const auto p = characters.encode(text).bincount().to(torch::kDouble) / static_cast<double>(text.size());
  EXPECT_CLOSE(-(p * p.log2()).sum().item<double>(), 4.779353, atol(5e-7));
}

TEST_F(TinyShakespeareDataTest, TargetsAreTheNextCharacters) {
  const auto set =
      load_dataset({{"name", "tinyshakespeare"}, {"context", 8}, {"stride", 3}}, DataFolders(), 0);
  EXPECT_EQ(set.train.inputs.size(1), 8);
  EXPECT_TRUE(set.train.inputs[5].slice(0, 1).equal(set.train.targets[5].slice(0, 0, 7)));
  EXPECT_TRUE(set.train.inputs[6].slice(0, 0, 5).equal(set.train.inputs[5].slice(0, 3)));
  EXPECT_EQ(set.train.inputs.storage().nbytes(), 1'003'854 * 8);  // no window is a copy
  EXPECT_EQ(set.test.size(), 111'539 / 8);
}

TEST_F(TinyShakespeareDataTest, AnImpossibleContextIsRefused) {
  EXPECT_THAT(mistake([] { load_dataset({{"name", "tinyshakespeare"}, {"context", 0}}, DataFolders(), 0); }),
              HasSubstr("context must lie in [1, 65536], got 0"));
}

}  // namespace
}  // namespace spinlab::datasets
