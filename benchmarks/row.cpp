#include "benchmarks/row.h"

#include <algorithm>
#include <chrono>

namespace spinlab::benchmarks {

double seconds(const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Row compare(const std::string& name, const std::function<double()>& ours, const std::function<double()>& peer,
            int repetitions) {
  ours();
  peer();
  std::vector<double> our_seconds, peer_seconds;
  for (int i = 0; i < repetitions; ++i) {
    our_seconds.push_back(ours());
    peer_seconds.push_back(peer());
  }
  return {name, "s", median(our_seconds), median(peer_seconds), ""};
}

}  // namespace spinlab::benchmarks
