#include "cnn.h"

#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace cnn {

namespace {

/// Given: (n, c, h, w), none of them 0.
[[maybe_unused]] void require_images(const Tensor& x) {
  TORCH_CHECK_VALUE(x.dim() == 4 && x.numel() > 0, "expected images of (n, c, h, w), got ", x.sizes());
}

/// Given: weights (k, c, a, b) for images of c channels.
[[maybe_unused]] void require_filters(const Tensor& x, const Tensor& weight) {
  require_images(x);
  TORCH_CHECK_VALUE(weight.dim() == 4 && weight.numel() > 0 && weight.size(1) == x.size(1),
                    "expected weights of (k, ", x.size(1), ", a, b), got ", weight.sizes());
}

/// Given: a number for each of `channels` channels.
[[maybe_unused]] void require_channels(const Tensor& numbers, int64_t channels) {
  TORCH_CHECK_VALUE(numbers.dim() == 1 && numbers.size(0) == channels, "expected ", channels,
                    " numbers, one a channel, got ", numbers.sizes());
}

/// Given: the size of a gradient or of columns is that of the outputs.
[[maybe_unused]] void require_sizes(const Tensor& gradient, at::IntArrayRef sizes) {
  TORCH_CHECK_VALUE(gradient.sizes() == sizes, "expected ", sizes, ", got ", gradient.sizes());
}

/// Given: a generator of random numbers with a seed, for torch::randn and torch::randperm.
[[maybe_unused]] torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

struct TrainOptions {
  int64_t epochs;
  int64_t batch_size;
  double learning_rate;  // at its highest, in the middle of the training
  double momentum = 0.9;
  double weight_decay = 1e-3;
  int64_t seed = 0;
};

/// Given: stochastic gradient descent as in assignment 8, on the cross-entropy of mini-batches. The rate rises and falls
/// linearly over the training.
[[maybe_unused]] void train(ImageNetwork& network, const Tensor& x, const Tensor& labels,
                            const TrainOptions& options) {
  torch::optim::SGDOptions sgd(0.1);
  torch::optim::SGD optimizer(network.parameters(),
                              sgd.momentum(options.momentum).weight_decay(options.weight_decay).nesterov(true));
  const auto generator = seeded(options.seed);
  const auto steps = static_cast<double>(options.epochs * ((x.size(0) - 1) / options.batch_size + 1));
  double step = 0;
  network.train();
  for (int64_t epoch = 0; epoch < options.epochs; ++epoch) {
    for (const auto& batch : torch::randperm(x.size(0), generator, torch::kLong).split(options.batch_size)) {
      const double progress = (step += 1) / (steps + 1);
      static_cast<torch::optim::SGDOptions&>(optimizer.param_groups()[0].options())
          .lr(options.learning_rate * (1 - std::abs(2 * progress - 1)));
      optimizer.zero_grad();
      const auto logits = network.forward(x.index_select(0, batch));
      torch::nn::functional::cross_entropy(logits, labels.index_select(0, batch)).backward();
      optimizer.step();
    }
  }
}

}  // namespace

int64_t output_size(int64_t size, int64_t kernel, const Geometry& geometry) {
  const auto [stride, padding, dilation] = geometry;
  TORCH_CHECK_VALUE(size >= 1 && kernel >= 1 && stride >= 1 && dilation >= 1 && padding >= 0,
                    "expected size, kernel, stride and dilation of at least 1 and no negative padding, got ",
                    size, ", ", kernel, ", ", stride, ", ", dilation, " and ", padding);
  // BEGIN SOLUTION output_size: how far from the first to the last tap? How far can it move?
  const auto room = size + 2 * padding - dilation * (kernel - 1) - 1;
  TORCH_CHECK_VALUE(room >= 0, "a kernel of ", kernel, " taps with dilation ", dilation, " does not fit into ",
                    size, " pixels with padding ", padding);
  return room / stride + 1;
  // END SOLUTION
}

int64_t same_padding(int64_t kernel, int64_t dilation) {
  // BEGIN SOLUTION same_padding
  const auto reach = dilation * (kernel - 1);
  TORCH_CHECK_VALUE(kernel >= 1 && dilation >= 1 && reach % 2 == 0, "no padding keeps the size with ", kernel,
                    " taps and dilation ", dilation);
  return reach / 2;
  // END SOLUTION
}

Tensor correlate_by_loops(const Tensor& x, const Tensor& weight, const Tensor& bias,
                          const Geometry& geometry) {
  require_filters(x, weight);
  require_channels(bias, weight.size(0));
  const auto [stride, padding, dilation] = geometry;
  const auto rows = output_size(x.size(2), weight.size(2), geometry);
  const auto columns = output_size(x.size(3), weight.size(3), geometry);
  // BEGIN SOLUTION correlate_by_loops: over outputs and taps; images, channels and filters may stay tensors
  auto y = bias.view({1, -1, 1, 1}).repeat({x.size(0), 1, rows, columns});
  for (int64_t u = 0; u < rows; ++u) {
    for (int64_t v = 0; v < columns; ++v) {
      for (int64_t i = 0; i < weight.size(2); ++i) {
        for (int64_t j = 0; j < weight.size(3); ++j) {
          const auto row = u * stride + i * dilation - padding;
          const auto column = v * stride + j * dilation - padding;
          if (row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3)) continue;
          const auto pixels = x.select(3, column).select(2, row);         // (n, c)
          const auto taps = weight.select(3, j).select(2, i);             // (k, c)
          y.select(3, v).select(2, u).add_(pixels.matmul(taps.t()));
        }
      }
    }
  }
  return y;
  // END SOLUTION
}

Tensor patches(const Tensor& x, int64_t a, int64_t b, const Geometry& geometry) {
  require_images(x);
  const auto [stride, padding, dilation] = geometry;
  const auto rows = output_size(x.size(2), a, geometry), columns = output_size(x.size(3), b, geometry);
  // BEGIN SOLUTION patches: torch::constant_pad_nd, then for each tap a slice with a step
  const auto padded = torch::constant_pad_nd(x, {padding, padding, padding, padding});
  std::vector<Tensor> taps;
  for (int64_t i = 0; i < a; ++i) {
    const auto top = i * dilation;
    const auto seen = padded.slice(2, top, top + (rows - 1) * stride + 1, stride);
    for (int64_t j = 0; j < b; ++j) {
      const auto left = j * dilation;
      taps.push_back(seen.slice(3, left, left + (columns - 1) * stride + 1, stride));
    }
  }
  return torch::stack(taps, 2).view({x.size(0), x.size(1) * a * b, rows * columns});
  // END SOLUTION
}

Tensor correlate(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& geometry) {
  require_filters(x, weight);
  require_channels(bias, weight.size(0));
  const auto rows = output_size(x.size(2), weight.size(2), geometry);
  const auto columns = output_size(x.size(3), weight.size(3), geometry);
  // BEGIN SOLUTION correlate: a filter is a row of weight.flatten(1)
  const auto seen = patches(x, weight.size(2), weight.size(3), geometry);
  const auto filters = weight.flatten(1).expand({x.size(0), -1, -1});  // bmm: matmul would copy the patches
  const auto y = filters.bmm(seen) + bias.unsqueeze(1);
  return y.view({x.size(0), weight.size(0), rows, columns});
  // END SOLUTION
}

ParameterGradients parameter_gradients(const Tensor& x, const Tensor& gradient, int64_t a, int64_t b,
                                       const Geometry& geometry) {
  require_images(x);
  require_images(gradient);
  const auto rows = output_size(x.size(2), a, geometry), columns = output_size(x.size(3), b, geometry);
  require_sizes(gradient, {x.size(0), gradient.size(1), rows, columns});
  // BEGIN SOLUTION parameter_gradients: each weight saw every output of every image
  const auto seen = patches(x, a, b, geometry);
  const auto weight = gradient.flatten(2).matmul(seen.transpose(1, 2)).sum(0);
  return {weight.view({gradient.size(1), x.size(1), a, b}), gradient.sum({0, 2, 3})};
  // END SOLUTION
}

Tensor fold(const Tensor& columns, int64_t h, int64_t w, int64_t a, int64_t b, const Geometry& geometry) {
  const auto [stride, padding, dilation] = geometry;
  const auto down = output_size(h, a, geometry), across = output_size(w, b, geometry);
  TORCH_CHECK_VALUE(columns.dim() == 3 && columns.size(1) % (a * b) == 0 && columns.size(2) == down * across,
                    "expected columns of (n, c * ", a * b, ", ", down * across, "), got ", columns.sizes());
  // BEGIN SOLUTION fold: what patches took from a pixel comes back to it, from every tap that saw it
  const auto n = columns.size(0), c = columns.size(1) / (a * b);
  const auto taps = columns.view({n, c, a, b, down, across});
  auto padded = torch::zeros({n, c, h + 2 * padding, w + 2 * padding}, columns.options());
  for (int64_t i = 0; i < a; ++i) {
    for (int64_t j = 0; j < b; ++j) {
      const auto top = i * dilation, left = j * dilation;
      padded.slice(2, top, top + (down - 1) * stride + 1, stride)
          .slice(3, left, left + (across - 1) * stride + 1, stride)
          .add_(taps.select(3, j).select(2, i));
    }
  }
  return padded.slice(2, padding, padding + h).slice(3, padding, padding + w).contiguous();
  // END SOLUTION
}

Tensor input_gradient(const Tensor& weight, const Tensor& gradient, int64_t h, int64_t w,
                      const Geometry& geometry) {
  require_images(weight);
  require_images(gradient);
  const auto a = weight.size(2), b = weight.size(3);
  require_sizes(gradient, {gradient.size(0), weight.size(0), output_size(h, a, geometry), output_size(w, b, geometry)});
  // BEGIN SOLUTION input_gradient: the product of task 4 transposed, then fold
  return fold(weight.flatten(1).t().matmul(gradient.flatten(2)), h, w, a, b, geometry);
  // END SOLUTION
}

MaxPooled max_pool(const Tensor& x, int64_t window, int64_t stride) {
  require_images(x);
  const Geometry geometry{.stride = stride};
  const auto rows = output_size(x.size(2), window, geometry), columns = output_size(x.size(3), window, geometry);
  // BEGIN SOLUTION max_pool: each channel is an image of its own
  const auto seen = patches(x.flatten(0, 1).unsqueeze(1), window, window, geometry);
  const auto [values, taps] = seen.max(1);  // the first of equal ones
  const auto output = torch::arange(rows * columns);
  const auto row = output.div(columns, "floor") * stride + taps.div(window, "floor");
  const auto column = output.remainder(columns) * stride + taps.remainder(window);
  const std::vector<int64_t> shape{x.size(0), x.size(1), rows, columns};
  return {values.view(shape), (row * x.size(3) + column).view(shape)};
  // END SOLUTION
}

Tensor max_pool_gradient(const Tensor& places, const Tensor& gradient, int64_t h, int64_t w) {
  require_images(gradient);
  require_sizes(places, gradient.sizes());
  // BEGIN SOLUTION max_pool_gradient: a pixel may be the maximum of several windows
  const auto n = gradient.size(0), c = gradient.size(1);
  return torch::zeros({n, c, h * w}, gradient.options())
      .scatter_add_(2, places.flatten(2), gradient.flatten(2))
      .view({n, c, h, w});
  // END SOLUTION
}

Tensor average_pool(const Tensor& x, int64_t window, int64_t stride) {
  require_images(x);
  const Geometry geometry{.stride = stride};
  const auto rows = output_size(x.size(2), window, geometry), columns = output_size(x.size(3), window, geometry);
  // BEGIN SOLUTION average_pool
  const auto seen = patches(x.flatten(0, 1).unsqueeze(1), window, window, geometry);
  return seen.mean(1).view({x.size(0), x.size(1), rows, columns});
  // END SOLUTION
}

Tensor average_pool_gradient(const Tensor& gradient, int64_t h, int64_t w, int64_t window, int64_t stride) {
  require_images(gradient);
  const Geometry geometry{.stride = stride};
  const auto rows = output_size(h, window, geometry), columns = output_size(w, window, geometry);
  require_sizes(gradient, {gradient.size(0), gradient.size(1), rows, columns});
  // BEGIN SOLUTION average_pool_gradient
  const auto n = gradient.size(0), c = gradient.size(1), taps = window * window;
  const auto share = gradient.reshape({n * c, 1, rows * columns}) / taps;
  return fold(share.expand({n * c, taps, rows * columns}).contiguous(), h, w, window, window, geometry)
      .view({n, c, h, w});
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// A number for each channel, to be multiplied with (n, c, h, w).
Tensor by_channel(const Tensor& numbers) { return numbers.view({1, -1, 1, 1}); }

}  // namespace
// END SOLUTION

Normalised batch_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, const Statistics& running,
                      bool training, double momentum, double epsilon) {
  require_images(x);
  for (const auto& numbers : {scale, shift, running.mean, running.variance}) require_channels(numbers, x.size(1));
  TORCH_CHECK_VALUE(momentum >= 0 && momentum <= 1 && epsilon > 0,
                    "expected a momentum from 0 to 1 and an epsilon above 0, got ", momentum, " and ", epsilon);
  // BEGIN SOLUTION batch_norm: two variances, one to normalise and one to keep
  auto used = running, kept = running;
  if (training) {
    const auto count = static_cast<double>(x.numel() / x.size(1));
    TORCH_CHECK_VALUE(count >= 2, "one number a channel has no variance");
    used = {x.mean({0, 2, 3}), x.var({0, 2, 3}, /*unbiased=*/false)};
    const auto unbiased = used.variance.detach() * (count / (count - 1));
    kept = {(1 - momentum) * running.mean + momentum * used.mean.detach(),
            (1 - momentum) * running.variance + momentum * unbiased};
  }
  const auto factor = scale / (used.variance + epsilon).sqrt();
  return {(x - by_channel(used.mean)) * by_channel(factor) + by_channel(shift), kept};
  // END SOLUTION
}

NormGradients batch_norm_gradient(const Tensor& x, const Tensor& scale, const Tensor& gradient,
                                  double epsilon) {
  require_images(x);
  require_channels(scale, x.size(1));
  require_sizes(gradient, x.sizes());
  // BEGIN SOLUTION batch_norm_gradient: of the gradient only what is orthogonal to 1 and to the normalised x
  const std::vector<int64_t> all{0, 2, 3};
  const auto deviation = (x.var(all, /*unbiased=*/false, /*keepdim=*/true) + epsilon).sqrt();
  const auto normal = (x - x.mean(all, /*keepdim=*/true)) / deviation;
  const auto along_one = gradient.mean(all, true), along_x = (gradient * normal).mean(all, true);
  const auto input = by_channel(scale) / deviation * (gradient - along_one - normal * along_x);
  return {input, (gradient * normal).sum(all), gradient.sum(all)};
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

struct Groups {
  Tensor normal, deviation;  // (n, groups, c/groups, h, w) and (n, groups, 1, 1, 1)
};

Groups in_groups(const Tensor& x, int64_t groups, double epsilon) {
  TORCH_CHECK_VALUE(groups >= 1 && x.size(1) % groups == 0 && epsilon > 0, "expected groups that divide ", x.size(1),
                    " channels and an epsilon above 0, got ", groups, " and ", epsilon);
  const auto grouped = x.view({x.size(0), groups, x.size(1) / groups, x.size(2), x.size(3)});
  const std::vector<int64_t> all{2, 3, 4};
  const auto deviation = (grouped.var(all, /*unbiased=*/false, /*keepdim=*/true) + epsilon).sqrt();
  return {(grouped - grouped.mean(all, /*keepdim=*/true)) / deviation, deviation};
}

}  // namespace
// END SOLUTION

Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& shift, double epsilon) {
  require_images(x);
  for (const auto& numbers : {scale, shift}) require_channels(numbers, x.size(1));
  // BEGIN SOLUTION group_norm: x.view({n, groups, c / groups, h, w})
  const auto normal = in_groups(x, groups, epsilon).normal.view(x.sizes());
  return normal * by_channel(scale) + by_channel(shift);
  // END SOLUTION
}

NormGradients group_norm_gradient(const Tensor& x, int64_t groups, const Tensor& scale,
                                  const Tensor& gradient, double epsilon) {
  require_images(x);
  require_channels(scale, x.size(1));
  require_sizes(gradient, x.sizes());
  // BEGIN SOLUTION group_norm_gradient: the scale stands between the normalised x and the gradient
  const auto [normal, deviation] = in_groups(x, groups, epsilon);
  const std::vector<int64_t> all{2, 3, 4};
  const auto scaled = (gradient * by_channel(scale)).view(normal.sizes());
  const auto along_one = scaled.mean(all, true), along_x = (scaled * normal).mean(all, true);
  const auto input = (scaled - along_one - normal * along_x) / deviation;
  const auto by_scale = (gradient * normal.view(x.sizes())).sum({0, 2, 3});
  return {input.view(x.sizes()), by_scale, gradient.sum({0, 2, 3})};
  // END SOLUTION
}

ReceptiveField receptive_field(const std::vector<Layer>& layers) {
  // BEGIN SOLUTION receptive_field: layer by layer, in units of the jump before it
  ReceptiveField field{1, 1, 0};
  for (const auto& [kernel, stride, padding, dilation] : layers) {
    TORCH_CHECK_VALUE(kernel >= 1 && stride >= 1 && padding >= 0 && dilation >= 1,
                      "expected kernel, stride and dilation of at least 1 and no negative padding, got ", kernel,
                      ", ", stride, ", ", dilation, " and ", padding);
    const auto reach = dilation * (kernel - 1);
    field.size += reach * field.jump;
    field.centre += (0.5 * reach - padding) * field.jump;
    field.jump *= stride;
  }
  return field;
  // END SOLUTION
}

int64_t resnet_parameters(int64_t channels, int64_t width, int64_t blocks, int64_t classes) {
  TORCH_CHECK_VALUE(channels >= 1 && width >= 1 && blocks >= 1 && classes >= 1,
                    "expected at least 1 of each, got ", channels, ", ", width, ", ", blocks, " and ", classes);
  // BEGIN SOLUTION resnet_parameters: 9 c k + 2 k for each convolution and its batch norm
  const auto layer = [](int64_t in, int64_t out) { return 9 * in * out + 2 * out; };
  auto total = layer(channels, width) + 4 * width * classes + classes;
  for (int64_t stage = 0, in = width; stage < 3; ++stage) {
    const auto out = width << stage;
    total += layer(in, out) + (2 * blocks - 1) * layer(out, out);
    in = out;
  }
  return total;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// Along dimension d: `before` pixels of the other end before the first, `before` of the first end behind the last.
Tensor wrapped(const Tensor& x, int64_t d, int64_t before) {
  const auto size = x.size(d);
  return x.index_select(d, torch::arange(-before, size + before).remainder(size));
}

void require_odd(const Tensor& weight) {
  TORCH_CHECK_VALUE(weight.size(2) % 2 == 1 && weight.size(3) % 2 == 1,
                    "a kernel with a middle has odd sizes, got ", weight.sizes());
}

}  // namespace
// END SOLUTION

Tensor correlate_on_torus(const Tensor& x, const Tensor& weight) {
  require_filters(x, weight);
  // BEGIN SOLUTION correlate_on_torus: x.index_select with indices modulo the size, then task 4
  require_odd(weight);
  const auto around = wrapped(wrapped(x, 2, weight.size(2) / 2), 3, weight.size(3) / 2);
  return correlate(around, weight, torch::zeros({weight.size(0)}, x.options()), {});
  // END SOLUTION
}

int64_t broken_by_padding(int64_t h, int64_t w, int64_t radius, int64_t down, int64_t right) {
  TORCH_CHECK_VALUE(h >= 1 && w >= 1 && radius >= 0, "expected h, w >= 1 and radius >= 0, got ", h, ", ", w,
                    " and ", radius);
  // BEGIN SOLUTION broken_by_padding: first the pixels that agree, and first along one axis
  const auto agreeing = [&](int64_t size, int64_t shift) {
    shift = (shift % size + size) % size;
    if (shift == 0) return size;
    const auto inner = std::max<int64_t>(size - 2 * radius, 0);
    return std::max<int64_t>(inner - shift, 0) + std::max<int64_t>(inner - (size - shift), 0);
  };
  return h * w - agreeing(h, down) * agreeing(w, right);
  // END SOLUTION
}

Tensor correlate_by_fft(const Tensor& x, const Tensor& weight) {
  require_filters(x, weight);
  // BEGIN SOLUTION correlate_by_fft: torch::fft_rfft2, which factor is conjugated, torch::fft_irfft2
  require_odd(weight);
  const auto h = x.size(2), w = x.size(3), a = weight.size(2), b = weight.size(3);
  auto kernel = torch::zeros({weight.size(0), weight.size(1), h, w}, x.options());
  const auto rows = torch::arange(-(a / 2), a / 2 + 1).remainder(h);
  const auto columns = torch::arange(-(b / 2), b / 2 + 1).remainder(w);
  for (int64_t i = 0; i < a; ++i)
    kernel.select(2, rows[i].item<int64_t>()).index_add_(2, columns, weight.select(2, i));
  const auto product = torch::einsum("nchw,kchw->nkhw", {torch::fft_rfft2(x), torch::fft_rfft2(kernel).conj()});
  return torch::fft_irfft2(product, at::IntArrayRef{h, w});
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// A correlation without bias and with padding 1.
Tensor convolved(const Tensor& x, const Tensor& weight, int64_t stride) {
  return correlate(x, weight, torch::zeros({weight.size(0)}, x.options()), {.stride = stride, .padding = 1});
}

/// By the statistics of the batch.
Tensor normalised(const Tensor& x, const Tensor& scale, const Tensor& shift) {
  const Statistics none{torch::zeros_like(scale), torch::ones_like(scale)};
  return batch_norm(x, scale, shift, none, /*training=*/true, 0, kEpsilon).output;
}

/// Every stride-th pixel, and channels of zeros behind: option A.
Tensor shortcut(const Tensor& x, int64_t channels, int64_t stride) {
  TORCH_CHECK_VALUE(channels >= x.size(1) && stride >= 1, "expected at least ", x.size(1),
                    " channels and a stride of at least 1, got ", channels, " and ", stride);
  const auto sampled = x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);
  return torch::constant_pad_nd(sampled, {0, 0, 0, 0, 0, channels - x.size(1)});
}

}  // namespace
// END SOLUTION

Tensor residual_block(const Tensor& x, const BlockParameters& parameters, int64_t stride) {
  require_filters(x, parameters.weight1);
  // BEGIN SOLUTION residual_block
  const auto& [weight1, scale1, shift1, weight2, scale2, shift2] = parameters;
  const auto skipped = shortcut(x, weight1.size(0), stride);
  const auto hidden = normalised(convolved(x, weight1, stride), scale1, shift1).relu();
  return (skipped + normalised(convolved(hidden, weight2, 1), scale2, shift2)).relu();
  // END SOLUTION
}

BlockGradients residual_block_gradient(const Tensor& x, const BlockParameters& parameters, int64_t stride,
                                       const Tensor& gradient) {
  require_filters(x, parameters.weight1);
  // BEGIN SOLUTION residual_block_gradient: forward once more, then back: two ways lead to x
  const auto& [weight1, scale1, shift1, weight2, scale2, shift2] = parameters;
  const Geometry first{.stride = stride, .padding = 1}, second{.padding = 1};
  const auto skipped = shortcut(x, weight1.size(0), stride);
  const auto z1 = convolved(x, weight1, stride), n1 = normalised(z1, scale1, shift1), hidden = n1.relu();
  const auto z2 = convolved(hidden, weight2, 1), sum = skipped + normalised(z2, scale2, shift2);
  require_sizes(gradient, sum.sizes());

  const auto by_sum = gradient * sum.gt(0);
  const auto norm2 = batch_norm_gradient(z2, scale2, by_sum, kEpsilon);
  const auto by_hidden = input_gradient(weight2, norm2.input, hidden.size(2), hidden.size(3), second);
  const auto norm1 = batch_norm_gradient(z1, scale1, by_hidden * n1.gt(0), kEpsilon);
  auto input = input_gradient(weight1, norm1.input, x.size(2), x.size(3), first);
  input.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride).add_(by_sum.slice(1, 0, x.size(1)));
  return {input,
          {parameter_gradients(x, norm1.input, 3, 3, first).weight, norm1.scale, norm1.shift,
           parameter_gradients(hidden, norm2.input, 3, 3, second).weight, norm2.scale, norm2.shift}};
  // END SOLUTION
}

Tensor stream_gradients(const Tensor& weights, const Tensor& gradient, bool residual) {
  require_images(gradient);
  TORCH_CHECK_VALUE(weights.dim() == 5 && weights.size(1) == gradient.size(1) && weights.size(2) == gradient.size(1),
                    "expected weights of (L, ", gradient.size(1), ", ", gradient.size(1), ", a, b), got ",
                    weights.sizes());
  // BEGIN SOLUTION stream_gradients: the adjoint of a correlation on the torus is one too; with which kernel?
  auto at = gradient;
  std::vector<Tensor> means{at.square().mean()};
  for (int64_t l = weights.size(0) - 1; l >= 0; --l) {
    const auto back = correlate_on_torus(at, weights[l].transpose(0, 1).flip({2, 3}).contiguous());
    at = residual ? at + back : back;
    means.push_back(at.square().mean());
  }
  return torch::stack(means).flip(0);
  // END SOLUTION
}

double branch_variance(int64_t depth, double growth) {
  // BEGIN SOLUTION branch_variance: std::expm1 keeps the digits of a small α
  TORCH_CHECK_VALUE(depth >= 1 && growth >= 1, "expected a depth and a growth of at least 1, got ", depth, " and ",
                    growth);
  return std::expm1(std::log(growth) / static_cast<double>(depth));
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

Tensor gaussian(at::IntArrayRef shape, double variance, const torch::Generator& generator) {
  return std::sqrt(variance) * torch::randn(shape, generator, torch::kFloat32);
}

/// A 3 × 3 correlation and its batch norm.
struct ConvNorm : torch::nn::Module {
  ConvNorm(int64_t in, int64_t out, int64_t stride, const torch::Generator& generator)
      : stride(stride),
        weight(register_parameter("weight", gaussian({out, in, 3, 3}, 2.0 / (9 * in), generator))),
        scale(register_parameter("scale", torch::ones({out}))),
        shift(register_parameter("shift", torch::zeros({out}))),
        mean(register_buffer("mean", torch::zeros({out}))),
        variance(register_buffer("variance", torch::ones({out}))) {}

  Tensor forward(const Tensor& x) {
    const auto made =
        batch_norm(convolved(x, weight, stride), scale, shift, {mean, variance}, is_training(), 0.1, kEpsilon);
    torch::NoGradGuard no_grad;
    mean.copy_(made.running.mean);
    variance.copy_(made.running.variance);
    return made.output;
  }

  int64_t stride;
  Tensor weight, scale, shift, mean, variance;
};

struct ResidualNetwork : ImageNetwork {
  explicit ResidualNetwork(const ResNetOptions& options) {
    const auto generator = seeded(options.seed);
    add(options.channels, options.width, 1, generator);
    for (int64_t stage = 0, in = options.width; stage < 3; ++stage) {
      const auto out = options.width << stage;
      for (int64_t block = 0; block < options.blocks; ++block) {
        add(in, out, stage > 0 && block == 0 ? 2 : 1, generator);
        add(out, out, 1, generator);
        in = out;
      }
    }
    const auto features = 4 * options.width;
    head = register_module("head", torch::nn::Linear(features, options.classes));
    torch::NoGradGuard no_grad;
    head->weight.copy_(gaussian(head->weight.sizes(), 1.0 / features, generator));
    head->bias.zero_();
  }

  void add(int64_t in, int64_t out, int64_t stride, const torch::Generator& generator) {
    layers.push_back(register_module("layer" + std::to_string(layers.size()),
                                     std::make_shared<ConvNorm>(in, out, stride, generator)));
  }

  Tensor forward(const Tensor& x) override {
    auto z = layers[0]->forward(x).relu();
    for (std::size_t l = 1; l < layers.size(); l += 2) {
      const auto branch = layers[l + 1]->forward(layers[l]->forward(z).relu());
      z = (shortcut(z, branch.size(1), layers[l]->stride) + branch).relu();
    }
    return head->forward(z.mean({2, 3}));
  }

  std::vector<std::shared_ptr<ConvNorm>> layers;
  torch::nn::Linear head{nullptr};
};

}  // namespace
// END SOLUTION

std::shared_ptr<ImageNetwork> make_resnet(const ResNetOptions& options) {
  const auto& [channels, width, blocks, classes, seed] = options;
  TORCH_CHECK_VALUE(channels >= 1 && width >= 1 && blocks >= 1 && classes >= 1 && seed >= 0,
                    "expected at least 1 of each and a seed of at least 0, got ", channels, ", ", width, ", ",
                    blocks, ", ", classes, " and ", seed);
  // BEGIN SOLUTION make_resnet: a module of a convolution and its batch norm makes the order come by itself
  return std::make_shared<ResidualNetwork>(options);
  // END SOLUTION
}

std::shared_ptr<ImageNetwork> fit_images(const Tensor& x, const Tensor& labels, int64_t classes, int64_t seed) {
  // BEGIN SOLUTION fit_images: make_resnet and train, which is given
  const auto network =
      make_resnet({.channels = x.size(1), .width = 8, .blocks = 1, .classes = classes, .seed = seed});
  // Photographs are as good mirrored, galaxies upside down as well; a pattern becomes another one.
  auto images = x;
  if (x.size(1) == 3) images = torch::cat({images, images.flip({3})});
  if (classes == 3) images = torch::cat({images, images.flip({2})});
  const auto names = labels.repeat({images.size(0) / x.size(0)});
  // The fewer images, the more often each is seen.
  const auto epochs = 6'000 / images.size(0) + 1;
  train(*network, images, names, {.epochs = epochs, .batch_size = 40, .learning_rate = 0.1, .seed = seed});
  return network;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

Tensor turned(const Tensor& plane, int64_t quarters) { return torch::rot90(plane, quarters, {-2, -1}); }

}  // namespace
// END SOLUTION

Tensor lift(const Tensor& x, const Tensor& weight) {
  require_filters(x, weight);
  // BEGIN SOLUTION lift
  std::vector<Tensor> planes;
  for (int64_t r = 0; r < 4; ++r) planes.push_back(correlate_on_torus(x, turned(weight, r).contiguous()));
  return torch::stack(planes, 2);
  // END SOLUTION
}

Tensor group_correlate(const Tensor& x, const Tensor& weight) {
  TORCH_CHECK_VALUE(x.dim() == 5 && weight.dim() == 5 && x.size(2) == 4 && weight.size(2) == 4,
                    "expected maps of (n, c, 4, h, w) and weights of (k, c, 4, a, a), got ", x.sizes(), " and ",
                    weight.sizes());
  // BEGIN SOLUTION group_correlate: the four planes of x are channels; which weights belong to them?
  std::vector<Tensor> planes;
  for (int64_t r = 0; r < 4; ++r) {
    const auto filters = turned(weight.roll(r, 2), r);  // plane s has the weights of s − r
    planes.push_back(correlate_on_torus(x.flatten(1, 2), filters.flatten(1, 2).contiguous()));
  }
  return torch::stack(planes, 2);
  // END SOLUTION
}

}  // namespace cnn
