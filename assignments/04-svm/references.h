#pragma once

#include "problems.h"

/// What hidden checks alone hold a student's functions against: a machine, in short.
namespace svm::problems {

struct Reference {
  Tensor alpha;
  double b;
};

/// The worst pair until all conditions hold; slow and plain.
inline Reference reference(const Tensor& K, const Tensor& y, double C, double tolerance = 1e-9) {
  const auto n = y.size(0);
  std::vector<double> a(n, 0), g(n, -1), s(y.const_data_ptr<double>(), y.const_data_ptr<double>() + n);
  const auto k = K.contiguous();
  const auto* row = k.const_data_ptr<double>();
  while (true) {
    int64_t up = -1, down = -1;
    for (int64_t t = 0; t < n; ++t) {
      if ((s[t] > 0 ? a[t] < C : a[t] > 0) && (up < 0 || s[t] * g[t] < s[up] * g[up])) up = t;
      if ((s[t] > 0 ? a[t] > 0 : a[t] < C) && (down < 0 || s[t] * g[t] > s[down] * g[down])) down = t;
    }
    const double violation = s[down] * g[down] - s[up] * g[up];
    if (violation <= tolerance) {
      double sum = 0, count = 0;
      for (int64_t t = 0; t < n; ++t)
        if (a[t] > 0 && a[t] < C) sum -= s[t] * g[t], ++count;
      const double b = count > 0 ? sum / count : -(s[down] * g[down] + s[up] * g[up]) / 2;
      return {torch::tensor(a, torch::kFloat64), b};
    }
    const double curvature =
        std::max(row[up * n + up] + row[down * n + down] - 2 * row[up * n + down], 1e-13);
    const double room_up = s[up] > 0 ? C - a[up] : a[up], room_down = s[down] > 0 ? a[down] : C - a[down];
    const double step = std::min({violation / curvature, room_up, room_down});
    const auto snapped = [C](double x) {
      return x < 1e-14 * std::min(C, 1.0) ? 0 : x > C * (1 - 1e-14) ? C : x;
    };
    a[up] = snapped(a[up] + s[up] * step), a[down] = snapped(a[down] - s[down] * step);
    for (int64_t t = 0; t < n; ++t) g[t] += s[t] * step * (row[up * n + t] - row[down * n + t]);
  }
}

/// Its values at queries, whose kernel with the points is `cross`.
inline Tensor reference_values(const Tensor& K, const Tensor& y, double C, const Tensor& cross) {
  const auto machine = reference(K, y, C);
  return cross.matmul(y * machine.alpha) + machine.b;
}

/// Votes of all duels, and of which queries every duel is clear: |F| above `margin`.
struct Votes {
  Tensor votes, sure;
};

inline Votes reference_votes(const Tensor& K, const Tensor& labels, int64_t classes, double C,
                             const Tensor& cross, double margin) {
  const auto m = cross.size(0);
  Votes result{torch::zeros({m, classes}, torch::kLong), torch::ones({m}, torch::kBool)};
  for (int64_t a = 0; a < classes; ++a) {
    for (int64_t b = a + 1; b < classes; ++b) {
      const auto rows = ((labels == a) | (labels == b)).nonzero().view(-1);
      const auto y = 2 * (labels.index_select(0, rows) == a).to(torch::kFloat64) - 1;
      const auto F =
          reference_values(K.index_select(0, rows).index_select(1, rows), y, C, cross.index_select(1, rows));
      result.votes.select(1, a).add_(F > 0), result.votes.select(1, b).add_(F <= 0);
      result.sure = result.sure & (F.abs() > margin);
    }
  }
  return result;
}

}  // namespace svm::problems
