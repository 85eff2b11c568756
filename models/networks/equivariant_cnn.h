#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <string>
#include <vector>

#include "models/layers/channel_norm.h"
#include "models/layers/group_convolution.h"

namespace spinlab::models {

struct EquivariantCnnOptions {
  EquivariantCnnOptions(int64_t channels, int64_t outputs) : channels_(channels), outputs_(outputs) {}
  /// Channels of the input images.
  TORCH_ARG(int64_t, channels);
  TORCH_ARG(int64_t, outputs);
  /// Filters of each stage, of which each is there in all positions of the group. Between stages pixels are
  /// averaged, 2 × 2.
  TORCH_ARG(std::vector<int64_t>, widths) = { 8, 16, 32 };
  /// Convolutions of each stage.
  TORCH_ARG(std::vector<int64_t>, layers) = { 2, 2, 2 };
  TORCH_ARG(std::string, group) = "p4m";
  TORCH_ARG(int64_t, kernel) = 3;
  TORCH_ARG(std::string, padding) = "zeros";
  TORCH_ARG(double, dropout) = 0;
  /// The class of each class' mirror image (datasets::Dataset::mirrored_classes); empty: its own.
  TORCH_ARG(std::vector<int64_t>, mirrored) = {};
};

/// A convolutional network whose answer does not change when the image is turned by a quarter or, with p4m,
/// mirrored: exactly, up to rounding, whatever the weights [Cohen and Welling, ICML 2016]. Stages of group
/// convolutions, batch norm and ReLU; then the mean over pixels and positions, which is invariant, and a
/// linear map. Two classes that are each other's mirror images share a logit and differ by ± another one,
/// which is linear in the mean over rotations less that over reflections and so changes its sign in a mirror.
class EquivariantCnnImpl : public torch::nn::Cloneable<EquivariantCnnImpl> {
 public:
  explicit EquivariantCnnImpl(EquivariantCnnOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// x: (n, channels, H, W), H and W divided by 2^(stages - 1). Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);

  EquivariantCnnOptions options;

 private:
  struct Layer {
    GroupConvolution convolution;
    ChannelNorm norm;
    bool begins_stage;
  };
  void add_layer(int64_t stage, int64_t number, int64_t in);

  int64_t order_ = 0;
  std::vector<Layer> layers_;
  torch::nn::Linear head_{nullptr}, handedness_{nullptr};
  torch::nn::Dropout dropout_{nullptr};
  /// (pairs, outputs): 1 at a pair's first class and -1 at its second.
  at::Tensor signs_;
  /// int64 (outputs), see GroupConvolution's places.
  at::Tensor mirrored_;
};

TORCH_MODULE(EquivariantCnn);

}  // namespace spinlab::models
