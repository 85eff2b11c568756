#include "cnn.h"

#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

// Numbers in loops, one at a time, but where autograd has to pass.
namespace cnn {

namespace {

void require(bool holds, const std::string& what) { TORCH_CHECK_VALUE(holds, "expected ", what); }

/// A tensor's numbers as doubles, by four indices; places outside are 0.
struct Array {
  explicit Array(const Tensor& t) : values(t.to(torch::kFloat64).contiguous()), sizes(t.sizes().vec()) {
    require(sizes.size() == 4, "four dimensions");
    data = values.data_ptr<double>();
  }
  Array(std::vector<int64_t> shape) : values(torch::zeros(shape, torch::kFloat64)), sizes(std::move(shape)) {
    data = values.data_ptr<double>();
  }
  double& at(int64_t i, int64_t j, int64_t k, int64_t l) {
    return data[((i * sizes[1] + j) * sizes[2] + k) * sizes[3] + l];
  }
  double get(int64_t i, int64_t j, int64_t k, int64_t l) const {
    const bool inside = k >= 0 && k < sizes[2] && l >= 0 && l < sizes[3];
    return inside ? data[((i * sizes[1] + j) * sizes[2] + k) * sizes[3] + l] : 0;
  }
  Tensor like(const Tensor& t) const { return values.to(t.scalar_type()); }

  Tensor values;
  std::vector<int64_t> sizes;
  double* data;
};

/// Calls f(image, channel, filter, u, v, row, column, i, j) for all that meet.
template <typename F>
void meet(int64_t n, int64_t c, int64_t k, int64_t h, int64_t w, int64_t a, int64_t b, const Geometry& g, const F& f) {
  const auto rows = output_size(h, a, g), columns = output_size(w, b, g);
  for (int64_t m = 0; m < n; ++m)
    for (int64_t filter = 0; filter < k; ++filter)
      for (int64_t channel = 0; channel < c; ++channel)
        for (int64_t u = 0; u < rows; ++u)
          for (int64_t v = 0; v < columns; ++v)
            for (int64_t i = 0; i < a; ++i)
              for (int64_t j = 0; j < b; ++j) {
                const auto row = u * g.stride + i * g.dilation - g.padding;
                const auto column = v * g.stride + j * g.dilation - g.padding;
                if (row >= 0 && row < h && column >= 0 && column < w)
                  f(m, channel, filter, u, v, row, column, i, j);
              }
}

}  // namespace

int64_t output_size(int64_t size, int64_t kernel, const Geometry& g) {
  require(size >= 1 && kernel >= 1 && g.stride >= 1 && g.dilation >= 1 && g.padding >= 0, "sizes of at least 1");
  const int64_t room = size + 2 * g.padding - ((kernel - 1) * g.dilation + 1);
  if (room < 0) require(false, "a kernel that fits");
  int64_t places = 1 + room / g.stride;
  return places;
}

int64_t same_padding(int64_t kernel, int64_t dilation) {
  require(kernel >= 1 && dilation >= 1, "a kernel");
  // Bit by bit, the largest that does not reach too far.
  const int64_t reach = dilation * (kernel - 1);
  int64_t padding = 0;
  for (int64_t bit = int64_t{1} << 60; bit > 0; bit /= 2)
    if (padding + bit <= reach - padding - bit) padding += bit;
  require(2 * padding == reach, "a kernel with an even reach");
  return padding;
}

Tensor correlate_by_loops(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& g) {
  const Array pixels(x), taps(weight);
  require(x.size(1) == weight.size(1) && bias.dim() == 1 && bias.size(0) == weight.size(0), "filters for these images");
  Array y({x.size(0), weight.size(0), output_size(x.size(2), weight.size(2), g),
           output_size(x.size(3), weight.size(3), g)});
  for (int64_t k = 0; k < weight.size(0); ++k) y.values.select(1, k).fill_(bias[k].item<double>());
  meet(x.size(0), x.size(1), weight.size(0), x.size(2), x.size(3), weight.size(2), weight.size(3), g,
       [&](int64_t m, int64_t c, int64_t k, int64_t u, int64_t v, int64_t row, int64_t column, int64_t i, int64_t j) {
         y.at(m, k, u, v) += taps.get(k, c, i, j) * pixels.get(m, c, row, column);
       });
  return y.like(x);
}

Tensor patches(const Tensor& x, int64_t a, int64_t b, const Geometry& g) {
  require(x.dim() == 4, "images");
  const auto rows = output_size(x.size(2), a, g), columns = output_size(x.size(3), b, g);
  const auto padded = torch::constant_pad_nd(x, {g.padding, g.padding, g.padding, g.padding});
  const auto width = padded.size(3);
  const auto across = padded.stride(3);
  auto out = padded.as_strided(
      {x.size(0), x.size(1), a, b, rows, columns},
      {padded.stride(0), padded.stride(1), g.dilation * width * across, g.dilation, g.stride * width, g.stride});
  return out.reshape({x.size(0), x.size(1) * a * b, rows * columns});
}

Tensor correlate(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& g) {
  require(x.dim() == 4 && weight.dim() == 4 && x.size(1) == weight.size(1) && bias.size(0) == weight.size(0), "shapes");
  const auto rows = output_size(x.size(2), weight.size(2), g), columns = output_size(x.size(3), weight.size(3), g);
  // All images beside each other: one product.
  const auto seen = patches(x, weight.size(2), weight.size(3), g).transpose(0, 1).flatten(1);
  const auto y = torch::addmm(bias.unsqueeze(1), weight.flatten(1), seen);
  return y.view({weight.size(0), x.size(0), rows, columns}).transpose(0, 1).contiguous();
}

ParameterGradients parameter_gradients(const Tensor& x, const Tensor& gradient, int64_t a, int64_t b,
                                       const Geometry& g) {
  const Array pixels(x), up(gradient);
  require(x.size(0) == gradient.size(0) && gradient.size(2) == output_size(x.size(2), a, g) &&
              gradient.size(3) == output_size(x.size(3), b, g),
          "a gradient of the outputs' size");
  Array weight({gradient.size(1), x.size(1), a, b});
  auto bias = torch::zeros({gradient.size(1)}, gradient.options());
  meet(x.size(0), x.size(1), gradient.size(1), x.size(2), x.size(3), a, b, g,
       [&](int64_t m, int64_t c, int64_t k, int64_t u, int64_t v, int64_t row, int64_t column, int64_t i, int64_t j) {
         weight.at(k, c, i, j) += up.get(m, k, u, v) * pixels.get(m, c, row, column);
       });
  for (int64_t m = 0; m < x.size(0); ++m) bias += gradient[m].flatten(1).sum(1);
  return {weight.like(x), bias};
}

Tensor fold(const Tensor& columns, int64_t h, int64_t w, int64_t a, int64_t b, const Geometry& g) {
  const auto rows = output_size(h, a, g), across = output_size(w, b, g);
  require(columns.dim() == 3 && columns.size(1) % (a * b) == 0 && columns.size(2) == rows * across, "columns");
  const auto n = columns.size(0), c = columns.size(1) / (a * b);
  const Array numbers(columns.view({n, c, a * b, rows * across}));
  Array x({n, c, h, w});
  meet(n, c, 1, h, w, a, b, g,
       [&](int64_t m, int64_t channel, int64_t, int64_t u, int64_t v, int64_t row, int64_t column, int64_t i, int64_t j) {
         x.at(m, channel, row, column) += numbers.get(m, channel, i * b + j, u * across + v);
       });
  return x.like(columns);
}

Tensor input_gradient(const Tensor& weight, const Tensor& gradient, int64_t h, int64_t w, const Geometry& g) {
  const Array taps(weight), up(gradient);
  const auto a = weight.size(2), b = weight.size(3);
  require(weight.size(0) == gradient.size(1) && gradient.size(2) == output_size(h, a, g) &&
              gradient.size(3) == output_size(w, b, g),
          "a gradient of the outputs' size");
  Array x({gradient.size(0), weight.size(1), h, w});
  meet(gradient.size(0), weight.size(1), weight.size(0), h, w, a, b, g,
       [&](int64_t m, int64_t c, int64_t k, int64_t u, int64_t v, int64_t row, int64_t column, int64_t i, int64_t j) {
         x.at(m, c, row, column) += taps.get(k, c, i, j) * up.get(m, k, u, v);
       });
  return x.like(weight);
}

MaxPooled max_pool(const Tensor& x, int64_t window, int64_t stride) {
  const Array pixels(x);
  const auto rows = output_size(x.size(2), window, {stride}), columns = output_size(x.size(3), window, {stride});
  Array values({x.size(0), x.size(1), rows, columns});
  auto places = torch::zeros({x.size(0), x.size(1), rows, columns}, torch::kLong);
  auto place = places.accessor<int64_t, 4>();
  for (int64_t m = 0; m < x.size(0); ++m)
    for (int64_t c = 0; c < x.size(1); ++c)
      for (int64_t u = 0; u < rows; ++u)
        for (int64_t v = 0; v < columns; ++v) {
          double best = -std::numeric_limits<double>::infinity();
          for (int64_t i = u * stride; i < u * stride + window; ++i)
            for (int64_t j = v * stride; j < v * stride + window; ++j)
              if (pixels.get(m, c, i, j) > best) {
                best = pixels.get(m, c, i, j);
                place[m][c][u][v] = i * x.size(3) + j;
              }
          values.at(m, c, u, v) = best;
        }
  return {values.like(x), places};
}

Tensor max_pool_gradient(const Tensor& places, const Tensor& gradient, int64_t h, int64_t w) {
  require(places.sizes() == gradient.sizes(), "a place for each gradient");
  const Array up(gradient);
  const auto place = places.accessor<int64_t, 4>();
  Array x({gradient.size(0), gradient.size(1), h, w});
  for (int64_t m = 0; m < gradient.size(0); ++m)
    for (int64_t c = 0; c < gradient.size(1); ++c)
      for (int64_t u = 0; u < gradient.size(2); ++u)
        for (int64_t v = 0; v < gradient.size(3); ++v)
          x.at(m, c, place[m][c][u][v] / w, place[m][c][u][v] % w) += up.get(m, c, u, v);
  return x.like(gradient);
}

Tensor average_pool(const Tensor& x, int64_t window, int64_t stride) {
  const Array pixels(x);
  Array y({x.size(0), x.size(1), output_size(x.size(2), window, {stride}), output_size(x.size(3), window, {stride})});
  meet(x.size(0), x.size(1), 1, x.size(2), x.size(3), window, window, {stride},
       [&](int64_t m, int64_t c, int64_t, int64_t u, int64_t v, int64_t row, int64_t column, int64_t, int64_t) {
         y.at(m, c, u, v) += pixels.get(m, c, row, column) / static_cast<double>(window * window);
       });
  return y.like(x);
}

Tensor average_pool_gradient(const Tensor& gradient, int64_t h, int64_t w, int64_t window, int64_t stride) {
  const Array up(gradient);
  Array x({gradient.size(0), gradient.size(1), h, w});
  meet(gradient.size(0), gradient.size(1), 1, h, w, window, window, {stride},
       [&](int64_t m, int64_t c, int64_t, int64_t u, int64_t v, int64_t row, int64_t column, int64_t, int64_t) {
         x.at(m, c, row, column) += up.get(m, c, u, v) / static_cast<double>(window * window);
       });
  return x.like(gradient);
}

Normalised batch_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, const Statistics& running,
                      bool training, double momentum, double epsilon) {
  require(momentum >= 0 && momentum <= 1 && epsilon > 0, "a momentum in [0, 1] and an epsilon above 0");
  const auto count = x.numel() / x.size(1);
  require(!training || count > 1, "at least two numbers a channel");
  std::vector<Tensor> channels;
  auto mean = running.mean.clone(), variance = running.variance.clone();
  for (int64_t c = 0; c < x.size(1); ++c) {
    const auto numbers = x.select(1, c);
    auto mu = running.mean[c], spread = running.variance[c];
    if (training) {
      mu = numbers.mean();
      const auto squares = (numbers - mu).square().sum();
      spread = squares / count;
      torch::NoGradGuard no_grad;
      mean[c] += momentum * (mu - mean[c]);
      variance[c] += momentum * (squares / (count - 1) - variance[c]);
    }
    channels.push_back(scale[c] * (numbers - mu) / (spread + epsilon).sqrt() + shift[c]);
  }
  return {torch::stack(channels, 1), {mean, variance}};
}

NormGradients batch_norm_gradient(const Tensor& x, const Tensor& scale, const Tensor& gradient, double epsilon) {
  NormGradients made{torch::zeros_like(x), torch::zeros_like(scale), torch::zeros_like(scale)};
  for (int64_t c = 0; c < x.size(1); ++c) {
    const auto numbers = x.select(1, c).flatten(), v = gradient.select(1, c).flatten();
    const auto spread = (numbers - numbers.mean()).square().mean() + epsilon;
    const auto u = (numbers - numbers.mean()) / spread.sqrt();
    // The matrix ∂y/∂x itself, row by row: scale (δ − 1/N − u_i u_j/N)/√spread.
    const auto n = numbers.numel();
    const auto jacobian = (torch::eye(n, x.options()) - 1.0 / n - torch::outer(u, u) / n) / spread.sqrt();
    made.input.select(1, c).copy_((scale[c] * jacobian.mv(v)).view(x.select(1, c).sizes()));
    made.scale[c] = u.dot(v);
    made.shift[c] = v.sum();
  }
  return made;
}

Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& shift, double epsilon) {
  require(groups >= 1 && x.size(1) % groups == 0 && epsilon > 0, "groups that divide the channels");
  auto y = torch::empty_like(x);
  const auto size = x.size(1) / groups;
  for (int64_t m = 0; m < x.size(0); ++m)
    for (int64_t g = 0; g < groups; ++g) {
      const auto part = x[m].slice(0, g * size, (g + 1) * size);
      const auto centred = part - part.mean();
      const auto u = centred / (centred.square().mean() + epsilon).sqrt();
      for (int64_t c = 0; c < size; ++c) y[m][g * size + c] = u[c] * scale[g * size + c] + shift[g * size + c];
    }
  return y;
}

NormGradients group_norm_gradient(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& gradient,
                                  double epsilon) {
  NormGradients made{torch::empty_like(x), torch::zeros_like(scale), gradient.sum({0, 2, 3})};
  const auto size = x.size(1) / groups;
  for (int64_t m = 0; m < x.size(0); ++m)
    for (int64_t g = 0; g < groups; ++g) {
      const auto part = x[m].slice(0, g * size, (g + 1) * size), v = gradient[m].slice(0, g * size, (g + 1) * size);
      const auto root = (part.var(false) + epsilon).sqrt(), u = (part - part.mean()) / root;
      const auto w = v * scale.slice(0, g * size, (g + 1) * size).view({size, 1, 1});
      made.input[m].slice(0, g * size, (g + 1) * size).copy_((w - w.mean() - u * (w * u).mean()) / root);
      made.scale.slice(0, g * size, (g + 1) * size).add_((v * u).sum({1, 2}));
    }
  return made;
}

ReceptiveField receptive_field(const std::vector<Layer>& layers) {
  ReceptiveField field{1, 1, 0};
  double start = 0;  // of the first view
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const auto& layer = layers[l];
    require(layer.kernel >= 1 && layer.stride >= 1 && layer.padding >= 0 && layer.dilation >= 1, "a layer");
    for (int64_t tap = 1; tap < layer.kernel; ++tap) field.size += layer.dilation * field.jump;
    start -= static_cast<double>(layer.padding * field.jump);
    field.jump = field.jump * layer.stride;
  }
  field.centre = start + static_cast<double>(field.size - 1) / 2;
  return field;
}

int64_t resnet_parameters(int64_t channels, int64_t width, int64_t blocks, int64_t classes) {
  require(channels >= 1 && width >= 1 && blocks >= 1 && classes >= 1, "at least one of each");
  int64_t total = 9 * channels * width + 2 * width, before = width;
  for (int64_t layer = 0; layer < 6 * blocks; ++layer) {
    int64_t filters = width;
    for (int64_t stage = 0; stage < layer / (2 * blocks); ++stage) filters *= 2;
    total += 9 * before * filters + 2 * filters;
    before = filters;
  }
  return total + before * classes + classes;
}

Tensor correlate_on_torus(const Tensor& x, const Tensor& weight) {
  const Array pixels(x), taps(weight);
  const auto a = weight.size(2), b = weight.size(3), h = x.size(2), w = x.size(3);
  require(a % 2 == 1 && b % 2 == 1 && weight.size(1) == x.size(1), "odd kernels for these channels");
  Array y({x.size(0), weight.size(0), h, w});
  const auto around = [](int64_t place, int64_t size) { return (place % size + size) % size; };
  for (int64_t m = 0; m < x.size(0); ++m)
    for (int64_t k = 0; k < weight.size(0); ++k)
      for (int64_t u = 0; u < h; ++u)
        for (int64_t v = 0; v < w; ++v)
          for (int64_t c = 0; c < x.size(1); ++c)
            for (int64_t i = 0; i < a; ++i)
              for (int64_t j = 0; j < b; ++j)
                y.at(m, k, u, v) += taps.get(k, c, i, j) *
                                    pixels.get(m, c, around(u + i - a / 2, h), around(v + j - b / 2, w));
  return y.like(x);
}

int64_t broken_by_padding(int64_t h, int64_t w, int64_t radius, int64_t down, int64_t right) {
  require(h >= 1 && w >= 1 && radius >= 0, "an image");
  const auto around = [](int64_t place, int64_t size) { return (place % size + size) % size; };
  const auto agree = [&](int64_t u, int64_t move, int64_t size) {
    const auto before = around(u - move, size);
    if (before == u) return true;
    return u - radius >= 0 && u + radius < size && before - radius >= 0 && before + radius < size;
  };
  int64_t broken = 0, columns = 0;  // of a row that agrees, those that do not
  for (int64_t v = 0; v < w; ++v) columns += !agree(v, right, w);
  for (int64_t u = 0; u < h; ++u) broken += agree(u, down, h) ? columns : w;
  return broken;
}

Tensor correlate_by_fft(const Tensor& x, const Tensor& weight) {
  const auto h = x.size(2), w = x.size(3), a = weight.size(2), b = weight.size(3);
  require(a % 2 == 1 && b % 2 == 1 && weight.size(1) == x.size(1), "odd kernels for these channels");
  // The eigenvalue at each wave vector as a sum over taps, without a transform.
  const auto spectrum = torch::fft_fft2(x.to(torch::kFloat64));
  const auto p = torch::arange(h, torch::kFloat64) * (2 * std::numbers::pi / h);
  const auto q = torch::arange(w, torch::kFloat64) * (2 * std::numbers::pi / w);
  auto eigenvalues = torch::zeros({weight.size(0), weight.size(1), h, w}, torch::kComplexDouble);
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < b; ++j) {
      const auto phase = (p * (i - a / 2)).unsqueeze(1) + q * (j - b / 2);
      const auto wave = torch::complex(phase.cos(), phase.sin());
      eigenvalues += weight.select(3, j).select(2, i).to(torch::kFloat64).unsqueeze(2).unsqueeze(3) * wave;
    }
  const auto product = (spectrum.unsqueeze(1) * eigenvalues.unsqueeze(0)).sum(2);
  return torch::real(torch::fft_ifft2(product)).to(x.scalar_type());
}

namespace {

Tensor norm_of(const Tensor& x, const Tensor& scale, const Tensor& shift) {
  return batch_norm(x, scale, shift, {scale, scale}, true, 0, kEpsilon).output;
}

Tensor layer_of(const Tensor& x, const Tensor& weight, int64_t stride) {
  return correlate(x, weight, torch::zeros({weight.size(0)}, weight.options()), {stride, 1, 1});
}

}  // namespace

Tensor residual_block(const Tensor& x, const BlockParameters& p, int64_t stride) {
  const auto k = p.weight1.size(0), c = x.size(1);
  require(k >= c && stride >= 1, "no fewer channels, a stride of at least 1");
  const auto hidden = norm_of(layer_of(x, p.weight1, stride), p.scale1, p.shift1).clamp_min(0);
  auto y = norm_of(layer_of(hidden, p.weight2, 1), p.scale2, p.shift2);
  for (int64_t u = 0; u < y.size(2); ++u)
    for (int64_t v = 0; v < y.size(3); ++v)
      y.select(3, v).select(2, u).slice(1, 0, c) += x.select(3, v * stride).select(2, u * stride);
  return y.clamp_min(0);
}

BlockGradients residual_block_gradient(const Tensor& x, const BlockParameters& p, int64_t stride,
                                       const Tensor& gradient) {
  const auto z1 = layer_of(x, p.weight1, stride), n1 = norm_of(z1, p.scale1, p.shift1), r1 = n1.clamp_min(0);
  const auto z2 = layer_of(r1, p.weight2, 1);
  auto up = gradient.clone();
  up.masked_fill_(residual_block(x, p, stride).eq(0), 0);
  const auto second = batch_norm_gradient(z2, p.scale2, up, kEpsilon);
  auto down = input_gradient(p.weight2, second.input, r1.size(2), r1.size(3), {1, 1, 1});
  down.masked_fill_(n1.le(0), 0);
  const auto first = batch_norm_gradient(z1, p.scale1, down, kEpsilon);
  auto input = input_gradient(p.weight1, first.input, x.size(2), x.size(3), {stride, 1, 1});
  for (int64_t u = 0; u < up.size(2); ++u)
    for (int64_t v = 0; v < up.size(3); ++v)
      input.select(3, v * stride).select(2, u * stride) += up.select(3, v).select(2, u).slice(1, 0, x.size(1));
  return {input,
          {parameter_gradients(x, first.input, 3, 3, {stride, 1, 1}).weight, first.scale, first.shift,
           parameter_gradients(r1, second.input, 3, 3, {1, 1, 1}).weight, second.scale, second.shift}};
}

Tensor stream_gradients(const Tensor& weights, const Tensor& gradient, bool residual) {
  auto now = gradient;
  std::vector<double> means{now.square().mean().item<double>()};
  for (int64_t l = weights.size(0); l-- > 0;) {
    const auto weight = weights[l];
    auto turned = torch::empty({weight.size(1), weight.size(0), weight.size(2), weight.size(3)}, weight.options());
    for (int64_t i = 0; i < weight.size(2); ++i)
      for (int64_t j = 0; j < weight.size(3); ++j)
        turned.select(3, weight.size(3) - 1 - j).select(2, weight.size(2) - 1 - i).copy_(weight.select(3, j).select(2, i).t());
    auto back = correlate_on_torus(now, turned);
    if (residual) back += now;
    now = back;
    means.insert(means.begin(), now.square().mean().item<double>());
  }
  return torch::tensor(means, torch::kFloat64).to(gradient.scalar_type());
}

double branch_variance(int64_t depth, double growth) {
  require(depth >= 1 && growth >= 1, "a depth and a growth of at least 1");
  // e^x − 1 by its series where x is small.
  const double x = std::log(growth) / static_cast<double>(depth);
  if (x > 0.1) return std::exp(x) - 1;
  double sum = 0, term = 1;
  for (int i = 1; i < 20; ++i) sum += (term *= x / i);
  return sum;
}

namespace {

struct Convolution : torch::nn::Module {
  Convolution(int64_t in, int64_t out, torch::Generator& generator) {
    auto drawn = torch::empty({out, in, 3, 3});
    drawn.normal_(0, std::sqrt(2.0 / static_cast<double>(9 * in)), generator);
    weight = register_parameter("weight", drawn);
    scale = register_parameter("scale", torch::ones({out}));
    shift = register_parameter("shift", torch::zeros({out}));
    mean = register_buffer("mean", torch::zeros({out}));
    variance = register_buffer("variance", torch::ones({out}));
  }

  Tensor operator()(const Tensor& x, int64_t stride) {
    const auto z = layer_of(x, weight, stride);
    const auto made = normalised(z);
    torch::NoGradGuard no_grad;
    mean.copy_(made.running.mean);
    variance.copy_(made.running.variance);
    return made.output;
  }

  /// As batch_norm, all channels at once: this runs thousands of times.
  Normalised normalised(const Tensor& z) const {
    const auto tall = [](const Tensor& t) { return t.view({1, -1, 1, 1}); };
    if (!is_training()) return {(z - tall(mean)) * tall(scale / (variance + kEpsilon).sqrt()) + tall(shift), {mean, variance}};
    const auto [spread, mu] = torch::var_mean(z, at::IntArrayRef{0, 2, 3}, false);
    const auto y = (z - tall(mu)) * tall(scale / (spread + kEpsilon).sqrt()) + tall(shift);
    const auto count = static_cast<double>(z.numel() / z.size(1));
    torch::NoGradGuard no_grad;
    return {y, {mean * 0.9 + mu * 0.1, variance * 0.9 + spread * (0.1 * count / (count - 1))}};
  }

  Tensor weight, scale, shift, mean, variance;
};

struct Block : torch::nn::Module {
  Block(int64_t in, int64_t out, int64_t s, torch::Generator& generator) : stride(s), channels(out) {
    first = register_module("first", std::make_shared<Convolution>(in, out, generator));
    second = register_module("second", std::make_shared<Convolution>(out, out, generator));
  }
  Tensor forward(const Tensor& x) {
    const auto branch = (*second)((*first)(x, stride).relu(), 1);
    auto carried = x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);
    if (channels > x.size(1)) {
      const auto none = torch::zeros({x.size(0), channels - x.size(1), carried.size(2), carried.size(3)}, x.options());
      carried = torch::cat({carried, none}, 1);
    }
    return (carried + branch).relu();
  }
  int64_t stride, channels;
  std::shared_ptr<Convolution> first, second;
};

struct Blocks : ImageNetwork {
  explicit Blocks(const ResNetOptions& o) {
    auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(o.seed));
    stem = register_module("stem", std::make_shared<Convolution>(o.channels, o.width, generator));
    for (int64_t i = 0; i < 3 * o.blocks; ++i) {
      const auto out = o.width << (i / o.blocks), in = i == 0 ? o.width : o.width << ((i - 1) / o.blocks);
      const auto block = std::make_shared<Block>(in, out, in == out ? 1 : 2, generator);
      blocks.push_back(register_module("block" + std::to_string(i), block));
    }
    last = register_module("last", torch::nn::Linear(4 * o.width, o.classes));
    torch::NoGradGuard no_grad;
    last->weight.normal_(0, 1 / std::sqrt(4.0 * o.width), generator);
    last->bias.fill_(0);
  }
  Tensor forward(const Tensor& x) override {
    auto z = (*stem)(x, 1).relu();
    for (auto& block : blocks) z = block->forward(z);
    return last->forward(z.flatten(2).mean(2));
  }
  std::shared_ptr<Convolution> stem;
  std::vector<std::shared_ptr<Block>> blocks;
  torch::nn::Linear last{nullptr};
};

}  // namespace

std::shared_ptr<ImageNetwork> make_resnet(const ResNetOptions& o) {
  require(o.channels >= 1 && o.width >= 1 && o.blocks >= 1 && o.classes >= 1 && o.seed >= 0, "at least one of each");
  return std::make_shared<Blocks>(o);
}

std::shared_ptr<ImageNetwork> fit_images(const Tensor& x, const Tensor& labels, int64_t classes, int64_t seed) {
  const auto network = std::make_shared<Blocks>(ResNetOptions{x.size(1), 8, 1, classes, seed});
  torch::optim::SGD sgd(network->parameters(), torch::optim::SGDOptions(0.05).momentum(0.9).weight_decay(5e-4));
  auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed + 1));
  const int64_t total = 11'000;  // images
  int64_t seen = 0;
  while (seen < total) {
    for (const auto& batch : torch::randperm(x.size(0), generator, torch::kLong).split(40)) {
      static_cast<torch::optim::SGDOptions&>(sgd.param_groups()[0].options())
          .lr(0.08 * std::max(0.02, 1 - static_cast<double>(seen) / total));
      auto images = x.index_select(0, batch);
      for (int64_t i = 0; i < images.size(0) && x.size(1) == 3; i += 2) images[i] = images[i].flip({2});  // mirrored
      if (classes == 3)  // galaxies have no upper side
        for (int64_t i = 0; i < images.size(0); ++i) images[i] = torch::rot90(images[i], i / 2, {1, 2});
      const auto logits = network->forward(images);
      sgd.zero_grad();
      torch::nn::functional::cross_entropy(logits, labels.index_select(0, batch)).backward();
      sgd.step();
      if ((seen += batch.size(0)) >= total) break;
    }
  }
  return network;
}

namespace {

/// By one quarter, anticlockwise, pixel by pixel.
Tensor quarter(const Tensor& square) {
  auto made = torch::empty_like(square);
  const auto a = square.size(-1);
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < a; ++j)
      made.select(-1, j).select(-1, i).copy_(square.select(-1, a - 1 - i).select(-1, j));
  return made;
}

}  // namespace

Tensor lift(const Tensor& x, const Tensor& weight) {
  auto turned = weight.clone();
  std::vector<Tensor> planes;
  for (int r = 0; r < 4; ++r, turned = quarter(turned)) planes.push_back(correlate_on_torus(x, turned));
  return torch::stack(planes, 2);
}

Tensor group_correlate(const Tensor& x, const Tensor& weight) {
  require(x.dim() == 5 && weight.dim() == 5 && x.size(2) == 4 && weight.size(2) == 4, "four planes");
  std::vector<Tensor> planes;
  auto turned = weight.clone();
  for (int r = 0; r < 4; ++r, turned = quarter(turned)) {
    Tensor sum;
    for (int s = 0; s < 4; ++s) {
      const auto part = correlate_on_torus(x.select(2, s), turned.select(2, (s - r + 4) % 4));
      sum = s == 0 ? part : sum + part;
    }
    planes.push_back(sum);
  }
  return torch::stack(planes, 2);
}

}  // namespace cnn
