#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <utility>
#include <vector>

namespace spinlab::theory {

/// Nodes and weights of Gauss and Legendre on [-1, 1], by the eigenvalues of Jacobi's matrix [Golub and
/// Welsch, Math. Comp. 23 (1969) 221].
std::pair<at::Tensor, at::Tensor> gauss_legendre(int64_t points);

/// Nodes z and weights that hold the standard normal's density: (1, N), or (n, N) where breaks of f(√q z) lie
/// elsewhere for every variance.
struct GaussianRule {
  at::Tensor nodes, weights;
};

/// In standard deviations: a panel's width to begin with, and how often it is halved at most.
inline constexpr double kWidestPanel = 0.5;
inline constexpr int kPanelHalvings = 4;

/// Whether one rule serves all variances: a break at 0 is where every rule has one.
bool share_a_rule(const std::vector<double>& breaks);

/// Gauss and Legendre's rule of 20 points on panels of a width, which reach to ±24 and end where √q z is one
/// of the breaks. q: (n), float64. Rules are shared, and not to be written to.
GaussianRule gaussian_rule(const at::Tensor& q, const std::vector<double>& breaks, double width);

/// Throws c10::ValueError where terms (n, N) of a sum over a rule's nodes do not fall off within ±20: the
/// mean, `what` in the message, diverges or nearly so.
void expect_decay(const at::Tensor& terms, const GaussianRule& rule, const at::Tensor& q, const char* what);

/// E f(u), u of mean 0 and variance q (number; 0 counts as 1e-24); f elementwise, float64, smooth between the
/// breaks. Panels are halved until the mean changes by less than the tolerance times E |f|. Throws
/// c10::ValueError, with the change, where four halvings do not do it, and as expect_decay does, with `what`.
double gaussian_mean(const std::function<at::Tensor(const at::Tensor&)>& f, double q, const char* what,
                     const std::vector<double>& breaks = {0}, double tolerance = 1e-13);

}  // namespace spinlab::theory
