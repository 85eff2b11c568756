#include "models/networks/resnet.h"

#include <ATen/ATen.h>

#include <vector>

#include "models/registry.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

// Recorded from PyTorch 2.13 by record_resnet.py, which fixes weights and images as fixed() does.
const std::vector<double> kTraining = {0.230787,  0.4650944,  -0.6868221, -0.0854492,  1.035605, -0.929984,
                                       0.1001286, 0.07374449, -0.1724367, -0.07357912, 0.526366, -0.4425341};
const std::vector<double> kGradient = {-0.2950987, 0.5946434, -0.9774871, -0.363994, 0.902123, -1.012548};
const std::vector<double> kEvaluation = {0.1809864, 0.2846472, -0.4600891, 0.1239556, 0.7119125, -0.8220013,
                                         0.1626282, 0.1870951, -0.346079,  0.149257,  0.2755222, -0.4194126};
const auto kRecorded = rtol(1e-4) + atol(1e-5);

at::Tensor fixed(at::IntArrayRef shape, double frequency, double phase, double offset) {
  const auto i = at::arange(c10::multiply_integers(shape), at::kDouble);
  return (offset + 0.3 * (frequency * i + phase).sin()).reshape(shape).to(at::kFloat);
}

ResNet fixed_model() {
  ResNet model(ResNetOptions(3, 3).filters(6).widths({4, 6}).branches({0, 2}).scale(0.5));
  const at::NoGradGuard outside_the_graph;
  double phase = 0;
  for (auto& item : model->named_parameters()) {
    const auto offset = item.key().ends_with("norm.weight") ? 1.0 : 0.0;
    item.value().copy_(fixed(item.value().sizes(), 0.7, phase++, offset));
  }
  return model;
}

at::Tensor table(const std::vector<double>& values, at::IntArrayRef shape) {
  return at::tensor(values, at::kDouble).reshape(shape);
}

class ResNetTest : public SpinlabTest {};

TEST_F(ResNetTest, AgreesWithPyTorch) {
  auto model = fixed_model();
  const auto images = 10 * fixed({4, 3, 9, 11}, 0.13, 0, 0);
  const auto logits = model(images);
  EXPECT_CLOSE(logits.detach(), table(kTraining, {4, 3}), kRecorded);
  at::cross_entropy_loss(logits, at::tensor({0, 1, 2, 0}, at::kLong)).backward();
  EXPECT_CLOSE(model->named_parameters()["whitening.bias"].grad(), table(kGradient, {6}), kRecorded);
  model->eval();
  EXPECT_CLOSE(model(images).detach(), table(kEvaluation, {4, 3}), kRecorded);
}

TEST_F(ResNetTest, ChannelsLastChangesNothing) {
  auto model = fixed_model();
  model->eval();
  const auto images = at::randn({2, 3, 12, 12});
  const auto expected = model(images).detach();
  for (auto& parameter : model->parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
  }
  const auto logits = model(images.contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_CLOSE(logits.detach(), expected, rtol(1e-4) + atol(1e-5));
}

TEST_F(ResNetTest, HasTheStatedNumberOfParameters) {
  ResNet model(ResNetOptions(3, 10));
  int64_t all = 0, frozen = 0;
  for (const auto& parameter : model->parameters()) {
    all += parameter.numel();
    if (!parameter.requires_grad()) frozen += parameter.numel();
  }
  EXPECT_EQ(all, 470'520);
  EXPECT_EQ(frozen, 24 * 3 * 2 * 2);
}

TEST_F(ResNetTest, GivesOneRowAnImage) {
  EXPECT_EQ(ResNet(ResNetOptions(3, 10))(at::randn({4, 3, 32, 32})).sizes(), at::IntArrayRef({4, 10}));
  ResNet grey(ResNetOptions(1, 2).filters(8).widths({5}).branches({1}));
  EXPECT_EQ(grey(at::randn({3, 1, 28, 20})).sizes(), at::IntArrayRef({3, 2}));
  ResNet three_stages(ResNetOptions(3, 7));
  EXPECT_EQ(three_stages(at::randn({2, 3, 9, 9})).sizes(), at::IntArrayRef({2, 7}));
}

TEST_F(ResNetTest, AnImageDependsOnItsBatchInTrainingOnly) {
  ResNet model(ResNetOptions(3, 10));
  const auto images = at::randn({6, 3, 32, 32});
  EXPECT_GT((model(images)[0] - model(images.narrow(0, 0, 3))[0]).abs().max().item<double>(), 1e-3);
  model->eval();
  EXPECT_CLOSE(model(images)[0].detach(), model(images.narrow(0, 0, 3))[0].detach(), rtol(1e-4) + atol(1e-5));
}

TEST_F(ResNetTest, EvaluationLeavesTheRunningStatistics) {
  ResNet model(ResNetOptions(3, 10));
  const auto mean = model->named_buffers()["stage0_down.norm.running_mean"];
  model->eval();
  model(at::randn({4, 3, 32, 32}));
  EXPECT_CLOSE(mean, at::zeros({32}), atol(0));
  model->train();
  model(at::randn({4, 3, 32, 32}));
  EXPECT_GT(mean.abs().max().item<double>(), 0);
}

TEST_F(ResNetTest, ACloneComputesTheSameAndSharesNothing) {
  auto model = fixed_model();
  model->eval();
  ResNet copy(std::dynamic_pointer_cast<ResNetImpl>(model->clone()));
  const auto images = at::randn({2, 3, 10, 10});
  const auto before = model(images).detach();
  EXPECT_CLOSE(copy(images).detach(), before, atol(0));
  EXPECT_FALSE(copy->named_parameters()["whitening.weight"].requires_grad());
  for (auto& parameter : copy->parameters()) parameter.detach().zero_();
  EXPECT_CLOSE(model(images).detach(), before, atol(0));
}

TEST_F(ResNetTest, TheFirstLayerDecorrelatesPatchesAndStaysFrozen) {
  ResNet model(ResNetOptions(3, 10));
  const auto images = 10 * at::randn({100, 3, 32, 32});
  model->initialize(images);
  const auto parameters = model->named_parameters();
  const auto weight = parameters["whitening.weight"], bias = parameters["whitening.bias"];
  const auto seen = at::conv2d(images, weight, bias, /*stride=*/2).detach();
  const auto covariance = seen.narrow(1, 0, 12).transpose(0, 1).flatten(1).to(at::kDouble).cov();
  EXPECT_CLOSE(covariance, at::eye(12, at::kDouble), atol(1e-3));
  model(images).sum().backward();
  EXPECT_FALSE(weight.grad().defined());
  EXPECT_TRUE(bias.grad().defined());
}

TEST_F(ResNetTest, TheRegistryMakesIt) {
  const auto network = make_network({{"name", "resnet"}}, {{3, 32, 32}, 10, true}, "model");
  const auto images = at::randn({20, 3, 32, 32});
  network.initialize(images);
  EXPECT_EQ(network.forward({images}).sizes(), at::IntArrayRef({20, 10}));
  EXPECT_CLOSE(network.module->named_parameters()["whitening.bias"].detach(), at::zeros({24}), atol(0));
}

TEST_F(ResNetTest, TheRegistryRefusesImagesThatAreTooSmall) {
  EXPECT_THROW(make_network({{"name", "resnet"}}, {{3, 8, 32}, 10, true}, "model"), c10::ValueError);
  EXPECT_THROW(make_network({{"name", "resnet"}}, {{784}, 10, true}, "model"), c10::ValueError);
}

TEST_F(ResNetTest, RefusesOptionsThatCannotBe) {
  EXPECT_THROW(ResNet(ResNetOptions(1, 10)), c10::ValueError);
  EXPECT_THROW(ResNet(ResNetOptions(3, 10).filters(7)), c10::ValueError);
  EXPECT_THROW(ResNet(ResNetOptions(3, 10).widths({})), c10::ValueError);
  EXPECT_THROW(ResNet(ResNetOptions(3, 10).widths({8, 8})), c10::ValueError);
  EXPECT_THROW(ResNet(ResNetOptions(3, 10).branches({0, -1, 2})), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::models
