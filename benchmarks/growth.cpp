#include "benchmarks/growth.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "benchmarks/classic_problems.h"
#include "benchmarks/row.h"
#include "models/estimators/elastic_net.h"
#include "models/estimators/gaussian_process.h"
#include "models/estimators/kernel_ridge.h"
#include "models/estimators/nearest_neighbours.h"
#include "models/estimators/ridge.h"
#include "models/estimators/softmax_loss.h"
#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/python.h"

namespace spinlab::benchmarks {
namespace {

constexpr int kTries = 3;

double best(const std::function<void()>& work) {
  auto least = seconds(work);
  for (int i = 1; i < kTries; ++i) least = std::min(least, seconds(work));
  return least;
}

/// Of /proc/self/status, in MiB.
double status(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    if (word != key + ":") continue;
    double kibibytes = 0;
    file >> kibibytes;
    return kibibytes / 1024;
  }
  return 0;
}

/// Runs `work` once and returns by how much it raised the memory that this process holds.
double mebibytes(const std::function<void()>& work) {
  ::malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << 5;  // the highest mark begins anew
  const auto before = status("VmRSS");
  work();
  return std::max(status("VmHWM") - before, 0.0);
}

/// A model at growing n; the work of n rows, in seconds at the peak.
struct Measured {
  std::string name, bound;
  std::vector<int64_t> rows;
  std::function<void(int64_t)> work;
  std::function<double(double)> least_seconds;
};

Growth measure(const Measured& measured) {
  Growth growth{measured.name, measured.bound, {}};
  for (const auto n : measured.rows) {
    const auto work = [&] { measured.work(n); };
    GrowthPoint point{.n = n};
    point.mebibytes = mebibytes(work);
    point.seconds = best(work);
    point.share_of_peak = measured.least_seconds(static_cast<double>(n)) / point.seconds;
    growth.points.push_back(point);
  }
  return growth;
}

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

Json json_of(const Growth& growth) {
  auto points = Json::array();
  for (const auto& point : growth.points)
    points.push_back({{"n", point.n},
                      {"seconds", point.seconds},
                      {"mebibytes", point.mebibytes},
                      {"share_of_peak", point.share_of_peak}});
  return {
      {"name", growth.name}, {"bound", growth.bound}, {"exponent", growth.exponent()}, {"points", points}};
}

}  // namespace

MachinePeaks machine_peaks() {
  constexpr int64_t kSide = 3072, kNumbers = 1 << 27;
  const auto product = [](at::ScalarType type) {
    const auto A = at::ones({kSide, kSide}, type);
    auto C = at::empty_like(A);
    return 2 * std::pow(kSide, 3) / best([&] { at::mm_out(C, A, A); });
  };
  const auto numbers = at::ones({kNumbers}, at::kDouble);
  return {product(at::kFloat), product(at::kDouble), 8 * kNumbers / best([&] { numbers.sum(); })};
}

double Growth::exponent() const {
  const auto &a = points.at(points.size() - 2), &b = points.back();
  return std::log(b.seconds / a.seconds) / std::log(static_cast<double>(b.n) / static_cast<double>(a.n));
}

std::vector<Growth> growth(const datasets::DataFolders& data, const MachinePeaks& peaks,
                           const std::function<void(const Growth&)>& each) {
  const auto models = all_models(digits(data), linear_problem(20'000, 500, 0), smooth_problem(3'000), peaks);
  std::vector<Growth> all;
  for (const auto& model : models) {
    all.push_back(measure(model));
    each(all.back());
  }
  return all;
}

void draw_growth(const MachinePeaks& peaks, const std::vector<Growth>& all, const std::string& stem) {
  auto models = Json::array();
  for (const auto& model : all) models.push_back(json_of(model));
  const Json json{{"float32_flops", peaks.float32_flops},
                  {"float64_flops", peaks.float64_flops},
                  {"bytes", peaks.bytes},
                  {"models", models}};
  write_file(stem + ".json", json.dump(2) + "\n");
  run_python(root() / "benchmarks" / "growth.py", {stem + ".json", stem});
}

}  // namespace spinlab::benchmarks
