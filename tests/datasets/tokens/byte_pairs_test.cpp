#include "datasets/tokens/byte_pairs.h"

#include <torch/types.h>

#include <random>

#include "datasets/tokens/pre_tokens.h"
#include "src/core/files.h"
#include "src/core/seed.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> all;
  for_each_pre_token(text, [&](std::string_view piece) { all.emplace_back(piece); });
  return all;
}

// As Hugging Face's tokenizers cut them: record_byte_pairs.py.
TEST(PreTokens, AreGPT2s) {
  EXPECT_THAT(pieces("I've 2 cats,  they'll run!"),
              ElementsAre("I", "'ve", " 2", " cats", ",", " ", " they", "'ll", " run", "!"));
  EXPECT_THAT(pieces("a\n\n  b\t\n"), ElementsAre("a", "\n\n ", " b", "\t\n"));
  EXPECT_THAT(pieces("naïve Ⅷ ½ «x»"), ElementsAre("naïve", " Ⅷ", " ½", " «", "x", "»"));
  EXPECT_THAT(pieces("'S don't"), ElementsAre("'", "S", " don", "'t"));
  EXPECT_THAT(pieces(""), ElementsAre());
}

TEST(PreTokens, BytesThatAreNoUTF8StandAlone) {
  EXPECT_THAT(pieces("a\xff\xfe b\xc3"), ElementsAre("a", "\xff\xfe", " b", "\xc3"));
}

// "ab" occurs five times, then "abc" three, then of the pairs that occur twice the lowest.
TEST(BytePairsTest, LearnsTheMostFrequentPairFirst) {
  const auto pairs = BytePairs::train("abc abc abc ab ab", 259);
  ASSERT_EQ(pairs.size(), 259);
  EXPECT_EQ(pairs.bytes(256), "ab");
  EXPECT_EQ(pairs.bytes(257), " ab");
  EXPECT_EQ(pairs.bytes(258), " abc");
  EXPECT_EQ(pairs.decode(pairs.encode("abc abc")), "abc abc");
  EXPECT_EQ(pairs.encode("abc abc").numel(), 3);  // ab, c, _abc
}

TEST(BytePairsTest, StopsWhereNoPairOccursTwice) {
  EXPECT_EQ(BytePairs::train("abcd", 300).size(), 256);
  EXPECT_EQ(BytePairs::train("", 300).size(), 256);
  EXPECT_EQ(BytePairs::train("aaaa", 300).size(), 257);
}

// The exclamation mark is GPT-2's token 0, the byte 0 its 188th, the space its 220th.
TEST(BytePairsTest, NumbersBytesAsGPT2Does) {
  const auto bytes = BytePairs::train("", 256);
  EXPECT_TRUE(bytes.encode(std::string("! \0a", 4)).equal(torch::tensor({0, 220, 188, 64}, torch::kLong)));
  EXPECT_EQ(bytes.name(220), "Ġ");
  EXPECT_EQ(bytes.name(188), "Ā");
}

TEST(BytePairsTest, AreReversibleOnAnyBytes) {
  auto engine = make_engine(1, "bytes");
  std::string learnt;
  for (int i = 0; i < 20'000; ++i) learnt.push_back(static_cast<char>("the cat \xc3\xa9\xff"[engine() % 11]));
  const auto pairs = BytePairs::train(learnt, 400);
  ASSERT_EQ(pairs.size(), 400);
  for (int trial = 0; trial < 200; ++trial) {
    std::string text;
    const auto length = engine() % 200;
    for (std::size_t i = 0; i < length; ++i)
      text.push_back(trial % 2 == 0 ? static_cast<char>(engine()) : learnt[engine() % learnt.size()]);
    const auto tokens = pairs.encode(text);
    EXPECT_EQ(pairs.decode(tokens), text);
    EXPECT_LE(tokens.numel(), static_cast<int64_t>(length));
  }
}

/// The same by the definition: as long as any pair was learnt, all places of the one that was learnt first.
std::vector<std::string> merged(std::vector<std::string> tokens,
                                const std::vector<std::pair<std::string, std::string>>& learnt) {
  for (const auto& [first, second] : learnt) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i] != first || tokens[i + 1] != second) continue;
      tokens[i] += second;
      tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
  return tokens;
}

// Recorded by record_byte_pairs.py.
TEST_F(SpinlabTest, BytePairsAreThoseOfHuggingFace) {
  const auto pairs = BytePairs::train(
      "the cat sat on the mat, the cat ate the café's naïve 12 rats; don't the rats rat? 1212 caféé  aaaa "
      "aaaaaa",
      300);
  pairs.write(folder());
  EXPECT_EQ(read_file(folder() / "merges.txt", 1 << 20),
            "#version: 0.2\na a\na t\nh e\nt he\nĠ c\nĠ the\n1 2\nr at\nÃ ©\nĠ rat\naa aa\na f\no n\nĠ 12\n"
            "Ġ aaaa\nĠc at\nĠc af\nĠrat s\nĠcaf Ã©\n");
  EXPECT_TRUE(
      pairs.encode("the cafés rat the mat aaaaa 1213")
          .equal(torch::tensor({259, 274, 82, 265, 261, 220, 76, 257, 270, 64, 269, 16, 18}, torch::kLong)));
}

// A long word of two letters, where nearly every pair overlaps the next.
TEST_F(SpinlabTest, BytePairsAreMergedInTheOrderInWhichTheyWereLearnt) {
  auto engine = make_engine(2, "letters");
  std::string text;
  for (int i = 0; i < 3000; ++i) text.push_back(static_cast<char>('a' + engine() % 2));
  const auto pairs = BytePairs::train(text.substr(0, 2000), 320);
  pairs.write(folder());
  std::istringstream lines(read_file(folder() / "merges.txt", 1 << 20));
  std::vector<std::pair<std::string, std::string>> learnt;
  std::string version, first, second;
  std::getline(lines, version);
  EXPECT_EQ(version, "#version: 0.2");
  while (lines >> first >> second) learnt.emplace_back(first, second);
  std::vector<std::string> tokens;
  for (const char letter : text) tokens.emplace_back(1, letter);
  const auto expected = merged(tokens, learnt);
  const auto encoded = pairs.encode(text);
  ASSERT_EQ(encoded.numel(), static_cast<int64_t>(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(pairs.bytes(encoded[static_cast<int64_t>(i)].item<int64_t>()), expected[i]) << i;
}

class BytePairFilesTest : public SpinlabTest {
 protected:
  BytePairFilesTest() { BytePairs::train("the cat sat on the mat, the cat ate", 262).write(folder()); }

  std::string file(const char* name) const { return read_file(folder() / name, 1 << 20); }
  std::string said() const {
    return mistake([&] { BytePairs::read(folder()); });
  }
  void replace(const char* name, const std::string& from, const std::string& to) {
    auto text = file(name);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    write_file(folder() / name, text.replace(at, from.size(), to));
  }
};

TEST_F(BytePairFilesTest, AreReadAsTheyWereWritten) {
  const auto read = BytePairs::read(folder());
  const auto again = BytePairs::train("the cat sat on the mat, the cat ate", 262);
  EXPECT_EQ(read.names(), again.names());
  EXPECT_TRUE(read.encode("the cat, the hat\xff").equal(again.encode("the cat, the hat\xff")));
}

TEST_F(BytePairFilesTest, SpecialTokensNeedNoMergeAndAreNeverGiven) {
  replace("vocab.json", "{", "{\"<|endoftext|>\":262,");
  const auto read = BytePairs::read(folder());
  EXPECT_EQ(read.size(), 263);
  EXPECT_EQ(read.bytes(262), "<|endoftext|>");
  EXPECT_LT(read.encode("<|endoftext|>").max().item<int64_t>(), 262);
}

TEST_F(BytePairFilesTest, SayWhatIsWrongWithThem) {
  const auto merges = file("merges.txt"), vocabulary = file("vocab.json");
  const auto restore = [&] {
    write_file(folder() / "merges.txt", merges);
    write_file(folder() / "vocab.json", vocabulary);
  };
  write_file(folder() / "merges.txt", merges.substr(0, merges.rfind('\n', merges.size() - 2) + 1));
  EXPECT_THAT(said(), HasSubstr("merges.txt: no merge makes token 261"));
  write_file(folder() / "merges.txt", merges.substr(0, merges.size() - 2));
  EXPECT_THAT(said(), HasSubstr("merges.txt: "));
  restore();
  write_file(folder() / "vocab.json", vocabulary.substr(0, vocabulary.size() / 2));
  EXPECT_THAT(said(), HasSubstr("vocab.json: expected an object of tokens and their numbers; is it whole?"));
  restore();
  replace("vocab.json", ":261", ":260");
  EXPECT_THAT(said(), HasSubstr("two tokens have the number 260"));
  restore();
  replace("vocab.json", ":261", ":10000000000");
  EXPECT_THAT(said(), HasSubstr("is not one of 0 to 261"));
  restore();
  replace("vocab.json", "\"!\":0", "\"! !\":0");
  EXPECT_THAT(said(), HasSubstr("vocab.json: ! ! is not written in the letters of GPT-2's bytes"));
  restore();
  write_file(folder() / "merges.txt", merges + "q z\n");
  EXPECT_THAT(said(), HasSubstr("qz"));
  std::filesystem::remove(folder() / "merges.txt");
  EXPECT_THAT(said(), HasSubstr("merges.txt"));
}

TEST(BytePairsTest, RefusesVocabulariesThatCannotBe) {
  EXPECT_THAT(mistake([] { BytePairs::train("a", 255); }), HasSubstr("from 256 to 1048576 tokens, got 255"));
}

}  // namespace
}  // namespace spinlab::datasets
