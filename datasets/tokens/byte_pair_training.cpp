#include <c10/util/Exception.h>

#include <queue>

#include "datasets/tokens/byte_pairs.h"
#include "datasets/tokens/pre_tokens.h"

namespace spinlab::datasets {
namespace {

using Token = int32_t;

/// A pre-token that occurs `count` times, as it is written now.
struct Word {
  std::vector<Token> tokens;
  int64_t count;
};

struct Pair {
  Token first, second;
  auto operator<=>(const Pair&) const = default;
};

struct PairHash {
  std::size_t operator()(const Pair& pair) const {
    return std::hash<std::uint64_t>()(static_cast<std::uint64_t>(pair.first) << 32 ^
                                      static_cast<std::uint64_t>(pair.second));
  }
};

/// How often each pair stands side by side in all words, kept up to date while words are rewritten: a merge
/// costs as much as the words that it changes.
class PairCounts {
 public:
  explicit PairCounts(std::vector<Word> words) : words_(std::move(words)) {
    for (std::size_t w = 0; w < words_.size(); ++w) count(w, 1);
    queue_fresh();
  }

  /// The most frequent pair, of equally frequent ones the lowest; its count is 0 where there is none.
  std::pair<Pair, int64_t> most_frequent() {
    while (!queue_.empty()) {
      const auto top = queue_.top();
      queue_.pop();
      const auto now = pairs_[top.pair].count;
      if (now == top.count) return {top.pair, now};
      if (now > 0) queue_.push({now, top.pair});
    }
    return {{}, 0};
  }

  void merge(const Pair& pair, Token made) {
    const auto where = std::move(pairs_[pair].words);
    for (const auto w : where) {
      count(w, -1);
      rewrite(words_[w].tokens, pair, made);
      count(w, 1);
    }
    queue_fresh();
  }

 private:
  struct Known {
    int64_t count = 0;
    /// Words that it was seen in, perhaps more than once; in some it may no longer be.
    std::vector<std::size_t> words;
  };
  struct Queued {
    int64_t count;
    Pair pair;
    bool operator<(const Queued& other) const {
      return count != other.count ? count < other.count : pair > other.pair;
    }
  };

  void count(std::size_t w, int64_t sign) {
    const auto& [tokens, times] = words_[w];
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const Pair pair{tokens[i], tokens[i + 1]};
      auto& known = pairs_[pair];
      if (sign > 0 && (known.words.empty() || known.words.back() != w)) {
        if (known.words.empty()) fresh_.push_back(pair);
        known.words.push_back(w);
      }
      known.count += sign * times;
    }
  }

  void queue_fresh() {
    for (const auto& pair : fresh_) queue_.push({pairs_[pair].count, pair});
    fresh_.clear();
  }

  static void rewrite(std::vector<Token>& tokens, const Pair& pair, Token made) {
    std::size_t to = 0;
    for (std::size_t from = 0; from < tokens.size(); ++from, ++to) {
      const bool found =
          from + 1 < tokens.size() && tokens[from] == pair.first && tokens[from + 1] == pair.second;
      tokens[to] = found ? made : tokens[from];
      from += found;
    }
    tokens.resize(to);
  }

  std::vector<Word> words_;
  std::unordered_map<Pair, Known, PairHash> pairs_;
  std::priority_queue<Queued> queue_;
  /// Pairs that were not there before, whose counts are still growing.
  std::vector<Pair> fresh_;
};

std::vector<Word> words_of(std::string_view text, const std::vector<Token>& of_byte) {
  std::unordered_map<std::string_view, int64_t> times;
  for_each_pre_token(text, [&](std::string_view piece) { ++times[piece]; });
  std::vector<Word> words;
  for (const auto& [piece, count] : times) {
    words.push_back({{}, count});
    for (const unsigned char byte : piece) words.back().tokens.push_back(of_byte[byte]);
  }
  return words;
}

}  // namespace

BytePairs BytePairs::train(std::string_view text, int64_t vocabulary) {
  TORCH_CHECK_VALUE(vocabulary >= kBytes && vocabulary <= kMaxTokens, "a vocabulary of byte pairs has from ",
                    kBytes, " to ", kMaxTokens, " tokens, got ", vocabulary);
  auto pairs = of_bytes();
  PairCounts counts(words_of(text, pairs.of_byte_));
  constexpr int64_t kTwice = 2;
  while (pairs.size() < vocabulary) {
    const auto [pair, times] = counts.most_frequent();
    if (times < kTwice) break;
    const auto made = static_cast<Token>(pairs.size());
    pairs.bytes_.push_back(pairs.bytes(pair.first) + pairs.bytes(pair.second));
    pairs.add({pair.first, pair.second, made});
    counts.merge(pair, made);
  }
  return pairs;
}

}  // namespace spinlab::datasets
