#include "models/solvers/sparse_rows.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <c10/util/Exception.h>

#include <array>
#include <limits>

namespace spinlab::models {
namespace {

constexpr int64_t kSparse = 4;  // one number in so many

template <typename Number>
struct Rows {
  const int64_t* starts;
  const int32_t* columns;
  const Number* values;
};

/// into += rows times W; `width` columns, in registers, of narrow matrices whose rows are k numbers apart.
struct Product {
  template <int width, typename Number>
  static void add(const Rows<Number>& rows, int64_t first, int64_t last, int64_t k, const Number* W,
                  Number* into) {
    for (auto i = first; i < last; ++i, into += k) {
      std::array<Number, width> sum{};
      for (auto at = rows.starts[i]; at < rows.starts[i + 1]; ++at) {
        const auto x = rows.values[at];
        const auto* weights = W + rows.columns[at] * k;
        for (int c = 0; c < width; ++c) sum[c] += x * weights[c];
      }
      for (int c = 0; c < width; ++c) into[c] += sum[c];
    }
  }
};

/// into += rowsᵀ times E.
struct Transposed {
  template <int width, typename Number>
  static void add(const Rows<Number>& rows, int64_t first, int64_t last, int64_t k, const Number* E,
                  Number* into) {
    for (auto i = first; i < last; ++i, E += k) {
      std::array<Number, width> error;
      for (int c = 0; c < width; ++c) error[c] = E[c];
      for (auto at = rows.starts[i]; at < rows.starts[i + 1]; ++at) {
        const auto x = rows.values[at];
        auto* sum = into + rows.columns[at] * k;
        for (int c = 0; c < width; ++c) sum[c] += x * error[c];
      }
    }
  }
};

template <typename Number>
void fill(const at::Tensor& X, int64_t* starts, int32_t* columns, Number* values) {
  const auto* x = X.const_data_ptr<Number>();
  int64_t at = 0;
  for (int64_t i = 0; i < X.size(0); ++i, x += X.size(1)) {
    starts[i] = at;
    for (int64_t j = 0; j < X.size(1); ++j) {
      if (x[j] == 0) continue;
      columns[at] = static_cast<int32_t>(j);
      values[at++] = x[j];
    }
  }
  starts[X.size(0)] = at;
}

}  // namespace

std::optional<SparseRows> SparseRows::of(const at::Tensor& X) {
  if (X.count_nonzero().item<int64_t>() > X.numel() / kSparse) return {};
  if (X.size(1) > std::numeric_limits<int32_t>::max()) return {};
  return all_of(X);
}

SparseRows SparseRows::all_of(const at::Tensor& X) {
  TORCH_CHECK_VALUE(X.dim() == 2 && X.size(1) <= std::numeric_limits<int32_t>::max(),
                    "rows are (n, d) with d below 2^31, got ", X.sizes());
  const auto count = X.count_nonzero().item<int64_t>();
  const auto rows = X.contiguous();
  SparseRows sparse(at::empty({X.size(0) + 1}, at::kLong), at::empty({count}, at::kInt),
                    at::empty({count}, X.options()), X.size(1));
  AT_DISPATCH_FLOATING_TYPES(X.scalar_type(), "SparseRows", [&] {
    fill(rows, sparse.starts_.data_ptr<int64_t>(), sparse.columns_.data_ptr<int32_t>(),
         sparse.values_.data_ptr<scalar_t>());
  });
  return sparse;
}

SparseRows SparseRows::from_compressed(const at::Tensor& starts, const at::Tensor& columns,
                                       const at::Tensor& values, int64_t width) {
  TORCH_CHECK_VALUE(starts.dim() == 1 && starts.scalar_type() == at::kLong && starts.numel() > 0,
                    "starts must be (n + 1) in int64, got ", starts.scalar_type(), ' ', starts.sizes());
  TORCH_CHECK_VALUE(columns.dim() == 1 && columns.scalar_type() == at::kInt, "columns must be int32, got ",
                    columns.scalar_type(), ' ', columns.sizes());
  TORCH_CHECK_VALUE(values.is_floating_point() && values.sizes() == columns.sizes(),
                    "each column needs its value: columns ", columns.sizes(), ", values ", values.sizes());
  TORCH_CHECK_VALUE(starts[0].item<int64_t>() == 0 && starts[-1].item<int64_t>() == values.numel() &&
                        starts.diff().ge(0).all().item<bool>(),
                    "starts must rise from 0 to the number of values, ", values.numel());
  TORCH_CHECK_VALUE(
      columns.numel() == 0 || (columns.min().item<int32_t>() >= 0 && columns.max().item<int32_t>() < width),
      "a column is not in [0, ", width, ")");
  // A column is smaller than the one before at the starts of rows alone.
  auto is_wrong = columns.slice(0, 1).le(columns.slice(0, 0, -1));
  const auto inner = starts.masked_select(starts.gt(0).logical_and(starts.lt(values.numel())));
  if (inner.numel() > 0) is_wrong.index_fill_(0, inner - 1, false);
  TORCH_CHECK_VALUE(!is_wrong.any().item<bool>(),
                    "the columns of a row must rise: sort them, and add up those that are the same");
  TORCH_CHECK_VALUE(at::isfinite(values).all().item<bool>(),
                    "a value is not finite; mend or leave out the row");
  return {starts.contiguous(), columns.contiguous(), values.contiguous(), width};
}

at::Tensor SparseRows::squares() const {
  auto all = at::zeros({rows()}, at::kDouble);
  const auto* starts = starts_.const_data_ptr<int64_t>();
  auto* square = all.data_ptr<double>();
  AT_DISPATCH_FLOATING_TYPES(values_.scalar_type(), "SparseRows", [&] {
    const auto* values = values_.const_data_ptr<scalar_t>();
    for (int64_t i = 0; i < rows(); ++i) {
      for (auto at = starts[i]; at < starts[i + 1]; ++at)
        square[i] += static_cast<double>(values[at]) * static_cast<double>(values[at]);
    }
  });
  return all;
}

SparseRows SparseRows::to(at::ScalarType type) const { return {starts_, columns_, values_.to(type), width_}; }

SparseRows SparseRows::scaled(const at::Tensor& factors) const {
  const auto own = factors.to(values_.scalar_type());
  return {starts_, columns_, values_ * (own.numel() == 1 ? own : own.index_select(0, columns_)), width_};
}

SparseRows SparseRows::selected(const at::Tensor& numbers) const {
  const auto first = starts_.index_select(0, numbers), counts = starts_.index_select(0, numbers + 1) - first;
  const auto starts = at::cat({at::zeros({1}, at::kLong), counts.cumsum(0)});
  // Where a row begins here is its new start; from there on places follow each other.
  const auto places =
      at::arange(starts[-1].item<int64_t>()) + (first - starts.slice(0, 0, -1)).repeat_interleave(counts);
  return {starts, columns_.index_select(0, places), values_.index_select(0, places), width_};
}

template <typename Which>
void SparseRows::add(int64_t first, int64_t last, const at::Tensor& narrow, at::Tensor& into) const {
  TORCH_INTERNAL_ASSERT(narrow.size(1) % kPanel == 0 && narrow.is_contiguous() && into.is_contiguous());
  AT_DISPATCH_FLOATING_TYPES(narrow.scalar_type(), "SparseRows", [&] {
    const Rows<scalar_t> rows{starts_.const_data_ptr<int64_t>(), columns_.const_data_ptr<int32_t>(),
                              values_.const_data_ptr<scalar_t>()};
    const auto* from = narrow.const_data_ptr<scalar_t>();
    auto* sums = into.data_ptr<scalar_t>();
    const auto k = narrow.size(1);
    int64_t c = 0;
    for (; c + 2 * kPanel <= k; c += 2 * kPanel)
      Which::template add<2 * kPanel>(rows, first, last, k, from + c, sums + c);
    if (c < k) Which::template add<kPanel>(rows, first, last, k, from + c, sums + c);
  });
}

void SparseRows::add_product(int64_t first, int64_t last, const at::Tensor& W, at::Tensor& into) const {
  add<Product>(first, last, W, into);
}

void SparseRows::add_transposed(int64_t first, int64_t last, const at::Tensor& E, at::Tensor& into) const {
  add<Transposed>(first, last, E, into);
}

}  // namespace spinlab::models
