#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "calls.h"
#include "data.h"
#include "problems.h"

/// Whole models: what LibTorch makes of their parameters, and how a student's are judged.
namespace rnn::problems {

using State = spinlab::judging::NamedTensorList;

/// Other numbers for a model, float64: sums and logits of order 1.
inline State drawn_state(const spinlab::judging::StudentModule& model, const std::string& purpose) {
  auto state = model.named_parameters();
  for (std::size_t i = 0; i < state.size(); ++i) {
    auto& value = state[i].second;
    const double size = value.dim() == 1 ? 0.5 : 1.2 / std::sqrt(static_cast<double>(value.size(1)));
    value = size * normal(value.sizes(), purpose + std::to_string(i));
  }
  return state;
}

inline State in_single_precision(const State& state) {
  State list;
  for (const auto& [name, value] : state) list.emplace_back(name, value.to(torch::kFloat32));
  return list;
}

/// The logits by LibTorch's LSTM, in float64.
inline Tensor reference_model(const State& state, const Tensor& tokens) {
  const auto at = [&](std::size_t i) { return state.at(i).second.to(torch::kFloat64); };
  const Cell cell{at(1), at(2), at(3), at(4)};
  const auto zeros = torch::zeros({tokens.size(0), cell.recurrent.size(1)}, torch::kFloat64);
  const auto read = reference_lstm(at::embedding(at(0), tokens.t()), {zeros, zeros}, cell).outputs;
  return at::linear(read, at(5), at(6)).transpose(0, 1);
}

/// ln p of the token behind those of each row, (n, v).
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
/// last, and of those alone whose last token is `query`, where there is one.
inline double loss_behind(const Tensor& pieces, const std::vector<int64_t>& lengths, const Predictor& model,
                          int64_t query = -1) {
  double sum = 0, count = 0;
  for (const auto length : lengths) {
    const auto shown = pieces.slice(1, 0, length).contiguous();
    const auto losses = -model(shown).gather(1, pieces.slice(1, length, length + 1)).flatten();
    const auto last = shown.select(1, length - 1);
    const auto counted = query < 0 ? torch::ones_like(last, torch::kBool) : last == query;
    sum += losses.masked_select(counted).sum().item<double>();
    count += static_cast<double>(counted.sum().item<int64_t>());
  }
  return sum / count;
}

constexpr int64_t kSpare = 16;  // pieces that are not judged, but shown with and without their end

/// Trains on a text and asks for tokens of another part of it that no call has shown: what is kept from call
/// to call is of no use. Returns the mean loss, in nats.
inline double judged(const data::Text& text, int64_t query = -1) {
  const auto model = ::fit_text(text.train, text.vocabulary, seed("fit"));
  model.eval();
  const auto asked = [&](const Tensor& tokens) {
    const auto logits = model.forward(tokens);
    EXPECT_EQ(logits.sizes(), at::IntArrayRef({tokens.size(0), tokens.size(1), text.vocabulary}))
        << "logits of each token";
    EXPECT_EQ(logits.scalar_type(), torch::kFloat32) << "logits";
    EXPECT_TRUE(logits.isfinite().all().item<bool>()) << "logits of " << tokens.size(1) << " tokens";
    return logits;
  };
  const Predictor predicted = [&](const Tensor& tokens) {
    return at::log_softmax(asked(tokens).select(1, -1).to(torch::kFloat64), -1);
  };
  const double loss = loss_behind(text.pieces.slice(0, kSpare), shown(), predicted, query);
  const auto spare = text.pieces.slice(0, 0, kSpare).contiguous();
  const auto half = asked(spare.slice(1, 0, data::kPiece / 2).contiguous());
  const auto change = (asked(spare).slice(1, 0, data::kPiece / 2) - half).abs().max().item<double>();
  EXPECT_LT(change, 1e-3) << "logits change with tokens that come later";
  return loss;
}

}  // namespace rnn::problems
