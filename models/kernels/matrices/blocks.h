#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>

namespace spinlab::models {

/// The same numbers, which must outlive it.
at::Tensor tensor_of(std::span<const int64_t> numbers);

/// They are 0, 1, … count - 1.
bool are_all(std::span<const int64_t> numbers, int64_t count);

/// Of a tensor of points, those of given numbers.
at::Tensor selected(const at::Tensor& points, std::span<const int64_t> numbers);

/// body(begin, length) of blocks of all columns, on all cores. Blocks are the same whatever the number of
/// threads, each is one thread's, and so are their roundings.
void for_blocks(int64_t count, const std::function<void(int64_t begin, int64_t length)>& body);

/// Fills into[i][0 … count) with the rows of block(begin, length), (into.size(), length).
void fill_rows(int64_t count, std::span<float* const> into,
               const std::function<at::Tensor(int64_t begin, int64_t length)>& block);

}  // namespace spinlab::models
