#pragma once

#include <functional>
#include <string>
#include <vector>

namespace spinlab::benchmarks {

/// One measurement of ours against a peer's, by the same clock, in turns on the same machine.
struct Row {
  std::string name;
  std::string unit;
  /// Medians; less is better.
  double ours = 0;
  double peer = 0;
  /// What the peer was and with which settings.
  std::string note;

  /// Above 1: ours is faster.
  double ratio() const { return peer / ours; }
};

/// Times `ours` and `peer`, which return seconds, once each to warm up and then in turns.
Row compare(const std::string& name, const std::function<double()>& ours, const std::function<double()>& peer,
            int repetitions);

/// What `work` takes by the clock.
double seconds(const std::function<void()>& work);

double median(std::vector<double> values);

}  // namespace spinlab::benchmarks
