#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace spinlab::models {

/// p(y = 1 | f) = 1 / (1 + exp(a f + b)) of a machine's values f.
struct Sigmoid {
  double a = 0, b = 0;
  double operator()(double f) const;
};

/// The likeliest for values f of labels y = ±1 that the machine was not fitted to, with Platt's smoothed
/// targets, by Newton's method [Platt 1999; Lin, Lin and Weng, Machine Learning 68 (2007) 267, algorithm 1].
Sigmoid fit_sigmoid(const std::vector<double>& f, const std::vector<double>& y);

/// Of classes the probabilities p (k) that agree best with those of all pairs, r (k, k), r_ij = p(i | i or j,
/// x): minimises Σ_i Σ_j≠i (r_ji p_i - r_ij p_j)², Σ p = 1 [Wu, Lin and Weng, JMLR 5 (2004) 975, second
/// approach]. r: (m, k, k) float64; returns (m, k).
at::Tensor coupled(const at::Tensor& r);

}  // namespace spinlab::models
