#include "models/solvers/svm/active_set.h"

#include <c10/util/Exception.h>

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "src/core/on_all_cores.h"

namespace spinlab::models {
namespace {

/// Of columns, on one core: their sums stay in its first cache.
constexpr int64_t kColumns = 1024;
/// The same, of an exact kernel.
constexpr int64_t kExactColumns = 256;
/// Rows that are computed at a time beside the cache.
constexpr size_t kRowsBeside = 256;

std::vector<int64_t> everything(size_t count) {
  std::vector<int64_t> all(count);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// sum += Σ_i by_i rows_i over [begin, begin + length), in float64 and in the order of the rows.
void accumulate(std::span<float* const> rows, std::span<const double> by, double* sum, int64_t begin,
                int64_t length) {
  size_t i = 0;
  for (; i + 4 <= rows.size(); i += 4) {  // a sum is read and written once for so many
    const float *a = rows[i] + begin, *b = rows[i + 1] + begin, *c = rows[i + 2] + begin,
                *d = rows[i + 3] + begin;
    const double u = by[i], v = by[i + 1], w = by[i + 2], x = by[i + 3];
    for (int64_t j = 0; j < length; ++j) sum[j] += (u * a[j] + v * b[j]) + (w * c[j] + x * d[j]);
  }
  for (; i < rows.size(); ++i)
    for (int64_t j = 0; j < length; ++j) sum[j] += by[i] * rows[i][begin + j];
}

/// Of kernel rows in float32, whose sums with their coefficients are to stay numbers.
constexpr double kLargestKernel = 1e36;

}  // namespace

ActiveSet::ActiveSet(const DualProblem& problem, const KernelMatrix& kernel, int64_t cache_bytes)
    : problem_(problem),
      kernel_(kernel),
      cache_bytes_(cache_bytes),
      diagonal_(kernel.diagonal().contiguous()),
      largest_(diagonal_.abs().max().item<double>()),
      alpha_(problem.start),
      weights_(static_cast<size_t>(kernel.size())),
      values_(weights_.size()),
      exact_weights_(weights_.size()),
      coefficients_(everything(problem.size())),
      cache_(cache_bytes, kernel.size()) {
  TORCH_CHECK_VALUE(cache_.capacity() >= 2, "a kernel cache must hold two rows of ", kernel.size(),
                    " numbers, ", 8 * kernel.size(), " bytes, has ", cache_bytes,
                    "; raise it (cache_mib in a recipe)");
  TORCH_CHECK_VALUE(largest_ <= kLargestKernel, "the kernel's values reach ", largest_,
                    ", and float32 holds them up to ", kLargestKernel, "; scale the columns or the kernel");
  take_points();
  left_out_.push_back({points_, weights_});  // of all coefficients 0
  for (size_t s = 0; s < alpha_.size(); ++s)
    weights_[static_cast<size_t>(problem.point[s])] += problem.sign[s] * alpha_[s];
  take_all();
}

void ActiveSet::take_points() {
  std::vector<bool> is_there(values_.size());
  for (const auto s : coefficients_)
    is_there[static_cast<size_t>(problem_.point[static_cast<size_t>(s)])] = true;
  points_.clear();
  column_of_.assign(values_.size(), -1);
  for (size_t i = 0; i < is_there.size(); ++i) {
    if (!is_there[i]) continue;
    column_of_[i] = static_cast<int64_t>(points_.size());
    points_.push_back(static_cast<int64_t>(i));
  }
  columns_ = kernel_.columns(points_);
}

std::vector<float*> ActiveSet::rows_of(std::span<const int64_t> points) {
  auto places = cache_.places(points);
  std::vector<int64_t> missing;
  std::vector<float*> into;
  for (const auto i : places.missing) {
    missing.push_back(points[static_cast<size_t>(i)]);
    into.push_back(places.all[static_cast<size_t>(i)]);
  }
  if (!missing.empty()) columns_->rows(missing, into);
  rows_computed_ += static_cast<int64_t>(missing.size());
  return std::move(places.all);
}

std::vector<double> ActiveSet::kernel_of(std::span<const int64_t> some) {
  std::vector<int64_t> points;
  for (const auto s : some) points.push_back(problem_.point[static_cast<size_t>(s)]);
  auto rows = points;  // each once: regression has two coefficients of a point
  std::ranges::sort(rows);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
  const auto numbers = rows_of(rows);
  std::vector<double> all(some.size() * some.size());
  const auto* diagonal = diagonal_.const_data_ptr<double>();
  for (size_t i = 0; i < points.size(); ++i) {
    const auto* row = numbers[static_cast<size_t>(std::ranges::lower_bound(rows, points[i]) - rows.begin())];
    for (size_t j = 0; j < points.size(); ++j)  // rounded squares would make a pair's curvature negative
      all[i * points.size() + j] =
          points[i] == points[j] ? diagonal[points[i]] : row[column_of_[static_cast<size_t>(points[j])]];
  }
  return all;
}

void ActiveSet::set(std::span<const int64_t> some, std::span<const double> alpha) {
  std::map<int64_t, double> change;  // in the order of the points
  for (size_t k = 0; k < some.size(); ++k) {
    const auto s = static_cast<size_t>(some[k]);
    change[problem_.point[s]] += problem_.sign[s] * (alpha[k] - alpha_[s]);
    alpha_[s] = alpha[k];
  }
  std::vector<int64_t> points;
  std::vector<double> by;
  for (const auto& [point, weight] : change) {
    if (weight == 0) continue;
    points.push_back(point);
    by.push_back(weight);
    weights_[static_cast<size_t>(point)] += weight;
  }
  add(rows_of(points), by, points_);
}

/// values += Σ_i by_i rows_i, whose numbers are those of `column_points`.
void ActiveSet::add(std::span<float* const> rows, std::span<const double> by,
                    std::span<const int64_t> column_points) {
  const auto count = static_cast<int64_t>(column_points.size());
  on_all_cores((count + kColumns - 1) / kColumns, 1, [&](int64_t first, int64_t last) {
    std::vector<double> sum(kColumns);
    for (auto part = first; part < last; ++part) {
      const auto begin = part * kColumns, length = std::min(kColumns, count - begin);
      std::ranges::fill(sum, 0);
      accumulate(rows, by, sum.data(), begin, length);
      for (int64_t j = 0; j < length; ++j)
        values_[static_cast<size_t>(column_points[static_cast<size_t>(begin + j)])] +=
            sum[static_cast<size_t>(j)];
    }
  });
}

void ActiveSet::leave_only(std::vector<int64_t> coefficients) {
  const auto before = std::move(points_);
  coefficients_ = std::move(coefficients);
  take_points();
  LeftOut left{{}, weights_};
  std::vector<int64_t> kept;
  for (size_t i = 0; i < before.size(); ++i) {
    if (column_of_[static_cast<size_t>(before[i])] < 0)
      left.points.push_back(before[i]);
    else
      kept.push_back(static_cast<int64_t>(i));
  }
  if (left.points.empty()) return;
  left_out_.push_back(std::move(left));
  cache_.narrow(kept);
}

void ActiveSet::take_all() {
  for (const auto& left : left_out_) {
    std::vector<int64_t> changed;
    std::vector<double> by;
    for (size_t i = 0; i < weights_.size(); ++i) {
      if (weights_[i] == left.weights[i]) continue;
      changed.push_back(static_cast<int64_t>(i));
      by.push_back(weights_[i] - left.weights[i]);
    }
    add_computed(changed, by, left.points);
  }
  left_out_.clear();
  coefficients_ = everything(problem_.size());
  if (points_.size() == values_.size()) return;
  take_points();
  cache_ = RowCache(cache_bytes_, kernel_.size());
}

double ActiveSet::square() const {
  double sum = 0;
  for (const auto i : points_) sum += weights_[static_cast<size_t>(i)] * value(i);
  return sum;
}

/// With errors of the kernel's numbers that are independent.
double ActiveSet::value_error() const {
  double sum = 0;
  for (size_t i = 0; i < weights_.size(); ++i) sum += std::pow(weights_[i] - exact_weights_[i], 2);
  return kernel_.rounding() * largest_ * std::sqrt(sum);
}

double ActiveSet::sum_error() const {
  return value_error() *
         std::sqrt(std::inner_product(weights_.begin(), weights_.end(), weights_.begin(), 0.0));
}

void ActiveSet::make_exact() {
  TORCH_INTERNAL_ASSERT(is_everything());
  std::vector<int64_t> rows;
  std::vector<double> by;
  for (size_t i = 0; i < weights_.size(); ++i) {
    if (weights_[i] == 0) continue;
    rows.push_back(static_cast<int64_t>(i));
    by.push_back(weights_[i]);
  }
  const auto count = static_cast<int64_t>(values_.size());
  const auto all = at::from_blob(values_.data(), {count}, at::kDouble);
  const auto weights = at::from_blob(by.data(), {static_cast<int64_t>(by.size())}, at::kDouble);
  on_all_cores((count + kExactColumns - 1) / kExactColumns, 1, [&](int64_t first, int64_t last) {
    for (auto part = first; part < last; ++part) {
      const auto begin = part * kExactColumns, length = std::min(kExactColumns, count - begin);
      const auto columns =
          std::span(points_).subspan(static_cast<size_t>(begin), static_cast<size_t>(length));
      auto sum = all.narrow(0, begin, length).zero_();
      for (size_t i = 0; i < rows.size(); i += kRowsBeside) {
        const auto some = std::min(kRowsBeside, rows.size() - i);
        const auto K = kernel_.exact(std::span(rows).subspan(i, some), columns);
        sum.addmv_(K.t(), weights.narrow(0, static_cast<int64_t>(i), static_cast<int64_t>(some)));
      }
    }
  });
  exact_weights_ = weights_;
}

/// With rows that are not in the cache.
void ActiveSet::add_computed(std::span<const int64_t> points, std::span<const double> by,
                             std::span<const int64_t> column_points) {
  if (points.empty()) return;
  const auto columns = kernel_.columns(column_points);
  std::vector<float> numbers(std::min(kRowsBeside, points.size()) * column_points.size());
  std::vector<float*> rows;
  for (size_t i = 0; i < std::min(kRowsBeside, points.size()); ++i)
    rows.push_back(numbers.data() + i * column_points.size());
  for (size_t first = 0; first < points.size(); first += kRowsBeside) {
    const auto count = std::min(kRowsBeside, points.size() - first);
    const auto some = std::span(rows).first(count);
    columns->rows(points.subspan(first, count), some);
    add(some, by.subspan(first, count), column_points);
  }
  rows_computed_ += static_cast<int64_t>(points.size());
}

}  // namespace spinlab::models
