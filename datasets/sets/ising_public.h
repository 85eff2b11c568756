#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The configurations of Mehta et al. (arXiv:1803.08823, section VII.C): L = 40, J = 1, 10,000 at each of T =
/// 0.25, 0.50, …, 4.00, in that order.
struct IsingPublic {
  at::Tensor
      packed;  // uint8 (160,000, 200): 1,600 spins a row, most significant bit first, row-major, 1 = up
  at::Tensor labels;        // int64 (160,000): 1 ordered (T ≤ 2.25), 0 disordered
  at::Tensor temperatures;  // float64 (160,000)
};

/// The array in a pickle (protocol 3) of one numpy array of one dimension, without running what the pickle
/// says: its 154-byte head must be, byte for byte, the one that numpy writes for `elements` of `dtype` ("u1"
/// or "i8"). Returns uint8 (elements · item size). Throws c10::ValueError at any other head, where bytes are
/// missing or left over.
at::Tensor read_pickled_array(const std::filesystem::path& file, const std::string& dtype, int64_t elements);

IsingPublic read_ising_public(const std::filesystem::path& configurations,
                              const std::filesystem::path& labels);

/// (n, ceil(side²/8)) uint8 → (n, 1, side, side) int8 of ±1. side² must be a multiple of 8.
at::Tensor unpack_spins(const at::Tensor& packed, int64_t side);

/// As in the paper's notebooks: ordered (T ≤ 1.75) and disordered (T ≥ 2.75) states are shuffled by the seed
/// and split into train and test; the states at T = 2.00, 2.25 and 2.50 are the part "critical". Inputs int8
/// (n, 1, 40, 40) of ±1. Options: "train_fraction" (0.5, the paper's).
Dataset load_ising_public(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
