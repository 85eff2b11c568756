#include "experiments/induction-heads/attention_only.h"

#include <ATen/ATen.h>

namespace spinlab::experiments {

void AttentionOnlyImpl::reset() {
  const auto width = options.width();
  const auto norm = models::SequenceNormOptions(width).kind("rms");
  embedding_ = register_module("embedding", torch::nn::Embedding(options.symbols(), width));
  attention_.clear();
  norms_.clear();
  for (int64_t i = 0; i < options.layers(); ++i) {
    const auto number = std::to_string(i);
    norms_.push_back(register_module("norm" + number, models::SequenceNorm(norm)));
    attention_.push_back(register_module("attention" + number,
                                         models::MultiHeadAttention(models::MultiHeadAttentionOptions(width)
                                                                        .heads(options.heads())
                                                                        .causal(true)
                                                                        .rotary(true)
                                                                        .bias(false))));
  }
  last_norm_ = register_module("last_norm", models::SequenceNorm(norm));
  out_ = register_module("out",
                         torch::nn::Linear(torch::nn::LinearOptions(width, options.symbols()).bias(false)));
}

at::Tensor AttentionOnlyImpl::forward(const at::Tensor& symbols) {
  auto x = embedding_->forward(symbols);
  for (size_t i = 0; i < attention_.size(); ++i) x = x + attention_[i]->forward(norms_[i]->forward(x));
  return out_->forward(last_norm_->forward(x));
}

std::vector<at::Tensor> AttentionOnlyImpl::weights(const at::Tensor& symbols) {
  std::vector<at::Tensor> all;
  auto x = embedding_->forward(symbols);
  for (size_t i = 0; i < attention_.size(); ++i) {
    const auto in = norms_[i]->forward(x);
    all.push_back(attention_[i]->weights(in));
    x = x + attention_[i]->forward(in);
  }
  return all;
}

at::Tensor AttentionOnlyImpl::copying_matrix(size_t layer, int64_t head) const {
  const auto& attention = attention_.at(layer);
  const auto width = options.width(), own = width / options.heads();
  const auto embedded = embedding_->weight * norms_[layer]->weight;
  const auto values = embedded.matmul(attention->key_value->weight.narrow(0, width + head * own, own).t());
  const auto added = values.matmul(attention->out->weight.narrow(1, head * own, own).t());
  const auto logits = (added * last_norm_->weight).matmul(out_->weight.t());
  return logits - logits.mean(1, /*keepdim=*/true);
}

double copying_score(const at::Tensor& matrix) {
  const auto eigenvalues = at::linalg_eigvals(matrix.to(at::kDouble));
  return (at::real(eigenvalues).sum() / eigenvalues.abs().sum()).item<double>();
}

double previous_place_score(const at::Tensor& weights) {
  return weights.diagonal(-1, 1, 2).mean().item<double>();
}

double induction_score(const at::Tensor& weights, const at::Tensor& symbols) {
  const auto T = symbols.size(1);
  // The key at j follows the occurrence at j - 1, of the query's symbol or of another.
  const auto before = symbols.narrow(1, 0, T - 1).unsqueeze(1), here = symbols.unsqueeze(2);
  const auto follows = at::constant_pad_nd(before.eq(here), {1, 0}).tril();
  const auto found = (weights * follows).sum(2), counted = follows.any(2).to(weights.scalar_type());
  return ((found * counted).sum() / counted.sum()).item<double>();
}

}  // namespace spinlab::experiments
