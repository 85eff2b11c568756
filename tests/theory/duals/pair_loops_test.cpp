#include "src/theory/duals/pair_loops.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

/// Arcsines from -1 to 1, closer and closer to 0 and to both ends.
template <typename T>
std::vector<T> sines() {
  std::vector<T> all{0, 1, -1, T(0.5), T(-0.5)};
  for (int i = 1; i < 4000; ++i) all.push_back(static_cast<T>(i) / 2000 - 1);
  for (T small = T(0.5); small > std::numeric_limits<T>::epsilon(); small *= T(0.7))
    for (const T x : {small, -small, 1 - small, small - 1}) all.push_back(x);
  return all;
}

/// With 1/sqrt(1 + 2q) = 1 and ½ erf's mean is 2/π asin(k); the C library's is of another algorithm.
template <typename T>
double worst_error_of_arcsine() {
  const auto k = sines<T>();
  const std::vector<T> left(k.size(), 1), right(k.size(), T(0.5));
  std::vector<T> value(k.size()), derivative(k.size());
  erf_means(static_cast<int64_t>(k.size()), value.data(), derivative.data(),
            Rows<T, 3>{k.data(), left.data(), right.data()});
  double worst = 0;
  for (size_t i = 0; i < k.size(); ++i) {
    const auto exact = 2 / std::numbers::pi_v<long double> * std::asin(static_cast<long double>(k[i]));
    const auto apart = std::abs(static_cast<long double>(value[i]) - exact);
    worst = std::max(worst, static_cast<double>(k[i] == 0 ? apart : apart / std::abs(exact)));
  }
  return worst;
}

TEST(PairLoops, ArcsinesAreExactWithinAFewRoundings) {
  EXPECT_LE(worst_error_of_arcsine<double>(), 4 * std::numeric_limits<double>::epsilon());
  EXPECT_LE(worst_error_of_arcsine<float>(), 4 * std::numeric_limits<float>::epsilon());
}

/// Term by term in more digits, of lengths around whole rounds of the loop. A sum of n roundings of terms of
/// order 1 is allowed n of them.
template <typename T>
double worst_error_of_series() {
  double worst = 0;
  for (const int64_t terms : {1, 2, 15, 16, 17, 33, 100})
    for (const T c : {T(-1), T(-0.7), T(0), T(1e-30), T(0.9), T(1)}) {
      std::vector<T> a, b;
      long double exact = 0, power = 1;
      for (int64_t j = 0; j < terms; ++j, power *= c) {
        a.push_back(std::cos(T(j)));
        b.push_back(std::sin(T(2 * j + 1)));
        exact += power * a.back() * b.back();
      }
      const auto apart = std::abs(series_mean(c, a.data(), b.data(), terms) - exact);
      worst = std::max(worst, static_cast<double>(apart) / static_cast<double>(terms));
    }
  return worst;
}

TEST(PairLoops, SeriesAreSumsTermByTerm) {
  EXPECT_LE(worst_error_of_series<double>(), std::numeric_limits<double>::epsilon());
  EXPECT_LE(worst_error_of_series<float>(), std::numeric_limits<float>::epsilon());
}

}  // namespace
}  // namespace spinlab::theory
