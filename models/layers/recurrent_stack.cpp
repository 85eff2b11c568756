#include "models/layers/recurrent_stack.h"

#include <ATen/ATen.h>

namespace spinlab::models {
namespace {

using torch::nn::GRU, torch::nn::LSTM, torch::nn::RNN;

template <typename Options>
Options layer_options(const RecurrentStackOptions& stack) {
  return Options(stack.inputs(), stack.hidden())
      .num_layers(stack.layers())
      .dropout(stack.layers() > 1 ? stack.dropout() : 0);  // LibTorch warns of dropout between no layers
}

}  // namespace

void RecurrentStackImpl::reset() {
  const auto cell = options.cell();
  if (cell == "lstm") {
    layers_ = register_module("layers", LSTM(layer_options<torch::nn::LSTMOptions>(options)));
  } else if (cell == "gru") {
    layers_ = register_module("layers", GRU(layer_options<torch::nn::GRUOptions>(options)));
  } else {
    TORCH_CHECK_VALUE(cell == "tanh" || cell == "relu", "there is no cell \"", cell,
                      "\"; it is lstm, gru, tanh or relu");
    auto plain = layer_options<torch::nn::RNNOptions>(options);
    if (cell == "relu") plain.nonlinearity(torch::kReLU);
    layers_ = register_module("layers", RNN(plain));
  }
}

at::Tensor RecurrentStackImpl::zero_state(int64_t n) const {
  const int64_t numbers = options.cell() == "lstm" ? 2 : 1;
  return at::zeros({n, numbers, options.layers(), options.hidden()}, parameters().front().options());
}

Recurred RecurrentStackImpl::forward(const at::Tensor& x, const at::Tensor& state) {
  // LibTorch's: (numbers, layers, n, hidden).
  const auto before = (state.defined() ? state : zero_state(x.size(1))).permute({1, 2, 0, 3}).contiguous();
  const auto outside = [](const at::Tensor& after) { return after.permute({2, 0, 1, 3}); };
  if (auto* lstm = std::get_if<LSTM>(&layers_)) {
    const auto [y, after] = (*lstm)->forward(x, std::tuple(before[0], before[1]));
    return {y, outside(at::stack({std::get<0>(after), std::get<1>(after)}))};
  }
  const auto plain = [&](auto& layers) {
    const auto [y, after] = layers->forward(x, before[0]);
    return Recurred{y, outside(after.unsqueeze(0))};
  };
  if (auto* gru = std::get_if<GRU>(&layers_)) return plain(*gru);
  return plain(std::get<RNN>(layers_));
}

}  // namespace spinlab::models
