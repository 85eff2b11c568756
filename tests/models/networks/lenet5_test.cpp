#include "models/networks/lenet5.h"

#include <ATen/ATen.h>

#include "tests/models/networks/parameters.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class LeNet5Test : public SpinlabTest {};

TEST_F(LeNet5Test, HasThePapersLayers) {
  // C1 156, C5 48,120, F6 10,164 as in the paper; C3 with all maps of S2 2,416; a linear output of 850.
  EXPECT_EQ(parameters(*LeNet5(LeNet5Options(1, 10))), 156 + 2416 + 48'120 + 10'164 + 850);
}

TEST_F(LeNet5Test, PadsSmallImagesToThePapers32) {
  for (const auto* pooling : {"average", "max"}) {
    LeNet5 model(LeNet5Options(1, 10).pooling(pooling));
    const auto small = at::randn({3, 1, 28, 28});
    const auto padded = at::constant_pad_nd(small, {2, 2, 2, 2}, 0);
    EXPECT_EQ(model->forward(small).sizes(), (std::vector<int64_t>{3, 10}));
    EXPECT_CLOSE(model->forward(small), model->forward(padded), rtol(1e-4) + atol(1e-5));
  }
}

TEST_F(LeNet5Test, SubsamplesAsItIsTold) {
  // With equal positive weights a maximum gives more than an average.
  LeNet5 average(LeNet5Options(1, 2).activation("identity")),
      max(LeNet5Options(1, 2).activation("identity").pooling("max"));
  at::manual_seed(1);
  const auto image = at::rand({1, 1, 32, 32});
  const at::NoGradGuard no_graph;
  for (auto* model : {&average, &max}) {
    for (auto& parameter : (*model)->parameters()) parameter.fill_(0.01);
  }
  EXPECT_TRUE((max->forward(image) > average->forward(image)).all().item<bool>());
}

TEST_F(LeNet5Test, RefusesAnotherPooling) {
  EXPECT_THROW(LeNet5(LeNet5Options(1, 10).pooling("median")), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::models
