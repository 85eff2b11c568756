#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/registry.h"
#include "src/generation/next_token.h"

namespace spinlab::generation {

struct ContinuationOptions {
  NextToken next{};
  /// The most tokens that the network looks at. Where there are more, the older half is dropped. Nothing: all
  /// that there are, for a network that carries a state.
  std::optional<int64_t> context{};
  std::uint64_t seed = 0;
  /// Whether what was read is remembered, where the network can; the text is the same to rounding.
  bool cache = true;
};

/// Tokens that follow others, one after the other.
class Continuation {
 public:
  /// The network, of Form::kTokens, in evaluation mode, must outlive this. Throws c10::ValueError where an
  /// option cannot be, or nothing is begun.
  Continuation(const models::Network& network, std::vector<int64_t> begun, ContinuationOptions options);

  /// The next token.
  int64_t next();

 private:
  at::Tensor logits();
  at::Tensor remembered();
  void shorten();

  const models::Network& network_;
  ContinuationOptions options_;
  at::Device device_;
  at::Generator generator_;
  /// What the network looks at, and how many of these the reader has read.
  std::vector<int64_t> window_;
  std::size_t read_ = 0;
  std::unique_ptr<models::TokenReader> reader_;
};

}  // namespace spinlab::generation
