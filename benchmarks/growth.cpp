#include "benchmarks/growth.h"

#include <ATen/ATen.h>
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "benchmarks/row.h"
#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/python.h"

namespace spinlab::benchmarks {
namespace {

constexpr int kTries = 3;

/// The least seconds of kTries, and of more until they have taken `enough` together.
double best(const std::function<void()>& work, double enough = 0) {
  auto least = seconds(work);
  auto spent = least;
  for (int tried = 1; tried < kTries || spent < enough; ++tried) {
    const auto taken = seconds(work);
    least = std::min(least, taken);
    spent += taken;
  }
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

Growth measure_one(const Measured& measured) {
  Growth growth{measured.name, measured.bound, measured.along, {}};
  for (const auto n : measured.sizes) {
    const auto work = [&] { measured.work(n); };
    GrowthPoint point{.n = n};
    point.mebibytes = mebibytes(work);
    point.seconds = best(work);
    point.share_of_peak = measured.least_seconds(static_cast<double>(n)) / point.seconds;
    if (measured.counts) point.counts = measured.counts();
    growth.points.push_back(point);
  }
  return growth;
}

/// Between the last two points, whose n differ.
double slope(const std::vector<GrowthPoint>& points, double GrowthPoint::* value) {
  const auto &a = points.at(points.size() - 2), &b = points.back();
  return std::log(b.*value / (a.*value)) / std::log(static_cast<double>(b.n) / static_cast<double>(a.n));
}

Json json_of(const Growth& growth) {
  auto points = Json::array();
  for (const auto& point : growth.points)
    points.push_back({{"n", point.n},
                      {"seconds", point.seconds},
                      {"mebibytes", point.mebibytes},
                      {"share_of_peak", point.share_of_peak},
                      {"counts", point.counts}});
  return {{"name", growth.name},
          {"bound", growth.bound},
          {"along", growth.along},
          {"exponent", growth.exponent()},
          {"memory_exponent", growth.memory_exponent()},
          {"points", points}};
}

}  // namespace

double mebibytes(const std::function<void()>& work) {
  ::malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << 5;  // the highest mark begins anew
  const auto before = status("VmRSS");
  work();
  return std::max(status("VmHWM") - before, 0.0);
}

MachinePeaks machine_peaks() {
  // A moment in which others use the machine would make a peak that is then exceeded.
  constexpr double kSeconds = 2;
  constexpr int64_t kSide = 3072, kNumbers = 1 << 27;
  const auto product = [](at::ScalarType type) {
    const auto A = at::ones({kSide, kSide}, type);
    auto C = at::empty_like(A);
    return 2 * std::pow(kSide, 3) / best([&] { at::mm_out(C, A, A); }, kSeconds);
  };
  const auto numbers = at::ones({kNumbers}, at::kDouble);
  return {product(at::kFloat), product(at::kDouble), 8 * kNumbers / best([&] { numbers.sum(); }, kSeconds)};
}

double Growth::exponent() const { return slope(points, &GrowthPoint::seconds); }
double Growth::memory_exponent() const { return slope(points, &GrowthPoint::mebibytes); }

std::vector<Growth> measure(const std::vector<Measured>& all, const EachGrowth& each) {
  std::vector<Growth> found;
  for (const auto& one : all) {
    found.push_back(measure_one(one));
    each(found.back());
  }
  return found;
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
