#include "models/solvers/svm/linear_panel.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <type_traits>
#include <vector>

#include "src/core/seed.h"

// Functions that are inlined in both versions return vectors.
#pragma GCC diagnostic ignored "-Wpsabi"

/// Compiled twice, of which the processor's is taken when the program starts.
#if defined(__x86_64__) && defined(__linux__)
#define SPINLAB_WITH_FMA __attribute__((target_clones("fma", "default")))
#else
#define SPINLAB_WITH_FMA
#endif
#define SPINLAB_INLINE __attribute__((always_inline)) inline

namespace spinlab::models {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// How many rows ahead memory is asked for, and in pieces of which size it comes.
constexpr int64_t kAhead = 3, kLine = 64;
/// Sums of which a row's product is made, so that no addition waits for the one before.
constexpr int kSums = 4;

/// Of a machine: the range of projected gradients of this sweep and the last, by which rows are shrunk.
struct Lane {
  double highest = -kInfinity, lowest = kInfinity;
  double shrink_above = kInfinity, shrink_below = -kInfinity;
  int64_t active = 0, sweeps = 0;
  bool is_done = false, has_converged = false;
};

/// The machines' numbers, `lanes` beside each other: w (d + 1 rows, the constant feature's last) and α (n
/// rows); and what belongs to a row: its square, upper bound and 1/2C.
struct Panel {
  int lanes = 0;
  double constant = 0;
  std::vector<double> w, alpha;
  struct Row {
    double square, upper, softness;
    /// Bit c: y is 1 for machine c; machine c still looks at the row.
    uint16_t positive = 0, active = 0;
  };
  std::vector<Row> row;
  std::vector<int32_t> order;
  std::array<Lane, kMostLanes> lane;
};

/// One coordinate's minimum [Hsieh et al., eqs. 8 and 9]. Returns by how much y α changes.
SPINLAB_INLINE double step(Panel& panel, int c, int64_t i, int64_t at, double product) {
  auto& lane = panel.lane[c];
  auto& alpha = panel.alpha[at];
  auto& row = panel.row[i];
  const auto y = row.positive >> c & 1 ? 1.0 : -1.0, upper = row.upper, softness = row.softness;
  const auto slope = y * product - 1 + alpha * softness;
  auto projected = slope;
  if (alpha == 0 && slope >= 0) {
    if (slope > lane.shrink_above) {
      row.active &= ~(1 << c);
      --lane.active;
      return 0;
    }
    projected = 0;
  } else if (alpha == upper && slope <= 0) {
    if (slope < lane.shrink_below) {
      row.active &= ~(1 << c);
      --lane.active;
      return 0;
    }
    projected = 0;
  }
  lane.highest = std::max(lane.highest, projected);
  lane.lowest = std::min(lane.lowest, projected);
  if (std::abs(projected) <= 1e-12) return 0;
  const auto curvature = row.square + softness;
  // A row of zeros moves no weight: its hinge is the bound's.
  const auto wanted = curvature > 0 ? alpha - slope / curvature : upper;
  const auto before = alpha;
  alpha = std::min(std::max(wanted, 0.0), upper);
  return (alpha - before) * y;
}

/// Four lanes as one number, or one; what the compilers do not find by themselves.
using Four = double __attribute__((vector_size(32)));
template <int lanes>
using Lanes = std::conditional_t<lanes == 1, double, Four>;

/// From and to memory that need not be aligned.
template <typename V>
SPINLAB_INLINE V load(const double* from) {
  V to;
  __builtin_memcpy(&to, from, sizeof to);
  return to;
}
template <typename V>
SPINLAB_INLINE void store(const V& from, double* to) {
  __builtin_memcpy(to, &from, sizeof from);
}

/// x_i · w of all lanes.
template <int lanes, typename Number>
SPINLAB_INLINE void multiply(const Number* x, const int32_t* columns, int64_t count, const double* w,
                             double* product) {
  using V = Lanes<lanes>;
  constexpr int kStep = sizeof(V) / sizeof(double), kParts = lanes / kStep;
  V sums[kSums][kParts] = {};
  const auto add_to = [&](int s, int64_t j) __attribute__((always_inline)) {
    const double value = x[j];
    const auto* here = w + static_cast<int64_t>(columns[j]) * lanes;
#pragma GCC unroll 3
    for (int c = 0; c < kParts; ++c) sums[s][c] += value * load<V>(here + c * kStep);
  };
  int64_t j = 0;
  for (; j + kSums <= count; j += kSums) {
#pragma GCC unroll 4
    for (int s = 0; s < kSums; ++s) add_to(s, j + s);
  }
  for (; j < count; ++j) add_to(0, j);
#pragma GCC unroll 3
  for (int c = 0; c < kParts; ++c)
    store((sums[0][c] + sums[1][c]) + (sums[2][c] + sums[3][c]), product + c * kStep);
}

template <int lanes, typename Number>
SPINLAB_INLINE void add(const Number* x, const int32_t* columns, int64_t count, const double* change,
                        double* w) {
  using V = Lanes<lanes>;
  constexpr int kStep = sizeof(V) / sizeof(double), kParts = lanes / kStep;
  V by[kParts];
#pragma GCC unroll 3
  for (int c = 0; c < kParts; ++c) by[c] = load<V>(change + c * kStep);
  for (int64_t j = 0; j < count; ++j) {
    const double value = x[j];
    auto* here = w + static_cast<int64_t>(columns[j]) * lanes;
#pragma GCC unroll 3
    for (int c = 0; c < kParts; ++c) store(load<V>(here + c * kStep) + value * by[c], here + c * kStep);
  }
}

template <typename Number>
SPINLAB_INLINE void fetch(const CompressedRows<Number>& rows, int64_t i) {
  const auto begin = rows.starts[i], end = rows.starts[i + 1];
  for (auto at = begin; at < end; at += kLine / static_cast<int64_t>(sizeof(Number)))
    __builtin_prefetch(rows.values + at);
  for (auto at = begin; at < end; at += kLine / static_cast<int64_t>(sizeof(int32_t)))
    __builtin_prefetch(rows.columns + at);
}

template <int lanes, typename Number>
SPINLAB_INLINE void sweep(const CompressedRows<Number>& rows, Panel& panel) {
  auto* constant_weights = panel.w.data() + rows.width * lanes;
  for (int64_t t = 0; t < rows.n; ++t) {
    if (t + 2 * kAhead < rows.n) __builtin_prefetch(&panel.row[panel.order[t + 2 * kAhead]]);
    if (t + 2 * kAhead < rows.n) __builtin_prefetch(&rows.starts[panel.order[t + 2 * kAhead]]);
    if (t + kAhead < rows.n && panel.row[panel.order[t + kAhead]].active) {
      const int64_t next = panel.order[t + kAhead];
      fetch(rows, next);
      for (int c = 0; c < lanes; c += kLine / 8) __builtin_prefetch(&panel.alpha[next * lanes + c]);
    }
    const int64_t i = panel.order[t];
    if (panel.row[i].active == 0) continue;
    const auto begin = rows.starts[i], count = rows.starts[i + 1] - begin;
    std::array<double, lanes> product, change{};
    multiply<lanes>(rows.values + begin, rows.columns + begin, count, panel.w.data(), product.data());
    bool moves = false;
    for (int c = 0; c < lanes; ++c) {
      if (!(panel.row[i].active >> c & 1)) continue;
      change[c] = step(panel, c, i, i * lanes + c, product[c] + panel.constant * constant_weights[c]);
      moves |= change[c] != 0;
    }
    if (!moves) continue;
    add<lanes>(rows.values + begin, rows.columns + begin, count, change.data(), panel.w.data());
    for (int c = 0; c < lanes; ++c) constant_weights[c] += panel.constant * change[c];
  }
}

// target_clones takes no templates.
#define SPINLAB_SWEEP(lanes)                                                                       \
  SPINLAB_WITH_FMA void sweep_##lanes(const CompressedRows<float>& rows, Panel& panel) {           \
    sweep<lanes>(rows, panel);                                                                     \
  }                                                                                                \
  SPINLAB_WITH_FMA void sweep_##lanes##_double(const CompressedRows<double>& rows, Panel& panel) { \
    sweep<lanes>(rows, panel);                                                                     \
  }
SPINLAB_SWEEP(1)
SPINLAB_SWEEP(4)
SPINLAB_SWEEP(8)
SPINLAB_SWEEP(12)
#undef SPINLAB_SWEEP

void run_sweep(const CompressedRows<float>& rows, Panel& panel) {
  const auto chosen = panel.lanes == 1   ? sweep_1
                      : panel.lanes == 4 ? sweep_4
                      : panel.lanes == 8 ? sweep_8
                                         : sweep_12;
  chosen(rows, panel);
}

void run_sweep(const CompressedRows<double>& rows, Panel& panel) {
  const auto chosen = panel.lanes == 1   ? sweep_1_double
                      : panel.lanes == 4 ? sweep_4_double
                      : panel.lanes == 8 ? sweep_8_double
                                         : sweep_12_double;
  chosen(rows, panel);
}

void look_at_all(Panel& panel, int c) {
  for (auto& row : panel.row) row.active |= 1 << c;
  panel.lane[c].active = static_cast<int64_t>(panel.row.size());
  panel.lane[c].shrink_above = kInfinity;
  panel.lane[c].shrink_below = -kInfinity;
}

void finish(Panel& panel, int c) {
  for (auto& row : panel.row) row.active &= ~(1 << c);
  panel.lane[c].is_done = true;
}

/// After a sweep: whether machine c is done, and what the next one shrinks [Hsieh et al., algorithm 3].
void conclude(Panel& panel, int c, double tolerance) {
  auto& lane = panel.lane[c];
  ++lane.sweeps;
  const auto highest = lane.highest, lowest = lane.lowest;
  lane.highest = -kInfinity;
  lane.lowest = kInfinity;
  if (highest - lowest <= tolerance || lane.active == 0) {
    if (lane.active < static_cast<int64_t>(panel.row.size())) return look_at_all(panel, c);
    lane.has_converged = true;
    return finish(panel, c);
  }
  lane.shrink_above = highest > 0 ? highest : kInfinity;
  lane.shrink_below = lowest < 0 ? lowest : -kInfinity;
}

void shuffle(std::vector<int32_t>& order, std::mt19937_64& engine) {
  for (auto left = order.size(); left > 1; --left) {
    const auto chosen = (engine() >> 32) * left >> 32;
    std::swap(order[left - 1], order[chosen]);
  }
}

std::vector<Panel::Row> rows_of(const at::Tensor& squares, const at::Tensor& Y, const at::Tensor& C,
                                bool is_squared) {
  std::vector<Panel::Row> rows(C.size(0));
  const auto *square = squares.const_data_ptr<double>(), *cost = C.const_data_ptr<double>();
  const auto labels = Y.contiguous();
  const auto* y = labels.const_data_ptr<double>();
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i] = {square[i], is_squared ? kInfinity : cost[i], is_squared ? 0.5 / cost[i] : 0};
    for (int c = 0; c < Y.size(1); ++c) rows[i].positive |= (*y++ > 0) << c;
  }
  return rows;
}

}  // namespace

template <typename Number>
void solve_panel(const CompressedRows<Number>& rows, const at::Tensor& squares, const at::Tensor& Y,
                 const at::Tensor& C, const LinearDualOptions& options, int64_t first, int64_t last,
                 LinearMachines& found) {
  const auto machines = static_cast<int>(last - first);
  const int lanes = machines == 1 ? 1 : (machines + 3) / 4 * 4;
  Panel panel;
  panel.lanes = lanes;
  panel.constant = options.constant;
  panel.w.resize((rows.width + 1) * lanes);
  panel.alpha.resize(rows.n * lanes);
  panel.row = rows_of(squares, Y.slice(1, first, last), C, options.loss == HingeLoss::kSquaredHinge);
  panel.order.resize(rows.n);
  std::iota(panel.order.begin(), panel.order.end(), 0);
  for (int c = 0; c < machines; ++c) look_at_all(panel, c);
  auto engine = make_engine(options.seed, "linear support vector machine");
  auto undone = machines;
  for (int64_t t = 0; t < options.max_sweeps && undone > 0; ++t) {
    shuffle(panel.order, engine);
    run_sweep(rows, panel);
    for (int c = 0; c < machines; ++c) {
      if (panel.lane[c].is_done) continue;
      conclude(panel, c, options.tolerance);
      undone -= panel.lane[c].is_done;
    }
  }
  const auto part = [&](const std::vector<double>& numbers) {
    return at::from_blob(const_cast<double*>(numbers.data()),
                         {static_cast<int64_t>(numbers.size()) / lanes, lanes}, at::kDouble)
        .narrow(1, 0, machines);
  };
  found.weights.slice(1, first, last).copy_(part(panel.w).slice(0, 0, rows.width));
  found.intercept.slice(0, first, last).copy_(part(panel.w)[rows.width] * options.constant);
  found.alpha.slice(1, first, last).copy_(part(panel.alpha));
  for (int c = 0; c < machines; ++c) {
    found.sweeps.data_ptr<int64_t>()[first + c] = panel.lane[c].sweeps;
    found.converged.data_ptr<bool>()[first + c] = panel.lane[c].has_converged;
  }
}

template void solve_panel(const CompressedRows<float>&, const at::Tensor&, const at::Tensor&,
                          const at::Tensor&, const LinearDualOptions&, int64_t, int64_t, LinearMachines&);
template void solve_panel(const CompressedRows<double>&, const at::Tensor&, const at::Tensor&,
                          const at::Tensor&, const LinearDualOptions&, int64_t, int64_t, LinearMachines&);

}  // namespace spinlab::models
