#include "benchmarks/classic_growth.h"

#include <ATen/ATen.h>

#include <cmath>

#include "benchmarks/classic_problems.h"
#include "models/estimators/elastic_net.h"
#include "models/estimators/gaussian_process.h"
#include "models/estimators/kernel_ridge.h"
#include "models/estimators/nearest_neighbours.h"
#include "models/estimators/ridge.h"
#include "models/estimators/softmax_loss.h"

namespace spinlab::benchmarks {
namespace {

std::vector<int64_t> up_to(int64_t n) { return {n / 8, n / 4, n / 2, n}; }

std::vector<Measured> all_models(const Digits& digits, const Problem& linear, const Problem& smooth,
                                 const MachinePeaks& peaks) {
  const auto &train = digits.train, &test = digits.test;
  const auto d = static_cast<double>(train.X.size(1)), m = static_cast<double>(test.X.size(0));
  const auto columns = static_cast<double>(linear.X.size(1));
  const auto moments = [=](double n) { return n * columns * columns / peaks.float64_flops; };
  const auto gaussian = models::make_kernel({{"name", "gaussian"}, {"width", 5}}, {}, "bench");
  const auto process =
      models::make_kernel({{"name", "gaussian"}, {"width", std::vector<double>(8, 2)}}, {}, "bench");
  const auto penalties =
      models::largest_penalty(linear.X, linear.y, {}) * at::logspace(0, -3, 100, 10, at::kDouble);
  return {{"nearest", "the product of all pairs, 2·10,000·n·784 operations in float32", up_to(60'000),
           [=](int64_t n) {
             models::NearestNeighbours model(1);
             model.fit(train.X.slice(0, 0, n), train.y.slice(0, 0, n));
             model.predict(test.X);
           },
           [=](double n) { return 2 * m * n * d / peaks.float32_flops; }},
          {"softmax, a slope", "8·n·784 bytes", up_to(60'000),
           [=](int64_t n) {
             const models::SoftmaxLoss loss(train.X.slice(0, 0, n), train.y.slice(0, 0, n), 10);
             loss.slope(at::zeros({train.X.size(1), 10}, at::kDouble), at::zeros({10}, at::kDouble));
           },
           [=](double n) { return 8 * n * d / peaks.bytes; }},
          {"ridge", "n·500² operations in float64", up_to(20'000),
           [=](int64_t n) { models::Ridge(1e-3).fit(linear.X.slice(0, 0, n), linear.y.slice(0, 0, n)); },
           moments},
          {"lasso, 100 penalties", "n·500² operations in float64", up_to(20'000),
           [=](int64_t n) {
             models::elastic_net_path(linear.X.slice(0, 0, n), linear.y.slice(0, 0, n), penalties,
                                      {.tolerance = 1e-6});
           },
           moments},
          {"kernel ridge", "n³/3 operations in float32 and n²·784 in float64", up_to(10'000),
           [=](int64_t n) {
             models::KernelRidge(gaussian, 1e-5).fit(train.X.slice(0, 0, n) / 255, train.y.slice(0, 0, n));
           },
           [=](double n) { return n * n * n / 3 / peaks.float32_flops + n * n * d / peaks.float64_flops; }},
          {"process, a gradient", "n³ operations in float64", up_to(3'000),
           [=](int64_t n) {
             models::evidence(*process, {0, -4}, smooth.X.slice(0, 0, n),
                              smooth.y.slice(0, 0, n).unsqueeze(1));
           },
           [=](double n) { return n * n * n / peaks.float64_flops; }}};
}

}  // namespace

std::vector<Growth> classic_growth(const datasets::DataFolders& data, const MachinePeaks& peaks,
                                   const EachGrowth& each) {
  return measure(all_models(digits(data), linear_problem(20'000, 500, 0), smooth_problem(3'000), peaks),
                 each);
}

}  // namespace spinlab::benchmarks
