#include "src/authoring/false_failures.h"

#include <cmath>
#include <functional>

namespace spinlab::authoring {
namespace {

constexpr double kSurprise = 1e-6;

/// Where an increasing f reaches `value` in [0, 1].
double where(const std::function<double(double)>& f, double value) {
  double low = 0, high = 1;
  for (int i = 0; i < 200 && high - low > 0; ++i) {
    const double middle = (low + high) / 2;
    (f(middle) < value ? low : high) = middle;
  }
  return high;
}

double log_choose(int n, int k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

}  // namespace

double binomial_tail(int n, int k, double p) {
  if (k <= 0 || p >= 1) return k <= n ? 1 : 0;
  double tail = 0;
  for (int i = k; p > 0 && i <= n; ++i)
    tail += std::exp(log_choose(n, i) + i * std::log(p) + (n - i) * std::log1p(-p));
  return tail;
}

double verdict_fails(int runs, int majority, double p) { return binomial_tail(runs, runs - majority + 1, p); }

double upper_limit(const FalseFailures& measured, double confidence) {
  if (measured.failed >= measured.runs) return 1;
  return where([&](double p) { return binomial_tail(measured.runs, measured.failed + 1, p); }, confidence);
}

bool contradicts(const FalseFailures& measured, int runs, int majority, double stated) {
  const double p = where([&](double single) { return verdict_fails(runs, majority, single); }, stated);
  return binomial_tail(measured.runs, measured.failed, p) < kSurprise;
}

}  // namespace spinlab::authoring
