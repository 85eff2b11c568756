#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace spinlab::benchmarks {

/// What this machine does at most, each the best of several tries.
struct MachinePeaks {
  /// Multiplications and additions a second of a product of two large square matrices.
  double float32_flops = 0, float64_flops = 0;
  /// Bytes a second of the sum of more numbers than the caches hold.
  double bytes = 0;
};
MachinePeaks machine_peaks();

/// Runs `work` once and returns by how much it raised the memory that this process holds, in MiB.
double mebibytes(const std::function<void()>& work);

/// Work at growing n.
struct Measured {
  std::string name, bound;
  std::vector<int64_t> sizes;
  std::function<void(int64_t n)> work;
  /// What it would take at the machine's peak; `bound` says it in words.
  std::function<double(double n)> least_seconds;
  /// What n counts.
  std::string along = "training rows n";
  /// Numbers of its last run that are told and drawn beside the time, by their names; may be empty.
  std::function<std::map<std::string, double>()> counts = {};
};

struct GrowthPoint {
  int64_t n = 0;
  double seconds = 0;
  /// Memory that was taken beside the data, at its highest.
  double mebibytes = 0;
  /// The time that the work would take at the machine's peak, over the time that it took.
  double share_of_peak = 0;
  std::map<std::string, double> counts = {};
};

struct Growth {
  std::string name, bound, along;
  std::vector<GrowthPoint> points;
  /// Slope of log seconds in log n between the last two points.
  double exponent() const;
  /// The same of memory.
  double memory_exponent() const;
};

using EachGrowth = std::function<void(const Growth&)>;

/// `each` gets a work as soon as it is measured.
std::vector<Growth> measure(const std::vector<Measured>& all, const EachGrowth& each);

/// Writes STEM.json and draws STEM.svg and STEM.png.
void draw_growth(const MachinePeaks& peaks, const std::vector<Growth>& all, const std::string& stem);

}  // namespace spinlab::benchmarks
