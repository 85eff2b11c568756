#pragma once

#include <torch/types.h>

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "assignments/shared/autograd.h"
#include "assignments/shared/differences.h"
#include "assignments/shared/draws.h"
#include "cnn.h"

/// What the checks hand to a student's functions, and LibTorch's own layers and derivatives to compare with,
/// in the checker.
namespace cnn::problems {

using namespace spinlab::shared;

/// One layer: images, filters and how they meet.
struct Case {
  int64_t n, c, h, w, k, a, b;
  Geometry geometry;

  Tensor x(const std::string& purpose) const { return normal({n, c, h, w}, purpose + " images"); }
  Tensor weight(const std::string& purpose) const { return normal({k, c, a, b}, purpose + " weights"); }
  Tensor bias(const std::string& purpose) const { return normal({k}, purpose + " biases"); }
};

/// No two sizes alike: a plain layer, one with stride and padding, one with dilation, a row of pixels, and a
/// stride that leaves pixels unseen.
inline std::vector<Case> cases() {
  return {{2, 3, 5, 6, 4, 2, 3, {}},
          {3, 2, 7, 6, 3, 3, 2, {.stride = 2, .padding = 1}},
          {1, 2, 8, 9, 3, 3, 2, {.dilation = 3}},
          {2, 1, 1, 9, 2, 1, 4, {.stride = 3, .padding = 2, .dilation = 2}},
          {2, 2, 9, 8, 2, 2, 3, {.stride = 4}}};
}

inline Tensor reference(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& geometry) {
  return at::conv2d(x, weight, bias, geometry.stride, geometry.padding, geometry.dilation);
}

inline Tensor single(const Tensor& x) { return x.to(torch::kFloat32); }

/// Numbers for a result like this one.
inline Tensor upstream(const Tensor& like, const std::string& purpose) {
  return normal(like.sizes(), purpose + " gradient");
}

/// The derivatives of Σ v · f(at) by each of `at`, without calculus.
inline std::vector<Tensor> differences(const std::vector<Tensor>& at, const Tensor& v,
                                       const std::function<Tensor(const std::vector<Tensor>&)>& f,
                                       double step = 1e-5) {
  std::vector<Tensor> all;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const auto loss = [&](const Tensor& one) {
      auto there = at;
      there[i] = one;
      return (v * f(there)).sum().item<double>();
    };
    all.push_back(central_differences(loss, at[i], step));
  }
  return all;
}

/// Derivatives of Σ v · conv2d by x, weight and bias.
inline std::vector<Tensor> layer_derivatives(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                             const Tensor& v, const Geometry& geometry) {
  return derivatives({x, weight, bias}, v,
                     [&](const auto& at) { return reference(at[0], at[1], at[2], geometry); });
}

inline Tensor by_channel(const Tensor& numbers) { return numbers.view({1, -1, 1, 1}); }

/// Between 0.5 and 2 in size, every second one negative.
inline Tensor scales(int64_t c, const std::string& purpose) {
  return uniform({c}, 0.5, 2, purpose) * (1 - 2 * torch::arange(c).remainder(2));
}

/// LibTorch's batch norm by the statistics of the batch.
inline Tensor batch_normalised(const Tensor& x, const Tensor& scale, const Tensor& shift, double epsilon) {
  return at::batch_norm(x, scale, shift, {}, {}, /*training=*/true, 0.1, epsilon, /*cudnn_enabled=*/false);
}

inline Statistics statistics(int64_t c, const std::string& purpose) {
  return {normal({c}, purpose + " running mean"), uniform({c}, 0.5, 2, purpose + " running variance")};
}

/// Periodic padding, then LibTorch's convolution: images moved by whole turns stand beside each other.
inline Tensor on_torus(const Tensor& x, const Tensor& weight) {
  const auto around = [](const Tensor& image, int64_t dimension, int64_t reach) {
    const auto size = image.size(dimension), turns = reach / size + 1;
    const std::vector<Tensor> copies(2 * turns + 1, image);
    return torch::cat(copies, dimension).slice(dimension, turns * size - reach, (turns + 1) * size + reach);
  };
  const auto padded = around(around(x, 2, weight.size(2) / 2), 3, weight.size(3) / 2);
  return at::conv2d(padded, weight);
}

inline Tensor moved(const Tensor& x, int64_t down, int64_t right) { return x.roll({down, right}, {-2, -1}); }

/// By a quarter, anticlockwise.
inline Tensor turned(const Tensor& x, int64_t quarters = 1) { return torch::rot90(x, quarters, {-2, -1}); }

/// The planes of (n, c, 4, h, w) when the image turns by a quarter: each turns, and r goes to r + 1.
inline Tensor turned_planes(const Tensor& maps) { return turned(maps).roll(1, 2); }

/// Plane r of group_correlate's result.
inline Tensor plane(const Tensor& x, const Tensor& weight, int64_t r) {
  Tensor sum;
  for (int64_t s = 0; s < 4; ++s) {
    const auto part = on_torus(x.select(2, s).contiguous(), turned(weight.select(2, (s - r + 4) % 4), r));
    sum = s == 0 ? part : sum + part;
  }
  return sum;
}

/// How many pixels of the first image differ between two results.
inline int64_t differing(const Tensor& a, const Tensor& b) {
  return (a - b).abs().amax({0, 1}).gt(1e-9).sum().item<int64_t>();
}

inline BlockParameters block(int64_t c, int64_t k, const std::string& purpose) {
  return {0.4 * normal({k, c, 3, 3}, purpose + " weight1"),
          scales(k, purpose + " scale1"),
          normal({k}, purpose + " shift1"),
          0.4 * normal({k, k, 3, 3}, purpose + " weight2"),
          scales(k, purpose + " scale2"),
          normal({k}, purpose + " shift2")};
}

inline std::vector<Tensor> members(const BlockParameters& p) {
  return {p.weight1, p.scale1, p.shift1, p.weight2, p.scale2, p.shift2};
}

/// A residual block of LibTorch's layers; at: x and the six parameters.
inline Tensor reference_block(const std::vector<Tensor>& at, int64_t stride) {
  const auto& x = at[0];
  const auto sampled = x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);
  const auto zeros =
      torch::zeros({x.size(0), at[1].size(0) - x.size(1), sampled.size(2), sampled.size(3)}, x.options());
  const auto hidden = batch_normalised(at::conv2d(x, at[1], {}, stride, 1), at[2], at[3], kEpsilon).relu();
  const auto branch = batch_normalised(at::conv2d(hidden, at[4], {}, 1, 1), at[5], at[6], kEpsilon);
  return (torch::cat({sampled, zeros}, 1) + branch).relu();
}

inline std::vector<Tensor> with_input(const Tensor& x, const BlockParameters& parameters) {
  auto all = members(parameters);
  all.insert(all.begin(), x);
  return all;
}

inline void expect_block_gradients(const BlockGradients& actual, const std::vector<Tensor>& expected,
                                   spinlab::Tolerance tolerance) {
  EXPECT_CLOSE(actual.input, expected[0], tolerance) << "by x";
  const auto parts = members(actual.parameters);
  const char* const names[] = {"weight1", "scale1", "shift1", "weight2", "scale2", "shift2"};
  for (std::size_t i = 0; i < parts.size(); ++i)
    EXPECT_CLOSE(parts[i], expected[i + 1], tolerance) << "by " << names[i];
}

/// By x, scale and shift.
inline void expect_gradients(const NormGradients& actual, const std::vector<Tensor>& expected,
                             spinlab::Tolerance tolerance) {
  EXPECT_CLOSE(actual.input, expected[0], tolerance) << "by x";
  EXPECT_CLOSE(actual.scale, expected[1], tolerance) << "by scale";
  EXPECT_CLOSE(actual.shift, expected[2], tolerance) << "by shift";
}

/// Layers of a stack on the torus with weights of variance α/(c a b).
inline Tensor stack(int64_t depth, int64_t c, int64_t a, double alpha, const std::string& purpose) {
  return std::sqrt(alpha / static_cast<double>(c * a * a)) * normal({depth, c, c, a, a}, purpose + " stack");
}

}  // namespace cnn::problems
