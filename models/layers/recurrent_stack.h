#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/rnn.h>
#include <torch/nn/pimpl.h>

#include <string>
#include <variant>

namespace spinlab::models {

struct RecurrentStackOptions {
  RecurrentStackOptions(int64_t inputs, int64_t hidden) : inputs_(inputs), hidden_(hidden) {}
  /// Numbers that a step reads.
  TORCH_ARG(int64_t, inputs);
  /// Numbers in the state of a layer, and of what it gives.
  TORCH_ARG(int64_t, hidden);
  /// "lstm" [Hochreiter and Schmidhuber 1997; with forget gates Gers et al. 2000], "gru" [Cho et al.,
  /// arXiv:1406.1078], "tanh" or "relu" [Elman 1990].
  TORCH_ARG(std::string, cell) = "lstm";
  /// Each reads what the one below it gives.
  TORCH_ARG(int64_t, layers) = 1;
  /// Between two layers, in training.
  TORCH_ARG(double, dropout) = 0;
};

/// What layers of recurrent cells give at each step, and the state that they are left in.
struct Recurred {
  at::Tensor outputs, state;
};

/// Recurrent layers one above the other: LibTorch's, with its names, gates in its order and its first
/// weights, uniform in ±1/√hidden. Steps come first, as the cells take them one after the other.
class RecurrentStackImpl : public torch::nn::Cloneable<RecurrentStackImpl> {
 public:
  explicit RecurrentStackImpl(RecurrentStackOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// x: (T, n, inputs), T ≥ 1; state: as of the last call, or undefined for zeros. Returns (T, n, hidden) and
  /// (n, numbers, layers, hidden), numbers being 2 for an LSTM, its output and its cell, else 1.
  Recurred forward(const at::Tensor& x, const at::Tensor& state = {});
  /// Of x = table[tokens], table: (vocabulary, inputs), tokens: int64 (T, n): where there are fewer tokens
  /// than places, the first layer's matrix is multiplied by the table, not by its copies.
  Recurred read(const at::Tensor& table, const at::Tensor& tokens, const at::Tensor& state = {});
  /// Zeros, for n sequences, in the parameters' type and on their device.
  at::Tensor zero_state(int64_t n) const;
  /// Whether training draws numbers.
  bool has_dropout() const { return options.dropout() > 0 && options.layers() > 1; }

  RecurrentStackOptions options;

 private:
  /// Whether recurrent_pass.h has the cell, and the machine and type of x.
  bool passes_by_hand(const at::Tensor& x) const;
  /// W x and biases of layer `layer`, as recurrent_pass.h takes them.
  at::Tensor projected(const at::Tensor& x, int64_t layer) const;
  Recurred by_hand(at::Tensor projected, const at::Tensor& state);
  /// before: as LibTorch has it, (numbers, layers, n, hidden).
  Recurred by_library(const at::Tensor& x, const at::Tensor& before);

  std::variant<torch::nn::LSTM, torch::nn::GRU, torch::nn::RNN> layers_{torch::nn::LSTM(nullptr)};
};

TORCH_MODULE(RecurrentStack);

}  // namespace spinlab::models
