#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "models/kernels/product_kernel.h"
#include "models/kernels/widths.h"

namespace spinlab::models {
namespace {

/// tanh(s x·z + c), as if of a network's layer. Not positive in general, for no s and c where points are
/// many [Lin and Lin, A study on sigmoid kernels for SVM (2003)]: of the models that take a kernel, support
/// vector machines alone go on with it.
class HyperbolicTangent : public ProductKernel {
 public:
  HyperbolicTangent(double scale, double offset) : scale_(scale), offset_(offset) {}

  KernelPtr with_parameters(const at::Tensor&) const override {
    return std::make_shared<HyperbolicTangent>(*this);
  }

 private:
  at::Tensor of(at::Tensor products) const override { return products.mul_(scale_).add_(offset_).tanh_(); }

  double scale_, offset_;
};

const Registered<KernelEntry> kRegistered{
    {.name = "sigmoid",
     .summary = "tanh(scale x·z + offset), not positive: for svm and svr; a scale that is not given is 1/d",
     .defaults = {{"scale", nullptr}, {"offset", 0.0}},
     .make = [](const Config& options, const at::Tensor& rows) -> KernelPtr {
       return std::make_shared<HyperbolicTangent>(scale_of_products(options, rows),
                                                  options.number("offset", -1e12, 1e12));
     }}};

}  // namespace
}  // namespace spinlab::models
