#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace spinlab::generation {

/// How the next token is chosen from a network's logits.
struct NextToken {
  /// Logits are divided by it; 0: the largest, the first of equal ones.
  double temperature = 1;
  /// Only so many of the most probable; of equally probable ones the lower.
  std::optional<int64_t> top_k{};
  /// Only the smallest set of the most probable that has at least this probability together [Holtzman et al.,
  /// arXiv:1904.09751, section 3.1]; what top_k leaves is the whole.
  double top_p = 1;

  /// Throws c10::ValueError: a temperature below 0 or not finite, top_k below 1, top_p not in (0, 1].
  void require_valid() const;

  /// logits: (tokens). Returns the probabilities, float64 (tokens), that sum to 1.
  at::Tensor probabilities(const at::Tensor& logits) const;
  /// By one number from the generator, of the CPU: the same on every device.
  int64_t draw(const at::Tensor& logits, at::Generator generator) const;
};

}  // namespace spinlab::generation
