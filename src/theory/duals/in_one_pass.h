#pragma once

#include <ATen/ATen.h>
#include <ATen/TensorIterator.h>

#include <algorithm>
#include <array>

#include "src/theory/duals/dual_activation.h"
#include "src/theory/duals/pair_loops.h"

namespace spinlab::theory {

/// Rows of at most kPiece numbers: where a tensor has them side by side these, else a copy.
template <typename T, size_t kInputs>
class Pieces {
 public:
  static constexpr int64_t kPiece = 256;

  /// Numbers [first, first + count) of an iterator's inputs; `first` begins at 0 for each `data`.
  Rows<T, kInputs> rows(char* const* data, const int64_t* strides, int64_t first, int64_t count) {
    Rows<T, kInputs> all;
    for (size_t i = 0; i < kInputs; ++i) {
      const auto* from = data[i] + first * strides[i];
      all[i] = strides[i] == sizeof(T) ? reinterpret_cast<const T*>(from) : copies_[i].data();
      const bool is_there = strides[i] == sizeof(T) || (strides[i] == 0 && first > 0);
      for (int64_t j = 0; j < count && !is_there; ++j)
        copies_[i][static_cast<size_t>(j)] = *reinterpret_cast<const T*>(from + j * strides[i]);
    }
    return all;
  }

 private:
  std::array<std::array<T, kPiece>, kInputs> copies_;
};

/// Both means of pairs in one pass, so that what lies between goes to no memory: rows(count, value,
/// derivative, inputs) is called for pieces of the inputs, which are broadcast and of T. On all cores where
/// the caller is not.
template <typename T, size_t kInputs, typename Body>
Dual in_one_pass(const std::array<at::Tensor, kInputs>& inputs, const Body& rows) {
  constexpr int64_t kGrain = 1 << 14;
  at::TensorIteratorConfig config;
  config.add_owned_output(at::Tensor()).add_owned_output(at::Tensor());
  for (const auto& input : inputs) config.add_const_input(input);
  auto iterator = config.build();
  iterator.for_each(
      [&](char** data, const int64_t* strides, int64_t size) {
        Pieces<T, kInputs> pieces;
        auto *value = reinterpret_cast<T*>(data[0]), *derivative = reinterpret_cast<T*>(data[1]);
        for (int64_t first = 0; first < size; first += pieces.kPiece) {
          const auto count = std::min(pieces.kPiece, size - first);
          rows(count, value + first, derivative + first, pieces.rows(data + 2, strides + 2, first, count));
        }
      },
      kGrain);
  return {iterator.output(0), iterator.output(1)};
}

}  // namespace spinlab::theory
