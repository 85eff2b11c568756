#include <ATen/ATen.h>

#include "benchmarks/infinite_width.h"
#include "benchmarks/wide_network.h"
#include "src/theory/inference/posterior.h"
#include "src/theory/kernels/network_kernel.h"
#include "src/training/device.h"

namespace spinlab::benchmarks {
namespace {

constexpr int64_t kColumns = 784, kRowsAtDepth = 2000, kImagesAtDepth = 100, kDepth = 5, kConvolutions = 3;
constexpr double kPositions = 784;
const std::string kDense = "n²·784 operations and 16·depth·n² bytes in float64";
const std::string kImages = "32·depth·n²/2·784 bytes in float64";
const std::string kDepthAxis = "depth";

/// A reading and a writing of two kernels at every place for each layer.
double least_seconds_of_images(const MachinePeaks& peaks, double n, double depth) {
  return n * (n + 1) / 2 * kPositions * depth * 2 * 2 * 8 / peaks.bytes;
}

std::vector<Measured> against_inputs(const MachinePeaks& peaks) {
  const auto X = wide_inputs(8000, {kColumns}), images = wide_inputs(400, {1, 28, 28});
  const auto dense = [=](const std::string& phi) {
    return Measured{"mlp/" + phi,
                    kDense,
                    {1000, 2000, 4000, 8000},
                    [=, layers = WideNetwork{.phi = phi, .depth = kDepth}.layers()](int64_t n) {
                      theory::kernels(*layers, X.slice(0, 0, n));
                    },
                    [=](double n) { return least_seconds(peaks, n, kColumns, kDepth); },
                    "inputs n"};
  };
  const auto conv = WideNetwork{.depth = kConvolutions, .end = "flatten"}.layers();
  const auto pool = WideNetwork{.depth = kConvolutions, .end = "average_pool"}.layers();
  const auto K = theory::kernels(*WideNetwork{.depth = 2}.layers(), X.slice(1, 0, 20), {.ntk = false}).nngp;
  return {dense("relu"),
          dense("erf"),
          {"conv/flatten",
           kImages,
           {50, 100, 200, 400},
           [=](int64_t n) { theory::kernels(*conv, images.slice(0, 0, n)); },
           [=](double n) { return least_seconds_of_images(peaks, n, kConvolutions); },
           "inputs n"},
          {"conv/pool",
           "the same times 784",
           {2, 4, 8, 16},
           [=](int64_t n) { theory::kernels(*pool, images.slice(0, 0, n)); },
           [=](double n) { return kPositions * least_seconds_of_images(peaks, n, kConvolutions); },
           "inputs n"},
          {"process",
           "n³/3 operations in float64",
           {1000, 2000, 4000, 8000},
           [=](int64_t n) {
             const auto part = K.slice(0, 0, n).slice(1, 0, n);
             theory::Posterior(part, X.slice(0, 0, n).slice(1, 0, 1), 0.1).log_evidence();
           },
           [=](double n) { return n * n * n / 3 / peaks.float64_flops; },
           "inputs n"}};
}

std::vector<Measured> against_depth(const MachinePeaks& peaks) {
  const auto X = wide_inputs(kRowsAtDepth, {kColumns}), images = wide_inputs(kImagesAtDepth, {1, 28, 28});
  const auto dense = [=](const std::string& phi) {
    return Measured{
        "mlp/" + phi,
        kDense,
        {2, 4, 8, 16, 32},
        [=](int64_t depth) { theory::kernels(*WideNetwork{.phi = phi, .depth = depth}.layers(), X); },
        [=](double depth) { return least_seconds(peaks, kRowsAtDepth, kColumns, depth); },
        kDepthAxis};
  };
  return {dense("relu"),
          dense("erf"),
          {"conv/flatten",
           kImages,
           {2, 4, 8, 16},
           [=](int64_t depth) {
             theory::kernels(*WideNetwork{.depth = depth, .end = "flatten"}.layers(), images);
           },
           [=](double depth) { return least_seconds_of_images(peaks, kImagesAtDepth, depth); },
           kDepthAxis}};
}

}  // namespace

double least_seconds(const MachinePeaks& peaks, double n, double d, double depth) {
  const auto pairs = n * (n + 1) / 2;
  return pairs * 2 * d / peaks.float64_flops + pairs * depth * 2 * 2 * 8 / peaks.bytes;
}

std::vector<Growth> infinite_width_growth(const MachinePeaks& peaks, const EachGrowth& each) {
  training::keep_freed_memory();  // as every run does
  auto all = against_inputs(peaks);
  for (auto& one : against_depth(peaks)) all.push_back(std::move(one));
  return measure(all, each);
}

}  // namespace spinlab::benchmarks
