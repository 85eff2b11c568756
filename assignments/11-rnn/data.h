#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "datasets/files/data_folders.h"
#include "datasets/sets/tinyshakespeare.h"
#include "datasets/tokens/characters.h"
#include "src/core/seed.h"

/// What fit_text is trained on and judged by: int64 tokens, as rnn.h's task 15 says.
namespace rnn::data {

using torch::Tensor;

constexpr int64_t kPiece = 96;  // tokens of a piece that a model is asked about

struct Text {
  Tensor train;   // (length)
  Tensor pieces;  // (n, kPiece), of a part that train does not have
  int64_t vocabulary;
};

inline Text cut(const Tensor& tokens, int64_t training, int64_t first_tested, int64_t tested,
                int64_t vocabulary) {
  const auto pieces =
      tokens.slice(0, first_tested, first_tested + tested / kPiece * kPiece).view({-1, kPiece});
  return {tokens.slice(0, 0, training).contiguous(), pieces.contiguous(), vocabulary};
}

/// The first nine tenths of the plays, and 40,000 characters of the last: 65 characters, exchanged by a
/// permutation that the seed draws.
inline Text shakespeare(std::uint64_t seed) {
  using namespace spinlab::datasets;
  static const auto text =
      read_tinyshakespeare(DataFolders().find("tinyshakespeare/input.txt", "tinyshakespeare"));
  static const Characters characters({text});
  static const auto codes = characters.encode(text);
  const auto vocabulary = characters.size();
  const auto generator = spinlab::make_generator(seed, "cipher");
  const auto cipher = torch::randperm(vocabulary, generator, torch::kLong);
  const auto training = codes.size(0) * 9 / 10;
  const auto room = codes.size(0) - training - 40'000;
  const auto first = training + torch::randint(room, {1}, generator, torch::kLong).item<int64_t>();
  return cut(cipher.index_select(0, codes), training, first, 40'000, vocabulary);
}

constexpr int64_t kQuery = 4;  // of recalled, before its names are exchanged

struct Recalled {
  Text text;
  int64_t query;  // the token behind which the last marker comes
};

/// 60,000 and 20,000 tokens, of 8: 0 to 3 are markers, one token in ten; as often comes a query, kQuery, and
/// behind it the last marker once more; all others are noise, 5 to 7. Ten tokens lie between a marker and its
/// query, on average, so whoever knows the last two only can guess among four. Names are exchanged by a
/// permutation.
inline Recalled recalled(std::uint64_t seed) {
  constexpr int64_t kTokens = 8, kTrain = 60'000, kTest = 20'000;
  const auto generator = spinlab::make_generator(seed, "recalled");
  const auto kinds = torch::rand({kTrain + kTest}, generator, torch::kFloat64);
  const auto markers = torch::randint(kQuery, {kTrain + kTest}, generator, torch::kLong);
  auto tokens = torch::randint(kQuery + 1, kTokens, {kTrain + kTest}, generator, torch::kLong);
  const auto names = torch::randperm(kTokens, generator, torch::kLong);
  auto* x = tokens.data_ptr<int64_t>();
  int64_t last = 0;
  for (int64_t i = 0; i < kTrain + kTest; ++i) {
    const double kind = kinds.data_ptr<double>()[i];
    if (i > 0 && x[i - 1] == kQuery)
      x[i] = last;
    else if (kind < 0.1)
      x[i] = last = markers.data_ptr<int64_t>()[i];
    else if (kind < 0.2)
      x[i] = kQuery;
  }
  return {cut(names.index_select(0, tokens), kTrain, kTrain, kTest, kTokens), names[kQuery].item<int64_t>()};
}

/// The n-grams of a text, n = 1, 2, 3 [Witten and Bell 1991, method C]: with C(h) of the places behind h and
/// T(h) different tokens there, p(w | h) = (c(h w) + T(h) p(w | h')) / (C(h) + T(h)), h' without its first
/// token, down to 1/v.
class NGrams {
 public:
  explicit NGrams(const Text& text) : v_(text.vocabulary) {
    auto shorter = torch::full({1, v_}, 1.0 / static_cast<double>(v_), torch::kFloat64);
    const auto length = text.train.size(0);
    auto codes = torch::zeros_like(text.train);
    for (int64_t n = 1; n <= 3; ++n) {
      codes = n == 1 ? text.train : codes.slice(0, 0, length - n + 1) * v_ + text.train.slice(0, n - 1);
      const auto contexts = n == 1 ? 1 : shorter.size(0) * v_;
      const auto counts = at::bincount(codes, {}, contexts * v_).view({contexts, v_}).to(torch::kFloat64);
      const auto kinds = counts.gt(0).sum(1, /*keepdim=*/true).to(torch::kFloat64);
      const auto total = counts.sum(1, /*keepdim=*/true) + kinds;
      const auto backed = shorter.repeat({contexts / shorter.size(0), 1});
      shorter = torch::where(total > 0, (counts + kinds * backed) / total.clamp_min(1), backed);
      tables_.push_back(shorter.log());
    }
  }

  /// ln p of every token behind those of each row, (n, t), t ≥ order − 1: (n, v).
  Tensor behind(const Tensor& tokens, int64_t order) const {
    auto context = torch::zeros({tokens.size(0)}, torch::kLong);
    for (int64_t i = tokens.size(1) - order + 1; i < tokens.size(1); ++i)
      context = context * v_ + tokens.select(1, i);
    return tables_.at(static_cast<std::size_t>(order - 1)).index_select(0, context);
  }

 private:
  int64_t v_;
  std::vector<Tensor> tables_;  // (v^(n − 1), v)
};

}  // namespace rnn::data
