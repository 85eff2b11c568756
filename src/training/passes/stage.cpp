#include "src/training/passes/stage.h"

#include <ATen/core/Tensor.h>

#include "src/training/passes/elementwise_stages.h"
#include "src/training/passes/map_stages.h"
#include "src/training/passes/pooling_stages.h"

namespace spinlab::training {
namespace {

class FlattenStage : public Stage {
 public:
  at::Tensor forward(const at::Tensor& x, bool training) override {
    sizes_ = x.sizes().vec();
    return x.dim() == 2 ? x : x.flatten(1);
  }
  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    return gradient.reshape(sizes_);
  }

 private:
  std::vector<int64_t> sizes_;
};

struct Maker {
  bool in_place;

  std::unique_ptr<Stage> operator()(const models::LinearLayer& layer) const { return make_linear(layer); }
  std::unique_ptr<Stage> operator()(const models::Conv2dLayer& layer) const { return make_conv2d(layer); }
  std::unique_ptr<Stage> operator()(const models::ActivationLayer& layer) const {
    return make_activation(layer, in_place);
  }
  std::unique_ptr<Stage> operator()(const models::DropoutLayer& layer) const { return make_dropout(layer); }
  std::unique_ptr<Stage> operator()(const models::PoolingLayer& layer) const { return make_pooling(layer); }
  std::unique_ptr<Stage> operator()(const models::FlattenLayer&) const {
    return std::make_unique<FlattenStage>();
  }
};

}  // namespace

std::unique_ptr<Stage> make_stage(const models::PlainLayer& layer, bool in_place) {
  return std::visit(Maker{in_place}, layer);
}

}  // namespace spinlab::training
