#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/tokens/tokenizer.h"

namespace spinlab::datasets {

/// The distinct characters of texts, in the order of their code points.
class Characters : public Tokenizer {
 public:
  /// texts: valid UTF-8.
  explicit Characters(const std::vector<std::string_view>& texts);

  int64_t size() const override { return static_cast<int64_t>(alphabet_.size()); }
  const std::string& bytes(int64_t token) const override {
    return alphabet_.at(static_cast<std::size_t>(token));
  }
  std::string name(int64_t token) const override { return bytes(token); }
  at::Tensor encode(std::string_view text) const override;

 private:
  std::vector<std::string> alphabet_;
  /// By code point; -1: none.
  std::vector<int32_t> numbers_;
};

}  // namespace spinlab::datasets
