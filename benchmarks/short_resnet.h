#pragma once

#include <vector>

#include "datasets/dataset.h"
#include "src/training/config.h"

namespace spinlab::benchmarks {

/// A convolution of the network as it is for one image.
struct ConvolutionShape {
  int64_t in, out, kernel, side;
  /// Whether its input needs no gradient.
  bool is_first = false;
  /// Multiplications and additions forward, those with the zeros around the image left out.
  double flops() const;
  /// Of a training step: forward and each gradient.
  double step_flops() const { return (is_first ? 2 : 3) * flops(); }
};

/// The recipe cifar10-resnet with other widths, branches or batch.
struct ShortResnet {
  int64_t filters = 24;
  std::vector<int64_t> widths = {32, 64, 128}, branches = {0, 2, 2};
  int64_t batch = 256;

  training::TrainingConfig config() const;
  /// Those whose weights are trained, the first first.
  std::vector<ConvolutionShape> convolutions() const;
};

/// n images to train on and as many as are asked for to test on, of CIFAR-10's shape.
datasets::Dataset noise_like_cifar10(int64_t train, int64_t test);

}  // namespace spinlab::benchmarks
