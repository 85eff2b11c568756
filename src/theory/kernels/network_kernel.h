#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <optional>

#include "src/theory/kernels/layer.h"

namespace spinlab::theory {

struct NetworkKernels {
  at::Tensor nngp;  // covariance of the outputs of a network drawn at random, (n, m)
  at::Tensor ntk;   // (n, m); undefined where it is not asked for
};

struct KernelOptions {
  bool ntk = true;
  /// Where the matrices do not fit memory: a folder for nngp.bin and ntk.bin, of which the tensors are views.
  std::optional<std::filesystem::path> folder = {};
};

/// The kernels of a network of infinite width, at its drawing, between inputs X and Z, of its last layer's
/// outputs. X, Z: vectors (n, d), images (n, channels, h, w) or sequences (n, channels, t), float32 or
/// float64, in which the kernels are computed. The first layer's inputs have covariance x·x'/d, or the mean
/// over channels. Time n m times layers (and positions, with mixes_positions() their square); by tiles on all
/// cores. Throws c10::ValueError for inputs that are not finite, of unlike shapes, or another's type, and
/// where the matrices do not fit.
NetworkKernels kernels(const Layer& network, const at::Tensor& X, const at::Tensor& Z,
                       const KernelOptions& options = {});

/// Between all of X: every pair once, symmetric to the last bit.
NetworkKernels kernels(const Layer& network, const at::Tensor& X, const KernelOptions& options = {});

}  // namespace spinlab::theory
