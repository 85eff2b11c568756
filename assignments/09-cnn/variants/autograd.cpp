#include "cnn.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

// Forward passes by gathering and by moved images; every derivative by autograd.
namespace cnn {

namespace {

#define EXPECT_THAT_HOLDS(condition) TORCH_CHECK_VALUE(condition, "expected " #condition)

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

/// Of Σ v · f(at) by each of `at`.
std::vector<Tensor> slopes(const std::vector<Tensor>& at, const Tensor& v, const Function& f) {
  torch::AutoGradMode on(true);
  std::vector<Tensor> leaves;
  for (const auto& one : at) leaves.push_back(one.detach().clone().requires_grad_());
  const auto y = f(leaves);
  TORCH_CHECK_VALUE(y.sizes() == v.sizes(), "expected a gradient of ", y.sizes(), ", got ", v.sizes());
  return torch::autograd::grad({y}, leaves, {v}, /*retain_graph=*/false, false, /*allow_unused=*/true);
}

/// The indices that outputs × taps look at along one axis, `size` (a zero behind the last pixel) where there is none.
Tensor looked_at(int64_t size, int64_t taps, const Geometry& g) {
  const auto outputs = torch::arange(output_size(size, taps, g)) * g.stride - g.padding;
  const auto place = outputs.unsqueeze(1) + torch::arange(taps) * g.dilation;
  return torch::where(place.lt(0).logical_or(place.ge(size)), torch::full_like(place, size), place);
}

/// (n, c, rows, a, columns, b).
Tensor gathered(const Tensor& x, int64_t a, int64_t b, const Geometry& g) {
  const auto rows = looked_at(x.size(2), a, g), columns = looked_at(x.size(3), b, g);
  const auto with_zero = torch::constant_pad_nd(x, {0, 1, 0, 1});
  return with_zero.index_select(2, rows.flatten())
      .index_select(3, columns.flatten())
      .view({x.size(0), x.size(1), rows.size(0), a, columns.size(0), b});
}

}  // namespace

int64_t output_size(int64_t size, int64_t kernel, const Geometry& g) {
  EXPECT_THAT_HOLDS(size >= 1 && kernel >= 1 && g.stride >= 1 && g.dilation >= 1 && g.padding >= 0);
  const auto reach = g.dilation * (kernel - 1) + 1, whole = size + 2 * g.padding;
  EXPECT_THAT_HOLDS(reach <= whole);
  return (whole - reach + g.stride) / g.stride;
}

int64_t same_padding(int64_t kernel, int64_t dilation) {
  EXPECT_THAT_HOLDS(kernel >= 1 && dilation >= 1);
  const auto [half, rest] = std::lldiv(dilation * (kernel - 1), 2);
  EXPECT_THAT_HOLDS(rest == 0);
  return half;
}

/// Over the taps alone: each moves the whole image.
Tensor correlate_by_loops(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& g) {
  EXPECT_THAT_HOLDS(x.dim() == 4 && weight.dim() == 4 && x.size(1) == weight.size(1));
  EXPECT_THAT_HOLDS(bias.dim() == 1 && bias.size(0) == weight.size(0));
  const auto rows = looked_at(x.size(2), weight.size(2), g), columns = looked_at(x.size(3), weight.size(3), g);
  const auto with_zero = torch::constant_pad_nd(x, {0, 1, 0, 1});
  auto y = bias.view({1, -1, 1, 1}).expand({x.size(0), -1, rows.size(0), columns.size(0)}).clone();
  for (int64_t i = 0; i < weight.size(2); ++i) {
    const auto part = with_zero.index_select(2, rows.select(1, i));
    for (int64_t j = 0; j < weight.size(3); ++j) {
      const auto seen = part.index_select(3, columns.select(1, j));
      y += torch::tensordot(weight.select(3, j).select(2, i), seen, {1}, {1}).transpose(0, 1);
    }
  }
  return y;
}

Tensor patches(const Tensor& x, int64_t a, int64_t b, const Geometry& g) {
  EXPECT_THAT_HOLDS(x.dim() == 4);
  const auto seen = gathered(x, a, b, g).permute({0, 1, 3, 5, 2, 4});
  return seen.reshape({x.size(0), x.size(1) * a * b, seen.size(4) * seen.size(5)});
}

/// As a sum over taps of 1 × 1 layers, in memory that is no larger than the image.
Tensor correlate(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& g) {
  EXPECT_THAT_HOLDS(x.dim() == 4 && weight.dim() == 4 && x.size(1) == weight.size(1));
  EXPECT_THAT_HOLDS(bias.dim() == 1 && bias.size(0) == weight.size(0));
  const auto rows = output_size(x.size(2), weight.size(2), g), columns = output_size(x.size(3), weight.size(3), g);
  const auto padded = torch::constant_pad_nd(x, {g.padding, g.padding, g.padding, g.padding});
  const auto channels = weight.permute({2, 3, 0, 1}).contiguous();
  Tensor y;
  for (int64_t i = 0; i < weight.size(2); ++i)
    for (int64_t j = 0; j < weight.size(3); ++j) {
      const auto top = i * g.dilation, left = j * g.dilation;
      const auto seen = padded.slice(2, top, top + (rows - 1) * g.stride + 1, g.stride)
                            .slice(3, left, left + (columns - 1) * g.stride + 1, g.stride);
      const auto part = channels[i][j].expand({x.size(0), -1, -1}).bmm(seen.flatten(2));
      y = y.defined() ? y + part : part;
    }
  return (y + bias.unsqueeze(1)).view({x.size(0), weight.size(0), rows, columns});
}

ParameterGradients parameter_gradients(const Tensor& x, const Tensor& gradient, int64_t a, int64_t b,
                                       const Geometry& g) {
  const auto k = gradient.size(1);
  const auto all = slopes({torch::zeros({k, x.size(1), a, b}, x.options()), torch::zeros({k}, x.options())}, gradient,
                          [&](const auto& at) { return correlate(x, at[0], at[1], g); });
  return {all[0], all[1]};
}

Tensor fold(const Tensor& columns, int64_t h, int64_t w, int64_t a, int64_t b, const Geometry& g) {
  EXPECT_THAT_HOLDS(columns.dim() == 3 && columns.size(1) % (a * b) == 0);
  const auto none = torch::zeros({columns.size(0), columns.size(1) / (a * b), h, w}, columns.options());
  return slopes({none}, columns, [&](const auto& at) { return patches(at[0], a, b, g); })[0];
}

Tensor input_gradient(const Tensor& weight, const Tensor& gradient, int64_t h, int64_t w, const Geometry& g) {
  const auto none = torch::zeros({gradient.size(0), weight.size(1), h, w}, weight.options());
  const auto bias = torch::zeros({weight.size(0)}, weight.options());
  return slopes({none}, gradient, [&](const auto& at) { return correlate(at[0], weight, bias, g); })[0];
}

MaxPooled max_pool(const Tensor& x, int64_t window, int64_t stride) {
  const Geometry g{stride, 0, 1};
  const auto seen = gathered(x, window, window, g).permute({0, 1, 2, 4, 3, 5}).flatten(4);
  const auto best = seen.amax(4);
  const auto pixels = torch::arange(x.size(2) * x.size(3), torch::kFloat64).view({1, 1, x.size(2), x.size(3)});
  const auto places = gathered(pixels, window, window, g).permute({0, 1, 2, 4, 3, 5}).flatten(4).to(torch::kLong);
  const auto none = torch::full({1}, x.size(2) * x.size(3), torch::kLong);
  return {best, torch::where(seen == best.unsqueeze(4), places, none).amin(4)};
}

Tensor max_pool_gradient(const Tensor& places, const Tensor& gradient, int64_t h, int64_t w) {
  EXPECT_THAT_HOLDS(places.sizes() == gradient.sizes());
  const auto none = torch::zeros({gradient.size(0), gradient.size(1), h * w}, gradient.options());
  return slopes({none}, gradient.flatten(2), [&](const auto& at) { return at[0].gather(2, places.flatten(2)); })[0].view(
      {gradient.size(0), gradient.size(1), h, w});
}

Tensor average_pool(const Tensor& x, int64_t window, int64_t stride) {
  return gathered(x, window, window, {stride, 0, 1}).mean({3, 5});
}

Tensor average_pool_gradient(const Tensor& gradient, int64_t h, int64_t w, int64_t window, int64_t stride) {
  const auto none = torch::zeros({gradient.size(0), gradient.size(1), h, w}, gradient.options());
  return slopes({none}, gradient, [&](const auto& at) { return average_pool(at[0], window, stride); })[0];
}

Normalised batch_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, const Statistics& running,
                      bool training, double momentum, double epsilon) {
  EXPECT_THAT_HOLDS(0 <= momentum && momentum <= 1 && epsilon > 0);
  const auto last = x.permute({0, 2, 3, 1});  // channels last: a vector broadcasts by itself
  const auto normal = [&](const Tensor& mean, const Tensor& variance) {
    return (scale * (last - mean) / (variance + epsilon).sqrt() + shift).permute({0, 3, 1, 2}).contiguous();
  };
  if (!training) return {normal(running.mean, running.variance), running};
  const auto rows = last.reshape({-1, x.size(1)});
  EXPECT_THAT_HOLDS(rows.size(0) >= 2);
  const auto [variance, mean] = torch::var_mean(rows, 0, /*unbiased=*/false);
  const auto old = 1 - momentum;
  return {normal(mean, variance),
          {old * running.mean + momentum * rows.detach().mean(0),
           old * running.variance + momentum * rows.detach().var(0, /*unbiased=*/true)}};
}

NormGradients batch_norm_gradient(const Tensor& x, const Tensor& scale, const Tensor& gradient, double epsilon) {
  const auto all = slopes({x, scale, torch::zeros_like(scale)}, gradient, [&](const auto& at) {
    return batch_norm(at[0], at[1], at[2], {scale, scale}, true, 0, epsilon).output;
  });
  return {all[0], all[1], all[2]};
}

Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& shift, double epsilon) {
  EXPECT_THAT_HOLDS(groups >= 1 && x.size(1) % groups == 0 && epsilon > 0);
  std::vector<Tensor> parts;
  for (const auto& part : x.chunk(groups, 1)) {
    const auto [variance, mean] = torch::var_mean(part, at::IntArrayRef{1, 2, 3}, /*unbiased=*/false, /*keepdim=*/true);
    parts.push_back((part - mean) / (variance + epsilon).sqrt());
  }
  return torch::cat(parts, 1) * scale.unsqueeze(1).unsqueeze(2) + shift.unsqueeze(1).unsqueeze(2);
}

NormGradients group_norm_gradient(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& gradient,
                                  double epsilon) {
  const auto all = slopes({x, scale, torch::zeros_like(scale)}, gradient,
                          [&](const auto& at) { return group_norm(at[0], groups, at[1], at[2], epsilon); });
  return {all[0], all[1], all[2]};
}

ReceptiveField receptive_field(const std::vector<Layer>& layers) {
  ReceptiveField field{1, 1, 0};
  if (layers.empty()) return field;
  // The first layer, behind it the stack of the others in its outputs.
  const auto& [kernel, stride, padding, dilation] = layers.front();
  EXPECT_THAT_HOLDS(kernel >= 1 && stride >= 1 && padding >= 0 && dilation >= 1);
  const auto rest = receptive_field({layers.begin() + 1, layers.end()});
  const auto reach = dilation * (kernel - 1);
  field.size = (rest.size - 1) * stride + 1 + reach;
  field.jump = rest.jump * stride;
  field.centre = rest.centre * static_cast<double>(stride) + 0.5 * static_cast<double>(reach - 2 * padding);
  return field;
}

int64_t resnet_parameters(int64_t channels, int64_t width, int64_t blocks, int64_t classes) {
  EXPECT_THAT_HOLDS(channels >= 1 && width >= 1 && blocks >= 1 && classes >= 1);
  // Collected by powers of the width.
  const auto quadratic = 378 * blocks - 90, linear = 9 * channels + 2 + 28 * blocks + 4 * classes;
  return (quadratic * width + linear) * width + classes;
}

Tensor correlate_on_torus(const Tensor& x, const Tensor& weight) {
  const auto a = weight.size(2), b = weight.size(3);
  EXPECT_THAT_HOLDS(a % 2 == 1 && b % 2 == 1 && x.size(1) == weight.size(1));
  const auto around = [](const Tensor& image, int64_t d, int64_t reach) {
    std::vector<Tensor> lines;
    for (int64_t place = -reach; place < image.size(d) + reach; ++place)
      lines.push_back(image.select(d, ((place % image.size(d)) + image.size(d)) % image.size(d)));
    return torch::stack(lines, d);
  };
  return correlate(around(around(x, 3, b / 2), 2, a / 2), weight, torch::zeros({weight.size(0)}, x.options()), {});
}

int64_t broken_by_padding(int64_t h, int64_t w, int64_t radius, int64_t down, int64_t right) {
  EXPECT_THAT_HOLDS(h >= 1 && w >= 1 && radius >= 0);
  // Each pixel carries what its view looks like: how many pixels it has to either end.
  const auto kept = [radius](int64_t size, int64_t move) {
    const auto place = torch::arange(size);
    const auto view = torch::stack({place.clamp_max(radius), (size - 1 - place).clamp_max(radius)});
    const auto whole = view.eq(radius).all(0);
    if (move % size == 0) return torch::ones_like(whole);
    return whole.logical_and(whole.roll(move % size, 0));
  };
  const auto rows = kept(h, down).sum(), columns = kept(w, right).sum();
  return h * w - (rows * columns).item<int64_t>();
}

Tensor correlate_by_fft(const Tensor& x, const Tensor& weight) {
  EXPECT_THAT_HOLDS(weight.size(2) % 2 == 1 && weight.size(3) % 2 == 1 && x.size(1) == weight.size(1));
  // The kernel is what a single pixel at (0, 0) leaves behind, with the torus run through backwards.
  auto pixel = torch::zeros({x.size(1), x.size(1), x.size(2), x.size(3)}, x.options());
  for (int64_t c = 0; c < x.size(1); ++c) pixel[c][c][0][0] = 1;
  const auto response = correlate_on_torus(pixel, weight).transpose(0, 1);  // (k, c, h, w), a convolution's kernel
  const auto product = (torch::fft_rfft2(x).unsqueeze(1) * torch::fft_rfft2(response.contiguous()).unsqueeze(0)).sum(2);
  return torch::fft_irfft2(product, at::IntArrayRef{x.size(2), x.size(3)});
}

Tensor residual_block(const Tensor& x, const BlockParameters& p, int64_t stride) {
  const auto k = p.weight1.size(0);
  EXPECT_THAT_HOLDS(k >= x.size(1) && stride >= 1);
  const auto layer = [&](const Tensor& z, const Tensor& weight, const Tensor& scale, const Tensor& shift, int64_t s) {
    const auto made = correlate(z, weight, torch::zeros({k}, z.options()), {s, 1, 1});
    return batch_norm(made, scale, shift, {scale.detach(), scale.detach()}, true, 0, kEpsilon).output;
  };
  const auto branch =
      layer(layer(x, p.weight1, p.scale1, p.shift1, stride).relu(), p.weight2, p.scale2, p.shift2, 1);
  const auto rows = torch::arange(0, x.size(2), stride), columns = torch::arange(0, x.size(3), stride);
  const auto carried = x.index_select(2, rows).index_select(3, columns);
  return torch::cat({carried + branch.slice(1, 0, x.size(1)), branch.slice(1, x.size(1))}, 1).relu();
}

BlockGradients residual_block_gradient(const Tensor& x, const BlockParameters& p, int64_t stride,
                                       const Tensor& gradient) {
  const auto all =
      slopes({x, p.weight1, p.scale1, p.shift1, p.weight2, p.scale2, p.shift2}, gradient, [&](const auto& at) {
        return residual_block(at[0], {at[1], at[2], at[3], at[4], at[5], at[6]}, stride);
      });
  return {all[0], {all[1], all[2], all[3], all[4], all[5], all[6]}};
}

Tensor stream_gradients(const Tensor& weights, const Tensor& gradient, bool residual) {
  torch::AutoGradMode on(true);
  std::vector<Tensor> x{torch::zeros_like(gradient).requires_grad_()};
  for (const auto& weight : weights.unbind()) {
    const auto branch = correlate_on_torus(x.back(), weight);
    x.push_back(residual ? x.back() + branch : branch);
  }
  std::vector<Tensor> means;
  for (const auto& one : torch::autograd::grad({x.back()}, x, {gradient})) means.push_back(one.square().mean());
  return torch::stack(means);
}

double branch_variance(int64_t depth, double growth) {
  EXPECT_THAT_HOLDS(depth >= 1 && growth >= 1);
  const double half = std::log(growth) / (2.0 * static_cast<double>(depth));
  return 2 * std::sinh(half) * std::exp(half);
}

namespace {

struct Unit : torch::nn::Module {
  Unit(int64_t in, int64_t out, int64_t stride, const torch::Generator& generator) : stride(stride) {
    const auto deviation = std::sqrt(2.0 / static_cast<double>(in * 9));
    register_parameter("weight", deviation * torch::randn({out, in, 3, 3}, generator, torch::kFloat32));
    register_parameter("scale", torch::ones({out}));
    register_parameter("shift", torch::zeros({out}));
    register_buffer("mean", torch::zeros({out}));
    register_buffer("variance", torch::ones({out}));
  }
  Tensor forward(const Tensor& x) {
    auto own = named_parameters(false);
    auto kept = named_buffers(false);
    const auto z = correlate(x, own["weight"], torch::zeros({own["weight"].size(0)}), {stride, 1, 1});
    const auto made =
        batch_norm(z, own["scale"], own["shift"], {kept["mean"], kept["variance"]}, is_training(), 0.1, kEpsilon);
    torch::NoGradGuard no_grad;
    if (is_training()) kept["mean"].set_data(made.running.mean), kept["variance"].set_data(made.running.variance);
    return made.output;
  }
  int64_t stride;
};

struct Pair : torch::nn::Module {
  Pair(int64_t in, int64_t out, int64_t stride, const torch::Generator& generator)
      : inner(register_module("inner", std::make_shared<Unit>(in, out, stride, generator))),
        outer(register_module("outer", std::make_shared<Unit>(out, out, 1, generator))) {}
  Tensor forward(const Tensor& x) {
    const auto branch = outer->forward(inner->forward(x).relu());
    const auto carried = x.slice(2, 0, x.size(2), inner->stride).slice(3, 0, x.size(3), inner->stride);
    return (branch + torch::constant_pad_nd(carried, {0, 0, 0, 0, 0, branch.size(1) - x.size(1)})).relu();
  }
  std::shared_ptr<Unit> inner, outer;
};

struct Stages : ImageNetwork {
  explicit Stages(const ResNetOptions& o) {
    const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(o.seed));
    stem = register_module("stem", std::make_shared<Unit>(o.channels, o.width, 1, generator));
    int64_t in = o.width;
    for (int64_t stage = 0; stage < 3; ++stage)
      for (int64_t block = 0; block < o.blocks; ++block) {
        const auto out = o.width * (int64_t{1} << stage);
        const auto name = "stage" + std::to_string(stage) + "_" + std::to_string(block);
        pairs.push_back(register_module(name, std::make_shared<Pair>(in, out, in < out ? 2 : 1, generator)));
        in = out;
      }
    const auto weight = torch::randn({o.classes, in}, generator, torch::kFloat32) / std::sqrt(in);
    auto head = register_module("readout", std::make_shared<torch::nn::Module>());
    readout = head->register_parameter("weight", weight);
    bias = head->register_parameter("bias", torch::zeros({o.classes}));
  }
  Tensor forward(const Tensor& x) override {
    auto z = stem->forward(x).relu();
    for (const auto& pair : pairs) z = pair->forward(z);
    return torch::addmm(bias, z.mean({2, 3}), readout.t());
  }
  std::shared_ptr<Unit> stem;
  std::vector<std::shared_ptr<Pair>> pairs;
  Tensor readout, bias;
};

}  // namespace

std::shared_ptr<ImageNetwork> make_resnet(const ResNetOptions& o) {
  EXPECT_THAT_HOLDS(o.channels >= 1 && o.width >= 1 && o.blocks >= 1 && o.classes >= 1 && o.seed >= 0);
  return std::make_shared<Stages>(o);
}

std::shared_ptr<ImageNetwork> fit_images(const Tensor& x, const Tensor& labels, int64_t classes, int64_t seed) {
  const auto network = make_resnet({x.size(1), 8, 1, classes, seed});
  torch::optim::SGD sgd(network->parameters(), torch::optim::SGDOptions(0.1).momentum(0.85).nesterov(true));
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  const int64_t steps = 260;
  for (int64_t step = 0; step < steps; ++step) {
    const auto batch = torch::randint(x.size(0), {40}, generator, torch::kLong);
    // In colour every second batch is mirrored, of galaxies each is turned.
    const auto seen = x.index_select(0, batch), mirrored = x.size(1) == 3 && step % 2 == 1 ? seen.flip({3}) : seen;
    const auto images = classes == 3 ? torch::rot90(mirrored, step / 2, {2, 3}) : mirrored;
    const double rate = 0.06 * (1 + std::cos(3.14159 * static_cast<double>(step) / steps));
    static_cast<torch::optim::SGDOptions&>(sgd.param_groups()[0].options()).lr(rate);
    sgd.zero_grad();
    torch::nn::functional::cross_entropy(network->forward(images), labels.index_select(0, batch)).backward();
    sgd.step();
  }
  return network;
}

Tensor lift(const Tensor& x, const Tensor& weight) {
  // All turned filters at once.
  const auto filters = torch::stack({weight, weight.transpose(2, 3).flip({2}), weight.flip({2, 3}),
                                     weight.transpose(2, 3).flip({3})},
                                    1);
  return correlate_on_torus(x, filters.flatten(0, 1)).view({x.size(0), weight.size(0), 4, x.size(2), x.size(3)});
}

Tensor group_correlate(const Tensor& x, const Tensor& weight) {
  EXPECT_THAT_HOLDS(x.dim() == 5 && weight.dim() == 5 && x.size(2) == 4 && weight.size(2) == 4);
  std::vector<Tensor> filters;
  for (int64_t r = 0; r < 4; ++r) {
    const auto planes = (torch::arange(4) - r).remainder(4);
    filters.push_back(torch::rot90(weight.index_select(2, planes), r, {3, 4}));
  }
  const auto all = torch::stack(filters, 1);  // (k, r, c, s, a, a)
  return correlate_on_torus(x.flatten(1, 2), all.flatten(2, 3).flatten(0, 1).contiguous())
      .view({x.size(0), weight.size(0), 4, x.size(3), x.size(4)});
}

}  // namespace cnn
