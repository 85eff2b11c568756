#include "datasets/tokens/byte_pairs.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <queue>

#include "datasets/tokens/byte_letters.h"
#include "datasets/tokens/pre_tokens.h"

namespace spinlab::datasets {
namespace {

std::uint64_t key(int32_t first, int32_t second) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(first)) << 32 |
         static_cast<std::uint32_t>(second);
}

/// Pre-tokens whose tokens are remembered: natural text repeats few words, and a text that does not must not
/// fill the memory.
constexpr std::size_t kRemembered = 1 << 16;

}  // namespace

BytePairs BytePairs::of_bytes() {
  BytePairs pairs;
  pairs.of_byte_.resize(kBytes);
  for (const auto byte : bytes_by_letter()) {
    pairs.of_byte_[byte] = static_cast<Token>(pairs.bytes_.size());
    pairs.bytes_.emplace_back(1, static_cast<char>(byte));
  }
  return pairs;
}

void BytePairs::add(const Merge& merge) {
  rank_.emplace(key(merge.first, merge.second), merges_.size());
  merges_.push_back(merge);
}

/// Of the pairs side by side the one that was learnt first, the first of several, until none was learnt: a
/// queue of them, so that a piece of n bytes takes time n log n, whatever is in it.
void BytePairs::encode_pre_token(std::string_view piece, std::vector<Token>& tokens) const {
  const auto n = piece.size();
  std::vector<Token> token(n);
  std::vector<std::size_t> next(n), previous(n);
  for (std::size_t i = 0; i < n; ++i) {
    token[i] = of_byte_[static_cast<unsigned char>(piece[i])];
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  using Found = std::pair<std::size_t, std::size_t>;  // rank, and where its first token is
  std::priority_queue<Found, std::vector<Found>, std::greater<>> queue;
  const auto look = [&](std::size_t i) {
    if (i >= n || next[i] >= n) return;
    const auto found = rank_.find(key(token[i], token[next[i]]));
    if (found != rank_.end()) queue.emplace(found->second, i);
  };
  for (std::size_t i = 0; i + 1 < n; ++i) look(i);
  constexpr Token kGone = -1;
  while (!queue.empty()) {
    const auto [rank, i] = queue.top();
    queue.pop();
    const auto& merge = merges_[rank];
    const auto j = next[i];
    if (token[i] != merge.first || j >= n || token[j] != merge.second) continue;  // merged since
    token[i] = merge.made;
    token[j] = kGone;
    next[i] = next[j];
    if (next[i] < n) previous[next[i]] = i;
    look(previous[i]);
    look(i);
  }
  for (std::size_t i = 0; i < n; i = next[i]) tokens.push_back(token[i]);
}

at::Tensor BytePairs::encode(std::string_view text) const {
  std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> seen;  // begin and end in `known`
  std::vector<Token> known, tokens;
  for_each_pre_token(text, [&](std::string_view piece) {
    const auto found = seen.find(piece);
    if (found != seen.end()) {
      const auto [begin, end] = found->second;
      for (auto i = begin; i < end; ++i) tokens.push_back(known[i]);
      return;
    }
    const auto begin = tokens.size();
    encode_pre_token(piece, tokens);
    if (seen.size() >= kRemembered) return;
    seen.emplace(piece, std::pair(known.size(), known.size() + tokens.size() - begin));
    known.insert(known.end(), tokens.begin() + static_cast<std::ptrdiff_t>(begin), tokens.end());
  });
  return at::tensor(at::ArrayRef<Token>(tokens), at::kInt).to(at::kLong);
}

}  // namespace spinlab::datasets
