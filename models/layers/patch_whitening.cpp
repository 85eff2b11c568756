#include "models/layers/patch_whitening.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/im2col.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace spinlab::models {
namespace {

/// (patches, channels · kernel²), without overlap.
at::Tensor tiles(const at::Tensor& images, int64_t kernel) {
  const auto columns = at::im2col(images, {kernel, kernel}, /*dilation=*/{1, 1}, /*padding=*/{0, 0},
                                  /*stride=*/{kernel, kernel});
  return columns.transpose(1, 2).reshape({-1, columns.size(1)});
}

at::Tensor covariance(at::Tensor patches) {
  patches.sub_(patches.mean(0));
  return patches.t().mm(patches).div_(patches.size(0)).to(at::kDouble);
}

/// The leading `count` filters, (count, channels · kernel²).
at::Tensor leading_filters(const at::Tensor& covariance, int64_t count, double floor) {
  const auto [ascending, vectors] = at::linalg_eigh(covariance);
  const auto scaled = vectors / (ascending.clamp_min(0) + floor).sqrt();
  return scaled.flip(1).narrow(1, 0, count).t().to(at::kFloat);
}

}  // namespace

void PatchWhiteningImpl::reset() {
  const auto channels = options.channels(), filters = options.filters(), kernel = options.kernel();
  const auto most = 2 * channels * kernel * kernel;
  TORCH_CHECK_VALUE(filters >= 2 && filters <= most && filters % 2 == 0, "whitening of images of ", channels,
                    " channels needs an even number of filters from 2 to ", most, ", got ", filters,
                    "; choose such a number");
  const auto random = at::randn({filters, channels, kernel, kernel});
  weight = register_parameter("weight", random, /*requires_grad=*/false);
  bias = register_parameter("bias", at::zeros({filters}));
}

void PatchWhiteningImpl::initialize(const at::Tensor& images) {
  const auto kernel = options.kernel();
  TORCH_CHECK_VALUE(images.dim() == 4 && images.scalar_type() == at::kFloat && images.size(0) > 0 &&
                        images.size(1) == options.channels() && images.size(2) >= kernel &&
                        images.size(3) >= kernel,
                    "whitening: expected float32 images (n, ", options.channels(), ", H, W) of at least ",
                    kernel, " x ", kernel, " pixels, got ", images.scalar_type(), " ", images.sizes());
  const at::NoGradGuard outside_the_graph;
  const auto half =
      leading_filters(covariance(tiles(images, kernel)), options.filters() / 2, options.floor());
  weight.copy_(at::cat({half, -half}).reshape(weight.sizes()));
  bias.zero_();
}

at::Tensor PatchWhiteningImpl::forward(const at::Tensor& x) { return at::conv2d(x, weight, bias); }

}  // namespace spinlab::models
