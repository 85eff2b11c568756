#include "models/layers/group_convolution.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <vector>

#include "models/layers/point_group.h"

namespace spinlab::models {

void GroupConvolutionImpl::reset() {
  const auto kernel = options.kernel(), in = options.in_channels(), out = options.out_channels();
  TORCH_CHECK_VALUE(kernel > 0 && kernel % 2 == 1, "the filters of a group's convolution are odd, got ",
                    kernel, " x ", kernel);
  TORCH_CHECK_VALUE(options.padding() == "zeros" || options.padding() == "circular",
                    "padding is \"zeros\" or \"circular\", got \"", options.padding(), "\"");
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "a group convolution from ", in, " to ", out, " channels, ", kernel,
  // STUB                   " pixels: left out, 09-cnn asks for it");
  const PointGroup group(options.group());
  const auto inner = options.lifting() ? 1 : group.order();
  const auto numbers = in * inner * kernel * kernel;
  weight_ = register_parameter("weight", at::randn({out, numbers}) * std::sqrt(2.0 / numbers));
  const auto filter = at::arange(numbers).reshape({in, inner, kernel, kernel});
  std::vector<at::Tensor> positions;
  for (int64_t g = 0; g < group.order(); ++g) {
    std::vector<int64_t> source;
    for (int64_t u = 0; u < inner; ++u)
      source.push_back(options.lifting() ? 0 : group.product(group.inverse(g), u));
    positions.push_back(PointGroup::transform(filter.index_select(1, at::tensor(source)), g).flatten());
  }
  places_ = at::cat(positions);
  // END SOLUTION
}

at::Tensor GroupConvolutionImpl::forward(const at::Tensor& x) {
  const auto kernel = options.kernel(), edge = kernel / 2;
  places_ = places_.to(weight_.device());
  const auto filters = weight_.index_select(1, places_);
  const auto order = places_.numel() / weight_.size(1);
  const auto bank = filters.view({weight_.size(0) * order, -1, kernel, kernel});
  TORCH_CHECK_VALUE(x.dim() == 4 && x.size(1) == bank.size(1), "expected images of ", bank.size(1),
                    " channels, got ", x.sizes());
  if (options.padding() == "zeros") return at::conv2d(x, bank, {}, /*stride=*/1, /*padding=*/edge);
  TORCH_CHECK_VALUE(std::min(x.size(2), x.size(3)) >= edge, "images of ", x.sizes(),
                    " are smaller than the circular edge of ", edge, " pixels");
  return at::conv2d(at::pad(x, {edge, edge, edge, edge}, "circular"), bank);
}

}  // namespace spinlab::models
