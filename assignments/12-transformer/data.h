#pragma once

#include <torch/types.h>

#include <cstdint>

#include "datasets/files/data_folders.h"
#include "datasets/sets/tinyshakespeare.h"
#include "datasets/tokens/characters.h"
#include "src/core/seed.h"

/// What fit_text is trained on and judged by: int64 tokens, as transformer.h's task 14 says.
namespace transformer::data {

using torch::Tensor;

constexpr int64_t kPiece = 48;  // tokens of a piece that a model is asked about

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

/// The first nine tenths of the plays, and 20,000 characters of the last: 65 characters, exchanged by a
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
  const auto room = codes.size(0) - training - 20'000;
  const auto first = training + torch::randint(room, {1}, generator, torch::kLong).item<int64_t>();
  return cut(cipher.index_select(0, codes), training, first, 20'000, vocabulary);
}

/// 60,000 and 20,000 tokens, of 10: nine times in ten the next one is a function of the last two, which for
/// each last one is a permutation of the one before, so that a single token says nothing of the next.
inline Text without_pairs(std::uint64_t seed) {
  constexpr int64_t kTokens = 10, kTrain = 60'000, kTest = 20'000;
  const auto generator = spinlab::make_generator(seed, "without pairs");
  const auto next = torch::rand({kTokens, kTokens}, generator).argsort(/*dim=*/int64_t{1});
  const auto surprise = torch::rand({kTrain + kTest}, generator).lt(0.1);
  auto tokens = torch::randint(kTokens, {kTrain + kTest}, generator, torch::kLong);
  auto* x = tokens.data_ptr<int64_t>();
  const auto* rule = next.data_ptr<int64_t>();
  const auto* random = surprise.data_ptr<bool>();
  for (int64_t i = 2; i < kTrain + kTest; ++i)
    if (!random[i]) x[i] = rule[x[i - 1] * kTokens + x[i - 2]];
  return cut(tokens, kTrain, kTrain, kTest, kTokens);
}

/// ln p(b | a) of all pairs, counted in the training text, with a hundredth added to each count: (v, v).
inline Tensor bigram(const Text& text) {
  const auto v = text.vocabulary, length = text.train.size(0);
  const auto pairs = text.train.slice(0, 0, length - 1) * v + text.train.slice(0, 1);
  const auto counts = at::bincount(pairs, {}, v * v).view({v, v}).to(torch::kFloat64) + 0.01;
  return (counts / counts.sum(1, /*keepdim=*/true)).log();
}

}  // namespace transformer::data
