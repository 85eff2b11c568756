#include "cnn.h"

#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

#include <cmath>
#include <string>
#include <vector>

// Views of windows, einsum, and one module with all parameters.
namespace cnn {

namespace {

void require(bool holds, const char* what) { TORCH_CHECK_VALUE(holds, "expected ", what); }

/// (n, c, rows, columns, a, b), without a copy but of the padding.
Tensor windows(const Tensor& x, int64_t a, int64_t b, const Geometry& g) {
  output_size(x.size(2), a, g);
  output_size(x.size(3), b, g);
  const auto padded = torch::constant_pad_nd(x, {g.padding, g.padding, g.padding, g.padding});
  const auto reach_a = g.dilation * (a - 1) + 1, reach_b = g.dilation * (b - 1) + 1;
  return padded.unfold(2, reach_a, g.stride)
      .unfold(3, reach_b, g.stride)
      .slice(4, 0, reach_a, g.dilation)
      .slice(5, 0, reach_b, g.dilation);
}

Tensor wide(const Tensor& numbers) { return numbers.unsqueeze(1).unsqueeze(2); }

}  // namespace

int64_t output_size(int64_t size, int64_t kernel, const Geometry& g) {
  require(size > 0 && kernel > 0 && g.stride > 0 && g.dilation > 0 && g.padding >= 0, "sizes of at least 1");
  int64_t last = size + 2 * g.padding - g.dilation * (kernel - 1);
  require(last > 0, "a kernel that fits");
  return (last + g.stride - 1) / g.stride;
}

int64_t same_padding(int64_t kernel, int64_t dilation) {
  require(kernel > 0 && dilation > 0, "a kernel");
  require((kernel % 2 == 1) || (dilation % 2 == 0), "an even reach");
  return dilation * (kernel - 1) / 2;
}

Tensor correlate_by_loops(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& g) {
  require(x.dim() == 4 && weight.dim() == 4 && x.size(1) == weight.size(1) && bias.numel() == weight.size(0), "shapes");
  auto y = torch::zeros({x.size(0), weight.size(0), output_size(x.size(2), weight.size(2), g),
                         output_size(x.size(3), weight.size(3), g)},
                        x.options());
  const auto padded = torch::constant_pad_nd(x, {g.padding, g.padding, g.padding, g.padding});
  const auto reach_a = g.dilation * (weight.size(2) - 1) + 1, reach_b = g.dilation * (weight.size(3) - 1) + 1;
  for (int64_t u = 0; u < y.size(2); ++u) {
    for (int64_t v = 0; v < y.size(3); ++v) {
      const auto top = u * g.stride, left = v * g.stride;
      const auto seen = padded.slice(2, top, top + reach_a, g.dilation).slice(3, left, left + reach_b, g.dilation);
      for (int64_t k = 0; k < weight.size(0); ++k)
        y.select(3, v).select(2, u).select(1, k).copy_((seen * weight[k]).sum({1, 2, 3}) + bias[k]);
    }
  }
  return y;
}

Tensor patches(const Tensor& x, int64_t a, int64_t b, const Geometry& g) {
  require(x.dim() == 4, "images");
  const auto seen = windows(x, a, b, g);
  return seen.permute({0, 1, 4, 5, 2, 3}).reshape({x.size(0), x.size(1) * a * b, seen.size(2) * seen.size(3)});
}

Tensor correlate(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& g) {
  require(x.dim() == 4 && weight.dim() == 4 && x.size(1) == weight.size(1) && bias.numel() == weight.size(0), "shapes");
  const auto rows = output_size(x.size(2), weight.size(2), g);
  const auto seen = patches(x, weight.size(2), weight.size(3), g);
  const auto filters = weight.reshape({1, weight.size(0), -1}).expand({x.size(0), -1, -1});
  return torch::bmm(filters, seen).view({x.size(0), weight.size(0), rows, -1}) + wide(bias);
}

ParameterGradients parameter_gradients(const Tensor& x, const Tensor& gradient, int64_t a, int64_t b,
                                       const Geometry& g) {
  const auto seen = windows(x, a, b, g);
  require(gradient.dim() == 4 && gradient.size(2) == seen.size(2) && gradient.size(3) == seen.size(3), "a gradient");
  return {torch::einsum("nkuv,ncuvij->kcij", {gradient, seen}), torch::einsum("nkuv->k", {gradient})};
}

Tensor fold(const Tensor& columns, int64_t h, int64_t w, int64_t a, int64_t b, const Geometry& g) {
  // The pixels' own numbers, seen as patches see them, say where each number came from; padding is pixel 0.
  const auto numbers = 1 + torch::arange(h * w, torch::kFloat64).view({1, 1, h, w});
  const auto places = patches(numbers, a, b, g).to(torch::kLong).flatten();
  require(columns.dim() == 3 && columns.size(1) % (a * b) == 0 && columns.size(2) * a * b == places.numel(), "columns");
  const auto n = columns.size(0), c = columns.size(1) / (a * b);
  const auto sums = torch::zeros({n, c, 1 + h * w}, columns.options())
                        .index_add_(2, places, columns.reshape({n, c, places.numel()}));
  return sums.slice(2, 1).reshape({n, c, h, w});
}

Tensor input_gradient(const Tensor& weight, const Tensor& gradient, int64_t h, int64_t w, const Geometry& g) {
  require(weight.dim() == 4 && gradient.dim() == 4 && weight.size(0) == gradient.size(1), "shapes");
  const auto columns = torch::einsum("kcij,nkuv->ncijuv", {weight, gradient});
  return fold(columns.flatten(1, 3).flatten(2), h, w, weight.size(2), weight.size(3), g);
}

MaxPooled max_pool(const Tensor& x, int64_t window, int64_t stride) {
  const Geometry g{stride, 0, 1};
  const auto seen = windows(x, window, window, g).flatten(4);
  const auto pixels = torch::arange(x.size(2) * x.size(3)).view({1, 1, x.size(2), x.size(3)});
  const auto places = windows(pixels, window, window, g).flatten(4).expand(seen.sizes());
  const auto best = seen.argmax(4, true);
  return {seen.gather(4, best).squeeze(4), places.gather(4, best).squeeze(4)};
}

Tensor max_pool_gradient(const Tensor& places, const Tensor& gradient, int64_t h, int64_t w) {
  require(places.sizes() == gradient.sizes(), "places of the gradient's size");
  auto whole = torch::zeros({gradient.size(0) * gradient.size(1), h * w}, gradient.options());
  whole.scatter_add_(1, places.reshape({whole.size(0), -1}), gradient.reshape({whole.size(0), -1}));
  return whole.view({gradient.size(0), gradient.size(1), h, w});
}

Tensor average_pool(const Tensor& x, int64_t window, int64_t stride) {
  return windows(x, window, window, {stride, 0, 1}).mean({4, 5});
}

Tensor average_pool_gradient(const Tensor& gradient, int64_t h, int64_t w, int64_t window, int64_t stride) {
  const auto images = gradient.reshape({-1, 1, gradient.size(2), gradient.size(3)});
  const auto taps = torch::full({1, 1, window, window}, 1.0 / (window * window), gradient.options());
  return input_gradient(taps, images, h, w, {stride, 0, 1}).view({gradient.size(0), gradient.size(1), h, w});
}

Normalised batch_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, const Statistics& running,
                      bool training, double momentum, double epsilon) {
  require(momentum >= 0 && momentum <= 1 && epsilon > 0, "a momentum in [0, 1] and an epsilon above 0");
  require(scale.numel() == x.size(1) && shift.numel() == x.size(1), "a number a channel");
  if (!training)
    return {(x - wide(running.mean)) / wide((running.variance + epsilon).sqrt()) * wide(scale) + wide(shift), running};
  const auto numbers = x.transpose(0, 1).flatten(1);
  require(numbers.size(1) > 1, "at least two numbers a channel");
  const auto mean = numbers.mean(1);
  const auto centred = x - wide(mean);
  const auto squares = centred.square().sum({0, 2, 3});
  const auto output = centred * wide(scale / (squares / numbers.size(1) + epsilon).sqrt()) + wide(shift);
  torch::NoGradGuard no_grad;
  return {output,
          {running.mean.lerp(mean, momentum), running.variance.lerp(squares / (numbers.size(1) - 1), momentum)}};
}

NormGradients batch_norm_gradient(const Tensor& x, const Tensor& scale, const Tensor& gradient, double epsilon) {
  const auto n = x.numel() / x.size(1);
  const auto centred = x - x.mean({0, 2, 3}, true);
  const auto inverse = (centred.square().mean({0, 2, 3}) + epsilon).rsqrt();
  // By variance and by mean, each a chain of its own.
  const auto by_normal = gradient * wide(scale);
  const auto by_variance = -0.5 * (by_normal * centred).sum({0, 2, 3}) * inverse.pow(3);
  const auto by_mean = -(by_normal.sum({0, 2, 3}) * inverse);
  const auto input = by_normal * wide(inverse) + wide(by_variance) * 2 * centred / n + wide(by_mean) / n;
  return {input, (gradient * centred).sum({0, 2, 3}) * inverse, gradient.sum({0, 2, 3})};
}

Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& shift, double epsilon) {
  require(groups > 0 && x.size(1) % groups == 0 && epsilon > 0, "groups that divide the channels");
  const auto rows = x.reshape({x.size(0) * groups, -1});
  const auto centred = rows - rows.mean(1, true);
  const auto normal = centred * (centred.square().mean(1, true) + epsilon).rsqrt();
  return normal.view(x.sizes()) * wide(scale) + wide(shift);
}

NormGradients group_norm_gradient(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& gradient,
                                  double epsilon) {
  const auto ones = torch::ones_like(scale);
  const auto normal = group_norm(x, groups, ones, 0 * ones, epsilon);
  const auto rows = x.reshape({x.size(0) * groups, -1});
  const auto inverse = (rows.var(1, false, true) + epsilon).rsqrt();
  const auto g = (gradient * wide(scale)).reshape(rows.sizes()), u = normal.reshape(rows.sizes());
  const auto input = inverse * (g - g.mean(1, true) - u * (g * u).mean(1, true));
  return {input.view(x.sizes()), (gradient * normal).sum({0, 2, 3}), gradient.sum({0, 2, 3})};
}

ReceptiveField receptive_field(const std::vector<Layer>& layers) {
  // From the last layer to the first: the pixels [first, last] that output 0, and the place where output 1 starts.
  int64_t first = 0, last = 0, next = 1;
  for (auto l = layers.rbegin(); l != layers.rend(); ++l) {
    require(l->kernel > 0 && l->stride > 0 && l->padding >= 0 && l->dilation > 0, "a layer");
    first = first * l->stride - l->padding;
    last = last * l->stride - l->padding + l->dilation * (l->kernel - 1);
    next = next * l->stride - l->padding;
  }
  return {last - first + 1, next - first, 0.5 * (first + last)};
}

int64_t resnet_parameters(int64_t channels, int64_t width, int64_t blocks, int64_t classes) {
  require(channels > 0 && width > 0 && blocks > 0 && classes > 0, "at least one of each");
  const auto stage = [&](int64_t out, int64_t halves) {  // 2 blocks convolutions, the first from out / halves
    return 9 * out * (out / halves) + 9 * out * out * (2 * blocks - 1) + 2 * out * 2 * blocks;
  };
  return 9 * channels * width + 2 * width + stage(width, 1) + stage(2 * width, 2) + stage(4 * width, 2) +
         (4 * width + 1) * classes;
}

Tensor correlate_on_torus(const Tensor& x, const Tensor& weight) {
  const auto a = weight.size(2), b = weight.size(3);
  require(x.size(1) == weight.size(1) && a % 2 == 1 && b % 2 == 1, "odd kernels for these channels");
  Tensor y = torch::zeros({x.size(0), weight.size(0), x.size(2), x.size(3)}, x.options());
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < b; ++j)
      y = y + torch::einsum("kc,nchw->nkhw", {weight.select(3, j).select(2, i), x.roll({a / 2 - i, b / 2 - j}, {2, 3})});
  return y;
}

int64_t broken_by_padding(int64_t h, int64_t w, int64_t radius, int64_t down, int64_t right) {
  require(h > 0 && w > 0 && radius >= 0, "an image");
  const auto agreeing = [radius](int64_t size, int64_t move) {
    if (move % size == 0) return size;
    const auto place = torch::arange(size), before = (place - move).remainder(size);
    const auto inside = [&](const Tensor& u) { return u.ge(radius).logical_and(u.lt(size - radius)); };
    return inside(place).logical_and(inside(before)).sum().item<int64_t>();
  };
  return h * w - agreeing(h, down) * agreeing(w, right);
}

Tensor correlate_by_fft(const Tensor& x, const Tensor& weight) {
  const auto h = x.size(2), w = x.size(3), a = weight.size(2), b = weight.size(3);
  require(x.size(1) == weight.size(1) && a % 2 == 1 && b % 2 == 1, "odd kernels for these channels");
  // Wrapped to a multiple of the torus, then summed over its copies.
  const auto up = (a + h - 1) / h, along = (b + w - 1) / w;
  const auto tiled = torch::constant_pad_nd(weight, {0, along * w - b, 0, up * h - a});
  const auto once = tiled.view({weight.size(0), weight.size(1), up, h, along, w}).sum({2, 4});
  const auto kernel = torch::fft_fft2(once.roll({-(a / 2), -(b / 2)}, {2, 3})).conj().unsqueeze(0);
  return torch::real(torch::fft_ifft2((torch::fft_fft2(x).unsqueeze(1) * kernel).sum(2))).contiguous();
}

namespace {

Tensor plain_norm(const Tensor& x, const Tensor& scale, const Tensor& shift) {
  return batch_norm(x, scale, shift, {shift, scale}, true, 0.5, kEpsilon).output;
}

Tensor thin(const Tensor& x, const Tensor& weight, int64_t stride) {
  return correlate(x, weight, torch::zeros({weight.size(0)}, weight.options()), {stride, 1, 1});
}

/// 1 × 1 taps that copy channels: the shortcut as a correlation.
Tensor copying(int64_t k, int64_t c, const Tensor& x) { return torch::eye(k, c, x.options()).view({k, c, 1, 1}); }

}  // namespace

Tensor residual_block(const Tensor& x, const BlockParameters& p, int64_t stride) {
  const auto k = p.weight1.size(0);
  require(k >= x.size(1) && stride > 0, "no fewer channels");
  const auto skipped = correlate(x, copying(k, x.size(1), x), torch::zeros({k}, x.options()), {stride, 0, 1});
  const auto hidden = torch::relu(plain_norm(thin(x, p.weight1, stride), p.scale1, p.shift1));
  return torch::relu(skipped + plain_norm(thin(hidden, p.weight2, 1), p.scale2, p.shift2));
}

BlockGradients residual_block_gradient(const Tensor& x, const BlockParameters& p, int64_t stride,
                                       const Tensor& gradient) {
  const auto k = p.weight1.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  const auto u = thin(x, p.weight1, stride), normal = plain_norm(u, p.scale1, p.shift1), hidden = torch::relu(normal);
  const auto t = thin(hidden, p.weight2, 1);
  const auto top = torch::where(residual_block(x, p, stride) > 0, gradient, torch::zeros_like(gradient));
  const auto second = batch_norm_gradient(t, p.scale2, top, kEpsilon);
  const auto by_hidden = input_gradient(p.weight2, second.input, u.size(2), u.size(3), {1, 1, 1});
  const auto first = batch_norm_gradient(u, p.scale1, by_hidden * (normal > 0), kEpsilon);
  const auto input = input_gradient(p.weight1, first.input, h, w, {stride, 1, 1}) +
                     input_gradient(copying(k, c, x), top, h, w, {stride, 0, 1});
  return {input,
          {parameter_gradients(x, first.input, 3, 3, {stride, 1, 1}).weight, first.scale, first.shift,
           parameter_gradients(hidden, second.input, 3, 3, {1, 1, 1}).weight, second.scale, second.shift}};
}

Tensor stream_gradients(const Tensor& weights, const Tensor& gradient, bool residual) {
  const auto depth = weights.size(0);
  auto means = torch::empty({depth + 1}, gradient.options());
  Tensor now = gradient;
  for (int64_t l = depth; l >= 0; --l) {
    if (l < depth) {
      const auto weight = weights[l];
      auto back = residual ? now.clone() : torch::zeros_like(now);
      const auto a = weight.size(1 + 1), b = weight.size(3);
      for (int64_t i = 0; i < a; ++i)
        for (int64_t j = 0; j < b; ++j)
          back += torch::einsum("kc,nkhw->nchw", {weight.select(3, j).select(2, i), now}).roll({i - a / 2, j - b / 2}, {2, 3});
      now = back;
    }
    means[l] = now.pow(2).mean();
  }
  return means;
}

double branch_variance(int64_t depth, double growth) {
  require(depth > 0 && growth >= 1, "a depth and a growth of at least 1");
  return std::expm1(std::log1p(growth - 1) / depth);
}

namespace {

/// All in one module: parameters and buffers lie in lists.
struct Flat : ImageNetwork {
  explicit Flat(const ResNetOptions& o) : blocks(o.blocks) {
    auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(o.seed));
    const auto layer = [&](int64_t in, int64_t out) {
      const auto number = std::to_string(parameters_.size() / 3);
      const auto weight = torch::randn({out, in, 3, 3}, generator, torch::kFloat32) * std::sqrt(2.0 / (9 * in));
      parameters_.push_back(register_parameter("weight" + number, weight));
      parameters_.push_back(register_parameter("scale" + number, torch::ones({out})));
      parameters_.push_back(register_parameter("shift" + number, torch::zeros({out})));
      running_.push_back(register_buffer("mean" + number, torch::zeros({out})));
      running_.push_back(register_buffer("variance" + number, torch::ones({out})));
    };
    layer(o.channels, o.width);
    int64_t in = o.width;
    for (const int64_t out : {o.width, 2 * o.width, 4 * o.width}) {
      for (int64_t i = 0; i < 2 * blocks; ++i, in = out) layer(in, out);
    }
    const auto readout = torch::randn({o.classes, in}, generator, torch::kFloat32) / std::sqrt(in);
    parameters_.push_back(register_parameter("readout", readout));
    parameters_.push_back(register_parameter("readout_bias", torch::zeros({o.classes})));
  }

  Tensor layer(const Tensor& x, int64_t number, int64_t stride) {
    const auto made = batch_norm(thin(x, parameters_[3 * number], stride), parameters_[3 * number + 1],
                                 parameters_[3 * number + 2], {running_[2 * number], running_[2 * number + 1]},
                                 is_training(), 0.1, kEpsilon);
    if (is_training()) {
      torch::NoGradGuard no_grad;
      running_[2 * number].copy_(made.running.mean);
      running_[2 * number + 1].copy_(made.running.variance);
    }
    return made.output;
  }

  Tensor forward(const Tensor& x) override {
    auto z = torch::relu(layer(x, 0, 1));
    for (int64_t block = 0; block < 3 * blocks; ++block) {
      const int64_t stride = block == blocks || block == 2 * blocks ? 2 : 1;
      const auto branch = layer(torch::relu(layer(z, 1 + 2 * block, stride)), 2 + 2 * block, 1);
      const auto sampled = z.slice(2, 0, z.size(2), stride).slice(3, 0, z.size(3), stride);
      z = torch::relu(torch::constant_pad_nd(sampled, {0, 0, 0, 0, 0, branch.size(1) - z.size(1)}) + branch);
    }
    const auto bias = parameters_[parameters_.size() - 1], weight = parameters_[parameters_.size() - 2];
    return z.flatten(2).mean(2).matmul(weight.t()) + bias;
  }

  int64_t blocks;
  std::vector<Tensor> parameters_, running_;
};

}  // namespace

std::shared_ptr<ImageNetwork> make_resnet(const ResNetOptions& o) {
  require(o.channels > 0 && o.width > 0 && o.blocks > 0 && o.classes > 0 && o.seed >= 0, "options of at least 1");
  return std::make_shared<Flat>(o);
}

std::shared_ptr<ImageNetwork> fit_images(const Tensor& x, const Tensor& labels, int64_t classes, int64_t seed) {
  const auto network = make_resnet({x.size(1), 8, 1, classes, seed});
  torch::optim::Adam adam(network->parameters(), torch::optim::AdamOptions(0.01));
  auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  const int64_t steps = 220;
  auto order = torch::randperm(x.size(0), generator, torch::kLong);
  for (int64_t step = 0, at = 0; step < steps; ++step, at += 50) {
    if (at + 50 > x.size(0)) {
      order = torch::randperm(x.size(0), generator, torch::kLong);
      at = 0;
    }
    const auto batch = order.slice(0, at, at + 50);
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options()).lr(0.012 * (1 - step / double(steps)));
    auto images = x.index_select(0, batch);
    if (x.size(1) > 1 && torch::rand({1}, generator).item<double>() < 0.5) images = images.flip({-1});
    if (classes == 3) images = torch::rot90(images, step, {2, 3});
    adam.zero_grad();
    torch::nn::functional::cross_entropy(network->forward(images), labels.index_select(0, batch)).backward();
    adam.step();
  }
  return network;
}

Tensor lift(const Tensor& x, const Tensor& weight) {
  // Turn the image back, correlate, turn the result: the same thing.
  std::vector<Tensor> planes;
  for (int64_t r = 0; r < 4; ++r)
    planes.push_back(torch::rot90(correlate_on_torus(torch::rot90(x, -r, {2, 3}), weight), r, {2, 3}));
  return torch::stack(planes, 2);
}

Tensor group_correlate(const Tensor& x, const Tensor& weight) {
  require(x.dim() == 5 && weight.dim() == 5 && x.size(2) == 4 && weight.size(2) == 4, "four planes");
  auto y = torch::zeros({x.size(0), weight.size(0), 4, x.size(3), x.size(4)}, x.options());
  for (int64_t r = 0; r < 4; ++r) {
    for (int64_t t = 0; t < 4; ++t)
      y.select(2, r) += correlate_on_torus(x.select(2, (t + r) % 4), torch::rot90(weight.select(2, t), r, {2, 3}));
  }
  return y;
}

}  // namespace cnn
