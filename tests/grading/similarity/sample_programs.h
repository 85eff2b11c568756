#pragma once

#include <string>

namespace spinlab::grading {

/// Two programs to tests/judging/sample_assignment.h's assignment that share no passage, long enough to be compared.
inline const std::string kLoops = R"(#include "sums.h"

double sum(const double* x, int n) {
  double compensation = 0.0, total = 0.0;
  for (int i = 0; i < n; ++i) {
    const double corrected = x[i] - compensation;
    const double next = total + corrected;
    compensation = (next - total) - corrected;
    total = next;
  }
  return total;
}

double mean(const double* x, int n) {
  if (n == 0) return -1.0;
  double average = x[0];
  int seen = 1;
  while (seen < n) {
    average += (x[seen] - average) / (seen + 1);
    ++seen;
  }
  return average;
}
)";

inline const std::string kLibrary = R"(#include "sums.h"
#include <numeric>
#include <vector>

namespace {
template <class It> auto pairwise(It begin, It end) -> typename It::value_type {
  switch (auto length = std::distance(begin, end)) {
    case 0: return {};
    case 1: return *begin;
    default: return pairwise(begin, begin + length / 2) + pairwise(begin + length / 2, end);
  }
}
}  // namespace

double sum(const double* x, int n) { std::vector<double> copy(x, x + n); return pairwise(copy.begin(), copy.end()); }
double mean(const double* x, int n) { return n ? std::accumulate(x, x + n, 0.0, std::plus<>()) / n : -1; }
)";

/// kLoops as somebody hands it in who hopes that nobody sees: renamed, reformatted, with other comments, reordered.
inline const std::string kCopy = R"(// all my own work


#include "sums.h"

double mean(const double* values, int count)
{
    if (count == 0)
        return -1.0;   /* nothing there */
    double m = values[0]; int k = 1;
    while (k < count) { m += (values[k] - m) / (k + 1); ++k; }
    return m;
}

double sum(const double* values, int count)
{
    double c = 0.0, s = 0.0;
    for (int j = 0; j < count; ++j)
    {
        const double y = values[j] - c;  // Kahan
        const double t = s + y;
        c = (t - s) - y;
        s = t;
    }
    return s;
}
)";

}  // namespace spinlab::grading
