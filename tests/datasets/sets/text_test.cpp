#include "datasets/sets/text.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class TextTest : public SpinlabTest {
 protected:
  Dataset load(Json options) const {
    options.update({{"name", "text"}, {"file", (folder() / "t.txt").string()}});
    return load_dataset(options, DataFolders(), 0);
  }
};

TEST_F(TextTest, PartsComeInTheOrderOfTheText) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += static_cast<char>('0' + i / 10);
  write_file(folder() / "t.txt", text);
  write_file(folder() / "other.txt", "ß0ß0ß0");
  const auto set = load({{"context", 4}, {"validation_fraction", 0.2}});
  EXPECT_EQ(set.train.size(), 70 - 4);
  EXPECT_EQ(set.parts.at("validation").inputs[0][0].item<int64_t>(), 7);
  EXPECT_EQ(set.test.inputs.min().item<int64_t>(), 9);
  EXPECT_TRUE(set.train.targets.slice(1, 0, 3).equal(set.train.inputs.slice(1, 1, 4)));
  const auto other = load({{"context", 4}, {"test_file", (folder() / "other.txt").string()}});
  EXPECT_EQ(other.classes.back(), "ß");
  EXPECT_EQ(other.test.inputs[0][0].item<int64_t>(), 10);
  EXPECT_EQ(other.train.size(), 96);
  EXPECT_THAT(mistake([&] { load({{"context", 50}}); }),
              HasSubstr("a context of 50 needs more than the 10 tokens"));
}

class TextDataTest : public RealDataTest {};

TEST_F(TextDataTest, IsTinyShakespeare) {
  const auto own = load_dataset({{"name", "text"}, {"file", data("tinyshakespeare/input.txt").string()}},
                                DataFolders(), 0);
  const auto known = load_dataset({{"name", "tinyshakespeare"}}, DataFolders(), 0);
  EXPECT_EQ(own.classes, known.classes);
  // 90 % are rounded here and cut off there.
  const auto same = known.train.size(), tested = own.test.size();
  ASSERT_EQ(own.train.size() - same, 1);
  ASSERT_EQ(known.test.size(), tested);
  EXPECT_TRUE(own.train.inputs.narrow(0, 0, same).equal(known.train.inputs));
  EXPECT_TRUE(own.test.inputs.equal(known.test.targets));
}

}  // namespace
}  // namespace spinlab::datasets
