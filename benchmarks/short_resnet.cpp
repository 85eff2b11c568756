#include "benchmarks/short_resnet.h"

#include <ATen/ATen.h>

namespace spinlab::benchmarks {
namespace {

constexpr int64_t kSide = 32, kClasses = 10;

datasets::Split noise(int64_t n) {
  return {at::randint(0, 256, {n, 3, kSide, kSide}, at::kByte), at::randint(0, kClasses, {n}, at::kLong), {}};
}

}  // namespace

double ConvolutionShape::flops() const {
  const auto edge = kernel / 2, taps = kernel * side - edge * (edge + 1);
  return 2.0 * static_cast<double>(in * out) * static_cast<double>(taps * taps);
}

training::TrainingConfig ShortResnet::config() const {
  const Json recipe = {
      {"model", {{"name", "resnet"}, {"filters", filters}, {"widths", widths}, {"branches", branches}}},
      {"data", {{"name", "cifar10"}}},
      {"objective", {{"name", "classification"}, {"label_smoothing", 0.1}}},
      {"optimizer",
       {{"name", "sgd"}, {"lr", 0.01}, {"momentum", 0.9}, {"nesterov", true}, {"weight_decay", 5e-4}}},
      {"augmentation", {{"flip", true}, {"translate", 2}}},
      {"channels_last", true},
      {"batch", batch},
      {"epochs", 1000}};
  return training::parse_config(training::complete_config(recipe, "bench"), "bench");
}

std::vector<ConvolutionShape> ShortResnet::convolutions() const {
  std::vector<ConvolutionShape> all;
  auto in = filters, side = kSide - 1;
  for (size_t stage = 0; stage < widths.size(); ++stage) {
    all.push_back({in, widths[stage], 3, side, stage == 0});
    in = widths[stage];
    side /= 2;
    for (int64_t i = 0; i < branches[stage]; ++i) all.push_back({in, in, 3, side});
  }
  return all;
}

datasets::Dataset noise_like_cifar10(int64_t train, int64_t test) {
  datasets::Dataset set;
  set.name = "noise in CIFAR-10's shapes";
  set.train = noise(train);
  set.test = noise(test);
  set.classes.resize(kClasses);
  set.mean = at::full({3, 1, 1}, 0.5, at::kDouble);
  set.deviation = at::full({3, 1, 1}, 0.25, at::kDouble);
  return set;
}

}  // namespace spinlab::benchmarks
