#include "models/networks/equivariant_cnn.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "models/layers/point_group.h"
#include "models/registry.h"

namespace spinlab::models {
namespace {

/// Classes that are each other's mirror images, the lower first. Throws c10::ValueError where a mirror image
/// of a mirror image is not the first.
std::vector<std::pair<int64_t, int64_t>> mirror_pairs(const std::vector<int64_t>& mirrored, int64_t classes) {
  std::vector<std::pair<int64_t, int64_t>> pairs;
  const auto count = static_cast<int64_t>(mirrored.size());
  TORCH_CHECK_VALUE(count == 0 || count == classes, "equivariant_cnn: there are ", classes, " classes and ",
                    count, " mirror images of them");
  for (int64_t k = 0; k < count; ++k) {
    const auto image = mirrored[k];
    TORCH_CHECK_VALUE(image >= 0 && image < count && mirrored[image] == k, "equivariant_cnn: class ", k,
                      " has the mirror image ", image, ", whose mirror image is another");
    if (k < image) pairs.emplace_back(k, image);
  }
  return pairs;
}

}  // namespace

void EquivariantCnnImpl::reset() {
  const auto& widths = options.widths();
  TORCH_CHECK_VALUE(!widths.empty() && widths.size() == options.layers().size(),
                    "equivariant_cnn: widths and layers must name the same stages, got ", widths.size(),
                    " and ", options.layers().size());
  order_ = PointGroup(options.group()).order();
  layers_.clear();
  auto channels = options.channels();
  for (size_t stage = 0; stage < widths.size(); ++stage) {
    for (int64_t i = 0; i < options.layers()[stage]; ++i) {
      add_layer(static_cast<int64_t>(stage), i, channels);
      channels = widths[stage];
    }
  }
  dropout_ = register_module("dropout", torch::nn::Dropout(options.dropout()));
  head_ = register_module("head", torch::nn::Linear(channels, options.outputs()));
  handedness_ = nullptr;
  const auto pairs = mirror_pairs(options.mirrored(), options.outputs());
  if (pairs.empty() || options.group() != "p4m") return;
  const auto count = static_cast<int64_t>(pairs.size());
  handedness_ =
      register_module("handedness", torch::nn::Linear(torch::nn::LinearOptions(channels, count).bias(false)));
  auto signs = at::zeros({count, options.outputs()});
  for (int64_t i = 0; i < count; ++i) {
    const auto [first, second] = pairs[static_cast<size_t>(i)];
    signs[i][first] = 1;
    signs[i][second] = -1;
  }
  signs_ = register_buffer("signs", signs);
  mirrored_ = at::tensor(options.mirrored());
}

void EquivariantCnnImpl::add_layer(int64_t stage, int64_t number, int64_t in) {
  const auto width = options.widths()[stage];
  const auto name = "stage" + std::to_string(stage) + "_layer" + std::to_string(number);
  const auto convolution = GroupConvolutionOptions(in, width)
                               .kernel(options.kernel())
                               .group(options.group())
                               .lifting(layers_.empty())
                               .padding(options.padding());
  layers_.push_back({register_module(name + "_conv", GroupConvolution(convolution)),
                     register_module(name + "_norm", ChannelNorm(ChannelNormOptions(width))),
                     number == 0 && stage > 0});
}

at::Tensor EquivariantCnnImpl::forward(const at::Tensor& x) {
  const auto coarsest = int64_t{1} << (options.widths().size() - 1);
  TORCH_CHECK_VALUE(x.dim() == 4 && x.size(2) % coarsest == 0 && x.size(3) % coarsest == 0,
                    "equivariant_cnn: height and width must be multiples of ", coarsest,
                    ", so that averaging keeps the symmetry; got ", x.sizes());
  auto z = x;
  for (auto& [convolution, norm, begins_stage] : layers_) {
    if (begins_stage) z = at::avg_pool2d(z, {2, 2});
    z = convolution->forward(z);
    // The positions of a filter share its statistics.
    const auto maps = z.reshape({z.size(0), -1, order_ * z.size(2), z.size(3)});
    z = norm->forward(maps).relu_().reshape(z.sizes());
  }
  const auto means = dropout_->forward(z.mean({2, 3}).view({z.size(0), -1, order_}));
  const auto logits = head_->forward(means.mean(2));
  if (!handedness_) return logits;
  mirrored_ = mirrored_.to(logits.device());
  const auto half = order_ / 2;
  const auto odd = means.narrow(2, 0, half).mean(2) - means.narrow(2, half, half).mean(2);
  return (logits + logits.index_select(1, mirrored_)) / 2 + handedness_->forward(odd).mm(signs_);
}

namespace {

constexpr int64_t kMaxStages = 16, kMaxLayers = 1000, kMaxKernel = 63;

Network make(const Config& config, const Problem& problem) {
  TORCH_CHECK_VALUE(problem.input.size() == 3, config.where(),
                    ": equivariant_cnn takes images, got inputs of ", c10::IntArrayRef(problem.input),
                    "; choose another model or data set");
  const auto widths = config.integers("widths", 1, kMaxWidth);
  const auto height = problem.input[1], width = problem.input[2];
  TORCH_CHECK_VALUE(
      widths.size() <= kMaxStages && (height | width) % (int64_t{1} << (widths.size() - 1)) == 0,
      config.where(), ": ", widths.size(), " stages halve the images ", widths.size() - 1, " times, which ",
      height, " x ", width, " pixels do not allow; choose fewer widths");
  auto options = EquivariantCnnOptions(problem.input[0], problem.outputs);
  options.widths(widths)
      .layers(config.integers("layers", 1, kMaxLayers))
      .group(config.get<std::string>("group"))
      .kernel(config.integer("kernel", 1, kMaxKernel))
      .padding(config.get<std::string>("padding"))
      .dropout(config.number("dropout", 0, 0.999))
      .mirrored(problem.mirrored);
  return network(EquivariantCnn(options));
}

const Registered<ModelEntry> kRegistered{
    {.name = "equivariant_cnn",
     .summary = "a convolutional network whose answer quarter turns and mirrors of the image do not change",
     .defaults = {{"widths", {8, 16, 32}},
                  {"layers", {2, 2, 2}},
                  {"group", "p4m"},
                  {"kernel", 3},
                  {"padding", "zeros"},
                  {"dropout", 0.0}},
     .network = make}};

}  // namespace
}  // namespace spinlab::models
