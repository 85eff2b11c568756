#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace spinlab::models {

/// The language model that any other has to beat: the next token by the last order - 1, counted in a text.
/// A context h that was seen C(h) times, followed by T(h) different tokens, gives
///
///     p(w | h) = (c(h w) + T(h) p(w | h')) / (C(h) + T(h)),
///
/// h' being h without its first token, down to 1/V for no context at all: Witten and Bell's smoothing [IEEE
/// Trans. Inf. Theory 37 (1991) 1085, method C; Chen and Goodman 1999, section 2.5].
class NGram {
 public:
  /// text: int64 (length), each in [0, tokens). Costs of the order of length · order, in time and memory.
  /// Throws c10::ValueError for an order below 1, or a token that there is not.
  NGram(const at::Tensor& text, int64_t tokens, int64_t order);

  /// Σ log p of targets in nats, each by what stands before it in its row. inputs, targets: int64 (n, T),
  /// targets those that follow; negative ones
  /// are passed over.
  double log_likelihood(const at::Tensor& inputs, const at::Tensor& targets) const;
  /// p of every token behind `context`, int64 (length): float64 (tokens).
  at::Tensor probabilities(const at::Tensor& context) const;

 private:
  using Node = std::int32_t;
  /// A context, or a context with the token behind it: a node of the tree of all that was seen.
  struct Seen {
    std::int64_t count = 0;
    std::int64_t followed = 0, kinds = 0;  // C and T
  };

  Node child(Node node, int64_t token) const;
  double probability(const int64_t* context, int64_t length, int64_t token) const;

  int64_t tokens_, order_;
  std::vector<Seen> nodes_;
  /// By node · tokens + token.
  std::unordered_map<std::uint64_t, Node> children_;
};

}  // namespace spinlab::models
