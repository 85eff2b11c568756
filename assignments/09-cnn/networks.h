#pragma once

#include "calls.h"
#include "data.h"
#include "problems.h"

/// Stacks of layers and whole networks: what LibTorch makes of them, and how a student's are judged.
namespace cnn::problems {

/// The receptive field along a line of 600 pixels: where the derivative of an output by the pixels is not 0.
inline ReceptiveField seen(const std::vector<Layer>& layers) {
  const auto line = torch::zeros({1, 1, 600}, torch::kFloat64).requires_grad_();
  auto y = line;
  for (const auto& [kernel, stride, padding, dilation] : layers)
    y = at::conv1d(y, torch::ones({1, 1, kernel}, torch::kFloat64), {}, stride, padding, dilation);
  const auto view = [&](int64_t output) {
    const auto slope = torch::autograd::grad({y[0][0][output]}, {line}, {}, /*retain_graph=*/true)[0];
    const auto pixels = slope.flatten().nonzero().flatten();
    return std::pair(pixels[0].item<int64_t>(), pixels[-1].item<int64_t>());
  };
  const int64_t output = y.size(2) / 2;
  const auto [first, last] = view(output);
  const auto jump = view(output + 1).first - first;
  return {last - first + 1, jump,
          0.5 * static_cast<double>(first + last) - static_cast<double>(output * jump)};
}

/// Of the parameters of a network, in order.
inline std::vector<std::vector<int64_t>> shapes(const ResNetOptions& options) {
  std::vector<std::vector<int64_t>> all;
  const auto layer = [&](int64_t in, int64_t out) { all.insert(all.end(), {{out, in, 3, 3}, {out}, {out}}); };
  layer(options.channels, options.width);
  for (int64_t stage = 0, in = options.width; stage < 3; ++stage) {
    for (int64_t block = 0; block < options.blocks; ++block, in = options.width << stage) {
      layer(in, options.width << stage);
      layer(options.width << stage, options.width << stage);
    }
  }
  all.insert(all.end(), {{options.classes, 4 * options.width}, {options.classes}});
  return all;
}

/// A network's numbers, float64.
struct State {
  spinlab::judging::NamedTensorList parameters, buffers;

  spinlab::judging::NamedTensorList all() const {
    spinlab::judging::NamedTensorList list;
    for (const auto* part : {&parameters, &buffers})
      for (const auto& [name, value] : *part) list.emplace_back(name, value.to(torch::kFloat32));
    return list;
  }
};

inline State state_of(const spinlab::judging::StudentModule& network) {
  State state{network.named_parameters(), network.named_buffers()};
  for (auto* part : {&state.parameters, &state.buffers})
    for (auto& [name, value] : *part)
      value = value.to(torch::kFloat64, /*non_blocking=*/false, /*copy=*/true);
  return state;
}

/// Other numbers for it: weights that keep signals of order 1, scales and variances around 1.
inline State drawn_state(const spinlab::judging::StudentModule& network, const std::string& purpose) {
  auto state = state_of(network);
  for (auto& [name, value] : state.parameters) {
    const double size = value.dim() == 1 ? 0.4 : std::sqrt(1.5 * value.size(0) / value.numel());
    value = size * normal(value.sizes(), purpose + name) + (value.dim() == 1 ? 0.8 : 0.0);
  }
  for (std::size_t i = 0; i < state.buffers.size(); ++i) {
    auto& value = state.buffers[i].second;
    value = i % 2 == 0 ? 0.3 * normal(value.sizes(), purpose + std::to_string(i))
                       : uniform(value.sizes(), 0.5, 2, purpose + std::to_string(i));
  }
  return state;
}

/// The logits by LibTorch's layers, in float64. In training the buffers of `state` are moved.
inline Tensor resnet(const State& state, const ResNetOptions& options, const Tensor& x, bool training) {
  std::size_t at = 0;
  const auto next = [&] { return state.parameters.at(at++).second; };
  const auto layer = [&](const Tensor& z, int64_t stride) {
    const auto& mean = state.buffers.at(at / 3 * 2).second;
    const auto& variance = state.buffers.at(at / 3 * 2 + 1).second;
    const auto convolved = at::conv2d(z, next(), {}, stride, 1);
    const auto scale = next(), shift = next();
    return at::batch_norm(convolved, scale, shift, mean, variance, training, 0.1, kEpsilon, false);
  };
  auto z = layer(x.to(torch::kFloat64), 1).relu();
  for (int64_t stage = 0; stage < 3; ++stage) {
    for (int64_t block = 0; block < options.blocks; ++block) {
      const int64_t stride = stage > 0 && block == 0 ? 2 : 1;
      const auto branch = layer(layer(z, stride).relu(), 1);
      const auto sampled = z.slice(2, 0, z.size(2), stride).slice(3, 0, z.size(3), stride);
      z = (at::constant_pad_nd(sampled, {0, 0, 0, 0, 0, branch.size(1) - z.size(1)}) + branch).relu();
    }
  }
  const auto weight = next();
  return at::addmm(next(), z.mean({2, 3}), weight.t());
}

/// Trains on examples drawn anew. The labels of the test never leave the checker. A stochastic check: how
/// many of its seeds must reach the bar stands in assignment.json.
///
/// Bars lie between what models of pixels at their places reach and what the master does. Over 20 problems
/// each, mean ± deviation and extremes, of a network and a training like the master's in PyTorch; linear
/// models are trained as the master is, those of galaxies with the best of seven weight decays:
///
///               linear              neighbours, best k    master               bar
///   patterns    .27 ± .02, ≤ .32    .70 ± .04, ≤ .77      .978 ± .012, ≥ .95   .85
///   photographs .77 ± .01, ≤ .79    .778 ± .005, ≤ .787   .843 ± .007, ≥ .828  .81
///   galaxies    .62 ± .03, ≤ .68    .60 ± .02, ≤ .64      .752 ± .018, ≥ .725  .69
///
/// The master is 3.4 deviations above the bar or more: with normal tails a training falls short with a
/// probability of 3e-4, and two of three with one of 3e-7.
inline void expect_accuracy(data::Problem (*draw)(std::uint64_t), double bar) {
  const auto problem = draw(spinlab::derive_seed(spinlab::check_seed(), "examples"));
  const auto network = ::fit_images(problem.train.x, problem.train.labels, problem.classes, seed("fit"));
  network.eval();
  const auto logits = network.forward(problem.test.x);
  ASSERT_EQ(logits.sizes(), at::IntArrayRef({problem.test.x.size(0), problem.classes}));
  const auto alone = network.forward(problem.test.x.slice(0, 0, 1).contiguous());
  EXPECT_CLOSE(alone, logits.slice(0, 0, 1), spinlab::rtol(1e-2) + spinlab::atol(1e-2)) << "an image alone";
  const auto right = logits.argmax(1).eq(problem.test.labels);
  EXPECT_GE(right.to(torch::kFloat64).mean().item<double>(), bar) << "of the test images are told right";
}

}  // namespace cnn::problems
