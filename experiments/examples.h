#pragma once

#include <ATen/core/Tensor.h>

#include "datasets/files/data_folders.h"

namespace spinlab::experiments {

struct Examples {
  at::Tensor X;       // (n, d) float32, every |x|² = d
  at::Tensor labels;  // (n) int64

  int64_t size() const { return X.size(0); }
  Examples rows(const at::Tensor& which) const {
    return {X.index_select(0, which), labels.index_select(0, which)};
  }
};

struct ExampleSet {
  Examples train, test;
};

/// "mnist": its images less their mean image. "clusters": 10 Gaussian clusters in 100 dimensions around
/// random centres, made from the seed, for whoever has no data. Throws c10::ValueError where the files of
/// MNIST are missing, with the command that fetches them.
ExampleSet load_examples(const std::string& name, const datasets::DataFolders& data, std::uint64_t seed);

}  // namespace spinlab::experiments
