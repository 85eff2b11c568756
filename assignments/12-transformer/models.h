#pragma once

#include <functional>
#include <string>
#include <vector>

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

using Predictor = std::function<Tensor(const Tensor&)>;

/// Tokens of each piece that are shown, one number for each call: they grow, so that no token is shown before
/// it has been asked for.
inline std::vector<int64_t> shown() {
  std::vector<int64_t> lengths;
  const auto drawn = integers(data::kPiece / 6 - 1, 6, "shown");
  for (int64_t i = 0; i < drawn.size(0); ++i) lengths.push_back(6 * (i + 1) + drawn[i].item<int64_t>());
  return lengths;
}

/// The mean of −ln p of the token behind so many tokens of each piece, in nats: of one place a call, the
/// last.
inline double loss_behind(const Tensor& pieces, const std::vector<int64_t>& lengths, const Predictor& model) {
  double sum = 0;
  for (const auto length : lengths) {
    const auto logits = model(pieces.slice(1, 0, length).contiguous()).select(1, -1).to(torch::kFloat64);
    sum -= at::log_softmax(logits, -1).gather(1, pieces.slice(1, length, length + 1)).mean().item<double>();
  }
  return sum / static_cast<double>(lengths.size());
}

constexpr int64_t kSpare = 16;  // pieces that are not judged, but shown with and without their end

/// Trains on a text and asks for tokens of another part of it that no call has shown: what is kept from call
/// to call is of no use. Returns the mean loss, in nats.
inline double judged(const data::Text& text) {
  const auto model = ::fit_text(text.train, text.vocabulary, seed("fit"));
  model.eval();
  const Predictor asked = [&](const Tensor& tokens) {
    const auto logits = model.forward(tokens);
    EXPECT_EQ(logits.sizes(), at::IntArrayRef({tokens.size(0), tokens.size(1), text.vocabulary}))
        << "logits of each token";
    EXPECT_EQ(logits.scalar_type(), torch::kFloat32) << "logits";
    EXPECT_TRUE(logits.isfinite().all().item<bool>()) << "logits of " << tokens.size(1) << " tokens";
    return logits;
  };
  const double loss = loss_behind(text.pieces.slice(0, kSpare), shown(), asked);
  const auto spare = text.pieces.slice(0, 0, kSpare).contiguous();
  const auto half = asked(spare.slice(1, 0, data::kPiece / 2).contiguous());
  const auto change = (asked(spare).slice(1, 0, data::kPiece / 2) - half).abs().max().item<double>();
  EXPECT_LT(change, 1e-3) << "logits change with tokens that come later";
  return loss;
}

}  // namespace transformer::problems
