#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "datasets/tokens/tokenizer.h"

namespace spinlab::datasets {

/// Byte-pair encoding of any bytes, as GPT-2 has it [Gage 1994; Sennrich, Haddow and Birch, arXiv:1508.07909;
/// Radford et al. 2019, section 2.2]: the tokens are the 256 bytes and what merges of two tokens make; a text
/// is cut into pre-tokens (datasets/tokens/pre_tokens.h), and in each the merge that was learnt first is done
/// first.
///
///     const auto pairs = BytePairs::train(text, 1000);
///     const auto tokens = pairs.encode(text);          // int64, each in [0, pairs.size())
///     pairs.decode(tokens) == text;                    // whatever the bytes
class BytePairs : public Tokenizer {
 public:
  /// At most `vocabulary` tokens: merges of the pair that is most frequent in the text, of equally frequent
  /// ones that of the lower numbers, while there is one that occurs twice. Throws c10::ValueError where
  /// `vocabulary` is below 256 or above kMaxTokens.
  static BytePairs train(std::string_view text, int64_t vocabulary);

  static constexpr auto kVocabularyFile = "vocab.json", kMergesFile = "merges.txt";
  /// From these two files in a folder, ours, GPT-2's or another's of their form. Throws
  /// c10::ValueError where a file is missing or too long, the numbers are not 0, 1, …, a byte has no token, a
  /// merge is of or makes what is none, or a token is made by no merge (merges.txt was cut short). Tokens of
  /// the form <|name|> need no merge; encode never gives them.
  static BytePairs read(const std::filesystem::path& folder);

  /// Writes the two files, whole or not at all, as Hugging Face's tokenizers read them.
  void write(const std::filesystem::path& folder) const override;

  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  const std::string& bytes(int64_t token) const override {
    return bytes_.at(static_cast<std::size_t>(token));
  }
  /// In the letters of byte_letters.h.
  std::string name(int64_t token) const override;
  /// Of any bytes, UTF-8 or not.
  at::Tensor encode(std::string_view text) const override;

  static constexpr int64_t kBytes = 256, kMaxTokens = 1 << 20;

 private:
  using Token = int32_t;
  struct Merge {
    Token first, second, made;
  };

  BytePairs() = default;
  /// The bytes alone, numbered as GPT-2 numbers them.
  static BytePairs of_bytes();
  void add(const Merge& merge);
  void encode_pre_token(std::string_view piece, std::vector<Token>& tokens) const;

  std::vector<std::string> bytes_;
  /// The tokens of the single bytes.
  std::vector<Token> of_byte_;
  /// In the order in which they are done, and by their pair, which of them it is.
  std::vector<Merge> merges_;
  std::unordered_map<std::uint64_t, std::size_t> rank_;
};

}  // namespace spinlab::datasets
