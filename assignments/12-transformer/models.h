#pragma once

#include "calls.h"
#include "data.h"
#include "problems.h"

/// Whole models: what LibTorch makes of their parameters, and how a student's are judged.
namespace transformer::problems {

inline ModelShape shape_of(const ModelOptions& options) {
  return {options.layers,    options.width,      options.heads,  options.heads,
          4 * options.width, options.vocabulary, options.context};
}

using State = spinlab::judging::NamedTensorList;

/// Other numbers for a model, float64: scores, branches and logits of order 1.
inline State drawn_state(const spinlab::judging::StudentModule& model, const std::string& purpose) {
  auto state = model.named_parameters();
  for (std::size_t i = 0; i < state.size(); ++i) {
    auto& value = state[i].second;
    const double size = value.dim() == 1 ? 0.3 : 1.2 / std::sqrt(static_cast<double>(value.size(1)));
    value = size * normal(value.sizes(), purpose + std::to_string(i)) + (value.dim() == 1 ? 0.5 : 0.0);
  }
  return state;
}

inline State in_single_precision(const State& state) {
  State list;
  for (const auto& [name, value] : state) list.emplace_back(name, value.to(torch::kFloat32));
  return list;
}

/// The logits by LibTorch's functions, in float64.
inline Tensor decoder(const State& state, const ModelOptions& options, const Tensor& tokens) {
  std::size_t at = 0;
  const auto next = [&] { return state.at(at++).second.to(torch::kFloat64); };
  const auto embedding = next(), places = next();
  auto x = at::embedding(embedding, tokens) + places.slice(0, 0, tokens.size(1));
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    // Members of braces are made from the left to the right.
    const BlockParameters block{{next(), next()},
                                {next(), next(), next(), next(), next(), next(), next(), next()},
                                {next(), next()},
                                {next(), next(), next(), next()}};
    x = reference_block(x, block, options.heads, causal(tokens.size(1)));
  }
  const NormParameters last{next(), next()};
  return at::linear(normed(x, last), embedding);
}

/// Trains on a text and asks about pieces of another part of it. Behind a place that is drawn for each piece
/// all tokens are replaced once: whoever looks at a later token is seen there. Returns the mean loss, in
/// nats.
inline double judged(const data::Text& text) {
  const auto model = ::fit_text(text.train, text.vocabulary, seed("fit"));
  model.eval();
  const auto n = text.pieces.size(0);
  const auto later = torch::arange(data::kPiece) >= integers(n, data::kPiece - 1, "cut").add(1).unsqueeze(1);
  const auto others = integers(n * data::kPiece, text.vocabulary, "others").view({n, data::kPiece});
  const auto replaced = torch::where(later, others, text.pieces);
  const auto before = model.forward(replaced), logits = model.forward(text.pieces);
  EXPECT_EQ(logits.sizes(), at::IntArrayRef({n, data::kPiece, text.vocabulary})) << "logits of each token";
  const auto change = (before - logits).abs().amax(2).masked_fill(later, 0).max().item<double>();
  EXPECT_LT(change, 1e-3) << "logits change with tokens that come later";
  return losses(logits, text.pieces).mean().item<double>();
}

}  // namespace transformer::problems
