#pragma once

#include <ATen/core/Tensor.h>

#include "models/solvers/svm/linear_dual.h"

namespace spinlab::models {

/// The most machines that go through the rows together.
inline constexpr int64_t kMostLanes = 12;

template <typename Number>
struct CompressedRows {
  int64_t n, width;
  const int64_t* starts;
  const int32_t* columns;
  const Number* values;
};

/// Coordinate descent for the machines [first, last), at most kMostLanes: writes their columns of `found` but
/// for the objectives. squares: ‖x_i‖² with the constant feature's; Y: (n, k), C: (n).
template <typename Number>
void solve_panel(const CompressedRows<Number>& rows, const at::Tensor& squares, const at::Tensor& Y,
                 const at::Tensor& C, const LinearDualOptions& options, int64_t first, int64_t last,
                 LinearMachines& found);

}  // namespace spinlab::models
