#include "infinite_width.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>
#include <utility>
#include <vector>

namespace infinite_width {

using torch::Tensor;

namespace {

constexpr double kPi = std::numbers::pi;

/// Given: variances of weights and biases.
[[maybe_unused]] void require_variances(double weight_variance, double bias_variance) {
  TORCH_CHECK_VALUE(weight_variance > 0 && bias_variance >= 0,
                    "expected weight_variance > 0 and bias_variance >= 0, got ", weight_variance, " and ",
                    bias_variance);
}

/// Given: K is a covariance matrix, as far as its shape and its diagonal tell.
[[maybe_unused]] void require_covariance(const Tensor& K) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1), "expected a matrix (n, n), got ", K.sizes());
  TORCH_CHECK_VALUE(K.diagonal().ge(0).all().item<bool>(), "a variance is below 0");
}

/// Given: K is a square matrix, with a row for each entry of y.
[[maybe_unused]] void require_observations(const Tensor& K, const Tensor& y) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && y.dim() == 1 && y.size(0) == K.size(0),
                    "expected a matrix (n, n) and a vector (n), got ", K.sizes(), " and ", y.sizes());
}

/// Given: the first n rows of A, or the others, and of these the first n columns or the others.
[[maybe_unused]] Tensor block(const Tensor& A, int64_t n, bool new_rows, bool new_columns) {
  const auto rows = new_rows ? A.slice(0, n) : A.slice(0, 0, n);
  return new_columns ? rows.slice(1, n) : rows.slice(1, 0, n);
}

/// Given: the shapes of points and of a network with one hidden layer.
[[maybe_unused]] void require_network(const Tensor& X, const Tensor& W, const Tensor& v) {
  TORCH_CHECK_VALUE(X.dim() == 2 && W.dim() == 2 && v.dim() == 1 && W.size(1) == X.size(1) &&
                        v.size(0) == W.size(0),
                    "expected X (n, d), W (N, d) and a vector (N), got ", X.sizes(), ", ", W.sizes(), " and ",
                    v.sizes());
}

/// Given: what torch::randn({n, d}, seeded(seed), torch::kFloat64) draws, the seed alone decides.
[[maybe_unused]] torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

}  // namespace

Tensor bump_network(const Elementwise& f, double left, double right, int64_t cells, const Tensor& x) {
  // BEGIN SOLUTION bump_network: torch::linspace makes the edges; x.unsqueeze(1) against a row compares all pairs
  TORCH_CHECK_VALUE(x.dim() == 1, "expected a vector x, got ", x.sizes());
  TORCH_CHECK_VALUE(left < right && cells >= 1, "expected left < right and at least one cell, got ", left, ", ",
                    right, " and ", cells);
  const auto edges = torch::linspace(left, right, cells + 1, torch::kFloat64);
  const auto a = edges.slice(0, 0, cells), b = edges.slice(0, 1);
  const auto steps = x.unsqueeze(1).ge(edges).to(torch::kFloat64);  // (n, cells + 1)
  const auto bumps = steps.slice(1, 0, cells) - steps.slice(1, 1);
  return bumps.matmul(f((a + b) / 2));
  // END SOLUTION
}

int64_t bumps_needed(double slope, double length, double error) {
  // BEGIN SOLUTION bumps_needed: how far is the farthest x from the middle of its cell?
  TORCH_CHECK_VALUE(slope >= 0 && length > 0 && error > 0, "expected slope >= 0, length > 0 and error > 0, got ",
                    slope, ", ", length, " and ", error);
  return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(slope * length / (2 * error))));
  // END SOLUTION
}

Tensor preactivations(const Tensor& X, const Tensor& W, const Tensor& b, double weight_variance,
                      double bias_variance) {
  // BEGIN SOLUTION preactivations: X.matmul(W.t()) is (n, N), and b is added to each of its rows
  require_variances(weight_variance, bias_variance);
  require_network(X, W, b);
  const auto d = static_cast<double>(X.size(1));
  return std::sqrt(weight_variance / d) * X.matmul(W.t()) + std::sqrt(bias_variance) * b;
  // END SOLUTION
}

Tensor random_networks(const Tensor& X, int64_t width, int64_t networks, double weight_variance,
                       double bias_variance, int64_t seed) {
  // BEGIN SOLUTION random_networks: each network has its own weights, and all points go through the same ones
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2, "expected points (n, d), got ", X.sizes());
  TORCH_CHECK_VALUE(width >= 1 && networks >= 1, "expected a width and a number of networks above 0, got ", width,
                    " and ", networks);
  auto generator = seeded(seed);
  const auto draw = [&](at::IntArrayRef shape) { return torch::randn(shape, generator, torch::kFloat64); };
  const auto W = draw({networks, width, X.size(1)}), b = draw({networks, width, 1});
  const auto v = draw({networks, width, 1}), beta = draw({networks, 1});
  const auto z = std::sqrt(weight_variance / static_cast<double>(X.size(1))) * W.matmul(X.t()) +
                 std::sqrt(bias_variance) * b;  // (networks, N, n)
  const auto sums = (v * z.clamp_min(0)).sum(1);
  return std::sqrt(weight_variance / static_cast<double>(width)) * sums + std::sqrt(bias_variance) * beta;
  // END SOLUTION
}

double excess_kurtosis(double second, double fourth, int64_t width) {
  // BEGIN SOLUTION excess_kurtosis: fourth cumulants of independent summands add
  TORCH_CHECK_VALUE(width >= 1 && second > 0 && fourth >= second * second,
                    "expected a width above 0, second > 0 and fourth >= second², got ", width, ", ", second, " and ",
                    fourth);
  return 3 * (fourth / (second * second) - 1) / static_cast<double>(width);
  // END SOLUTION
}

Quadrature gauss_hermite(int64_t order) {
  // BEGIN SOLUTION gauss_hermite: eigenvalues of a tridiagonal matrix
  TORCH_CHECK_VALUE(order >= 1 && order <= 150, "expected an order from 1 to 150, got ", order);
  const auto beside = torch::arange(1, order, torch::kFloat64).sqrt();
  const auto nodes = torch::linalg_eigvalsh(torch::diag(beside, 1) + torch::diag(beside, -1));
  auto before = torch::zeros_like(nodes), h = torch::ones_like(nodes), sum = torch::ones_like(nodes);
  for (int64_t k = 1; k < order; ++k) {  // all digits of the small weights, which eigenvectors do not have
    const auto next = (nodes * h - std::sqrt(k - 1.0) * before) / std::sqrt(static_cast<double>(k));
    before = h;
    h = next;
    sum += h.square();
  }
  return {nodes, 1 / sum};
  // END SOLUTION
}

double gaussian_mean(const Elementwise& phi, double variance, int64_t order) {
  // BEGIN SOLUTION gaussian_mean
  TORCH_CHECK_VALUE(variance >= 0, "a variance must not be negative, got ", variance);
  const auto [nodes, weights] = gauss_hermite(order);
  return phi(std::sqrt(variance) * nodes).dot(weights).item<double>();
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// √(K_ii K_jj), and the correlations in [−1, 1], 1 on the diagonal, 0 where a variance is 0.
std::pair<Tensor, Tensor> scales_and_correlations(const Tensor& K) {
  require_covariance(K);
  const auto deviation = K.diagonal().sqrt();
  const auto scale = deviation.unsqueeze(1) * deviation;
  auto c = torch::where(scale > 0, K / scale, 0.0).clamp(-1, 1);
  c.diagonal().copy_((deviation > 0).to(torch::kFloat64));
  return {scale, (c + c.t()) / 2};
}

}  // namespace
// END SOLUTION

Tensor relu_dual(const Tensor& K) {
  // BEGIN SOLUTION relu_dual: √(1 − c²) of a correlation of 1 + 10⁻¹⁶ is NaN
  const auto [scale, c] = scales_and_correlations(K);
  const auto sine = ((1 - c) * (1 + c)).sqrt();
  return scale * (sine + (kPi - torch::acos(c)) * c) / (2 * kPi);
  // END SOLUTION
}

Tensor erf_dual(const Tensor& K) {
  // BEGIN SOLUTION erf_dual: an arcsine, with 1 + 2 K_ii under the root
  require_covariance(K);
  const auto norm = (1 + 2 * K.diagonal()).sqrt();
  return 2 / kPi * torch::asin((2 * K / (norm.unsqueeze(1) * norm)).clamp(-1, 1));
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// E φ(u) φ(v) of one pair with variances q, r and correlation c.
double pair_mean(const Elementwise& phi, double q, double r, double c, const Quadrature& rule) {
  const auto u = phi(std::sqrt(q) * rule.nodes);
  const auto beside = std::sqrt(std::max(0.0, 1 - c * c));
  const auto v = phi(std::sqrt(r) * (c * rule.nodes.unsqueeze(1) + beside * rule.nodes));
  return (u * rule.weights).dot(v.matmul(rule.weights)).item<double>();
}

}  // namespace
// END SOLUTION

Tensor dual(const Elementwise& phi, const Tensor& K, int64_t order) {
  // BEGIN SOLUTION dual: one pair at a time
  const auto c = scales_and_correlations(K).second;
  const auto rule = gauss_hermite(order);
  auto E = torch::empty_like(K);
  for (int64_t i = 0; i < K.size(0); ++i) {
    for (int64_t j = 0; j <= i; ++j) {
      const auto at = [](const Tensor& A, int64_t row, int64_t column) { return A[row][column].item<double>(); };
      E[i][j] = pair_mean(phi, at(K, i, i), at(K, j, j), at(c, i, j), rule);
      E[j][i] = E[i][j];
    }
  }
  return E;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// K⁰, the covariance of what the first layer makes of the points.
Tensor first_covariance(const Tensor& X, int64_t depth, double weight_variance, double bias_variance) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2, "expected points (n, d), got ", X.sizes());
  TORCH_CHECK_VALUE(depth >= 0, "the depth must not be negative, got ", depth);
  return bias_variance + weight_variance * X.matmul(X.t()) / X.size(1);
}

}  // namespace
// END SOLUTION

Tensor nngp(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual) {
  // BEGIN SOLUTION nngp
  auto K = first_covariance(X, depth, weight_variance, bias_variance);
  for (int64_t layer = 0; layer < depth; ++layer) K = bias_variance + weight_variance * dual(K);
  return K;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// The lower triangular L with LLᵀ = K + noise 1.
Tensor factor(const Tensor& K, const Tensor& y, double noise) {
  require_observations(K, y);
  TORCH_CHECK_VALUE(noise >= 0, "the noise must not be negative, got ", noise);
  const auto [L, info] = torch::linalg_cholesky_ex(K + noise * torch::eye(K.size(0), K.options()));
  TORCH_CHECK_VALUE(info.item<int64_t>() == 0, "the matrix is not positive definite");
  return L;
}

/// L⁻¹ b, for a matrix b.
Tensor substitute(const Tensor& L, const Tensor& b) { return torch::linalg_solve_triangular(L, b, /*upper=*/false); }

Tensor symmetric(const Tensor& A) { return (A + A.t()) / 2; }

}  // namespace
// END SOLUTION

Beliefs posterior(const Tensor& K, const Tensor& cross, const Tensor& prior, const Tensor& y, double noise) {
  // BEGIN SOLUTION posterior: with A = L⁻¹ crossᵀ both are products
  TORCH_CHECK_VALUE(cross.dim() == 2 && cross.size(1) == y.size(0) && prior.dim() == 2 &&
                        prior.size(0) == cross.size(0) && prior.size(1) == cross.size(0),
                    "expected cross (m, n) and prior (m, m), got ", cross.sizes(), " and ", prior.sizes());
  const auto L = factor(K, y, noise);
  const auto A = substitute(L, cross.t());
  return {A.t().matmul(substitute(L, y.unsqueeze(1))).squeeze(1), prior - A.t().matmul(A)};
  // END SOLUTION
}

double log_evidence(const Tensor& K, const Tensor& y, double noise) {
  // BEGIN SOLUTION log_evidence: ln det is a sum of logarithms
  const auto L = factor(K, y, noise);
  const double quadratic = substitute(L, y.unsqueeze(1)).square().sum().item<double>();
  const double log_root = L.diagonal().log().sum().item<double>();
  return -quadratic / 2 - log_root - static_cast<double>(y.size(0)) / 2 * std::log(2 * kPi);
  // END SOLUTION
}

Tensor relu_derivative_dual(const Tensor& K) {
  // BEGIN SOLUTION relu_derivative_dual
  const auto [scale, c] = scales_and_correlations(K);
  return torch::where(scale > 0, (kPi - torch::acos(c)) / (2 * kPi), 0.0);
  // END SOLUTION
}

Tensor erf_derivative_dual(const Tensor& K) {
  // BEGIN SOLUTION erf_derivative_dual: 4/π times the mean of exp(−u² − v²), a Gaussian integral
  require_covariance(K);
  const auto q = K.diagonal(), column = q.unsqueeze(1);
  return 4 / kPi / (1 + 2 * (column + q) + 4 * (column * q - K.square())).sqrt();
  // END SOLUTION
}

Tensor ntk(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual,
           const Dual& derivative_dual) {
  // BEGIN SOLUTION ntk: both kernels go up together
  auto K = first_covariance(X, depth, weight_variance, bias_variance);
  auto theta = K;
  for (int64_t layer = 0; layer < depth; ++layer) {
    const auto slopes = derivative_dual(K);
    K = bias_variance + weight_variance * dual(K);
    theta = K + weight_variance * slopes * theta;
  }
  return theta;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// w_a·x_i/√d, (n, N).
Tensor hidden(const Tensor& X, const Tensor& W) {
  return X.matmul(W.t()) / std::sqrt(static_cast<double>(X.size(1)));
}

/// erf'
Tensor slope_of_erf(const Tensor& z) { return 2 / std::sqrt(kPi) * torch::exp(-z.square()); }

double width_of(const Tensor& v) { return static_cast<double>(v.size(0)); }

}  // namespace
// END SOLUTION

Tensor network(const Tensor& X, const Tensor& W, const Tensor& v) {
  // BEGIN SOLUTION network
  require_network(X, W, v);
  return torch::erf(hidden(X, W)).matmul(v) / std::sqrt(width_of(v));
  // END SOLUTION
}

Tensor tangent_kernel(const Tensor& X, const Tensor& Z, const Tensor& W, const Tensor& v) {
  // BEGIN SOLUTION tangent_kernel: the sum over W's gradients is a product of two sums
  require_network(X, W, v);
  require_network(Z, W, v);
  const auto x = hidden(X, W), z = hidden(Z, W);
  const auto of_v = torch::erf(x).matmul(torch::erf(z).t());
  const auto of_W = (v.square() * slope_of_erf(x)).matmul(slope_of_erf(z).t());
  return (of_v + of_W * X.matmul(Z.t()) / X.size(1)) / width_of(v);
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

struct Modes {
  Tensor rates, vectors;
};

/// The eigenvectors of K and how fast each is learnt; rounding moves none.
Modes modes_of(const Tensor& K, const Tensor& residual) {
  require_observations(K, residual);
  const auto [eigenvalues, vectors] = torch::linalg_eigh(K);
  const auto least = eigenvalues.max() * static_cast<double>(K.size(0)) * std::numeric_limits<double>::epsilon();
  return {torch::where(eigenvalues > least, eigenvalues, 0.0), vectors};
}

}  // namespace
// END SOLUTION

Tensor flow(const Tensor& K, const Tensor& cross, const Tensor& y, const Tensor& f, const Tensor& g, double time) {
  // BEGIN SOLUTION flow: in the eigenvectors of K each component falls by itself
  TORCH_CHECK_VALUE(time >= 0, "the time must not be negative, got ", time);
  TORCH_CHECK_VALUE(y.sizes() == f.sizes() && cross.dim() == 2 && cross.size(1) == y.size(0) && g.dim() == 1 &&
                        g.size(0) == cross.size(0),
                    "expected cross (m, n), y and f (n) and g (m), got ", cross.sizes(), ", ", y.sizes(), ", ",
                    f.sizes(), " and ", g.sizes());
  const auto [rates, V] = modes_of(K, y);
  const auto learnt = torch::where(rates > 0, -torch::expm1(-rates * time) / rates, 0.0);
  return g - cross.matmul(V.matmul(learnt * V.t().matmul(f - y)));
  // END SOLUTION
}

Tensor loss_curve(const Tensor& K, const Tensor& residual, const Tensor& times) {
  // BEGIN SOLUTION loss_curve
  TORCH_CHECK_VALUE(times.dim() == 1 && times.ge(0).all().item<bool>(),
                    "expected a vector of times that are not negative, got ", times.sizes());
  const auto [rates, V] = modes_of(K, residual);
  const auto moved = torch::where(rates > 0, rates * times.unsqueeze(1), 0.0);  // 0 · ∞ is NaN
  return torch::exp(-2 * moved).matmul(V.t().matmul(residual).square()) / 2;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

void require_training(const Tensor& X, const Tensor& y, double rate, int64_t steps) {
  TORCH_CHECK_VALUE(y.dim() == 1 && y.size(0) == X.size(0), "expected a target for each point, got ", X.sizes(),
                    " and ", y.sizes());
  TORCH_CHECK_VALUE(rate > 0 && steps >= 0, "expected a rate above 0 and steps of 0 or more, got ", rate, " and ",
                    steps);
}

}  // namespace
// END SOLUTION

Tensor train_network(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                     int64_t steps) {
  // BEGIN SOLUTION train_network: both gradients first, then both steps
  require_network(X, W, v);
  require_training(X, y, rate, steps);
  auto first = W, second = v;
  const double root = std::sqrt(width_of(v)), root_d = std::sqrt(static_cast<double>(X.size(1)));
  std::vector<Tensor> outputs{network(X, W, v)};
  for (int64_t t = 0; t < steps; ++t) {
    const auto z = hidden(X, first);
    const auto pull = ((outputs.back() - y) / root).unsqueeze(1);  // (n, 1)
    const auto to_second = (pull * torch::erf(z)).sum(0);
    const auto to_first = (pull * slope_of_erf(z) * second).t().matmul(X) / root_d;
    first = first - rate * to_first;
    second = second - rate * to_second;
    outputs.push_back(network(X, first, second));
  }
  return torch::stack(outputs);
  // END SOLUTION
}

Tensor train_linearised(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                        int64_t steps) {
  // BEGIN SOLUTION train_linearised: the parameters need not be known
  require_network(X, W, v);
  require_training(X, y, rate, steps);
  const auto theta = tangent_kernel(X, X, W, v);
  std::vector<Tensor> outputs{network(X, W, v)};
  for (int64_t t = 0; t < steps; ++t) outputs.push_back(outputs.back() - rate * theta.matmul(outputs.back() - y));
  return torch::stack(outputs);
  // END SOLUTION
}

Beliefs trained_ensemble(const Tensor& nngp, const Tensor& tangent, const Tensor& y) {
  // BEGIN SOLUTION trained_ensemble: an output after training is linear in the outputs before it
  TORCH_CHECK_VALUE(nngp.dim() == 2 && nngp.size(0) == nngp.size(1) && tangent.sizes() == nngp.sizes() &&
                        y.dim() == 1 && y.size(0) <= nngp.size(0),
                    "expected two matrices (n + m, n + m) and a vector (n), got ", nngp.sizes(), ", ",
                    tangent.sizes(), " and ", y.sizes());
  const auto n = y.size(0);
  const auto L = factor(block(tangent, n, false, false), y, 0);
  const auto half = substitute(L, block(tangent, n, false, true));
  const auto B = torch::linalg_solve_triangular(L.t(), half, /*upper=*/true).t();  // Θ_* Θ⁻¹
  const auto mixed = B.matmul(block(nngp, n, false, true));
  const auto covariance =
      block(nngp, n, true, true) - mixed - mixed.t() + B.matmul(block(nngp, n, false, false)).matmul(B.t());
  return {B.matmul(y), symmetric(covariance)};
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// Trapezoidal rule for a standard normal z: it converges exponentially, and poles of φ beside the real axis do it
/// less harm than they do to Gauss's rule.
Quadrature trapezoidal() {
  const auto z = torch::linspace(-8.5, 8.5, 171, torch::kFloat64);
  return {z, torch::exp(-z.square() / 2) * 0.1 / std::sqrt(2 * kPi)};
}

double mean_square(const Elementwise& phi, double variance) {
  const auto rule = trapezoidal();
  return phi(std::sqrt(variance) * rule.nodes).square().dot(rule.weights).item<double>();
}

/// The root of a function that is positive at `low` and negative at `high`.
double bisect(const std::function<double(double)>& function, double low, double high) {
  for (int step = 0; step < 200 && high - low > 1e-13 * high; ++step) {
    const double middle = (low + high) / 2;
    (function(middle) > 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

/// The q* above 0: q ↦ σ_b² + σ_w² E φ² is concave, so it is above q before q* and below behind.
double fixed_variance(const Elementwise& phi, double weight_variance, double bias_variance) {
  const auto gain = [&](double q) { return bias_variance + weight_variance * mean_square(phi, q) - q; };
  double high = 1;
  while (gain(high) > 0) high *= 2;
  double low = high;
  while (low > 1e-12 && gain(low) <= 0) low /= 2;
  TORCH_CHECK_VALUE(gain(low) > 0, "the variance falls to 0: no bias and weights too weak");
  return bisect(gain, low, high);
}

}  // namespace
// END SOLUTION

Signal layer_map(const Elementwise& phi, const Signal& before, double weight_variance, double bias_variance) {
  // BEGIN SOLUTION layer_map
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(before.variance > 0 && std::abs(before.correlation) <= 1,
                    "expected a variance above 0 and a correlation in [-1, 1], got ", before.variance, " and ",
                    before.correlation);
  const double q = before.variance;
  const double variance = bias_variance + weight_variance * mean_square(phi, q);
  TORCH_CHECK_VALUE(variance > 0, "nothing is left of the inputs");
  const double mean = pair_mean(phi, q, q, before.correlation, trapezoidal());
  return {variance, std::clamp((bias_variance + weight_variance * mean) / variance, -1.0, 1.0)};
  // END SOLUTION
}

FixedPoint fixed_point(const Elementwise& phi, const Elementwise& derivative, double weight_variance,
                       double bias_variance) {
  // BEGIN SOLUTION fixed_point: c* is below the place where the map's slope is 1
  require_variances(weight_variance, bias_variance);
  const double q = fixed_variance(phi, weight_variance, bias_variance);
  const double chi = weight_variance * mean_square(derivative, q);
  const auto rule = trapezoidal();
  double c = 1, slope = chi;
  if (chi > 1) {  // Newton from 0: the map is convex, so no step passes c*
    c = 0;
    for (int step = 0; step < 60; ++step) {
      slope = weight_variance * pair_mean(derivative, q, q, c, rule);
      const double image = (bias_variance + weight_variance * pair_mean(phi, q, q, c, rule)) / q;
      const double move = (image - c) / (1 - slope);
      c += move;
      if (std::abs(move) < 1e-11) break;
    }
  }
  const double depth = std::abs(chi - 1) <= 1e-9 ? std::numeric_limits<double>::infinity() : -1 / std::log(slope);
  return {q, chi, c, depth};
  // END SOLUTION
}

double critical_weight_variance(const Elementwise& phi, const Elementwise& derivative, double bias_variance) {
  // BEGIN SOLUTION critical_weight_variance: go along the line by q*, not by the variances
  TORCH_CHECK_VALUE(bias_variance > 0, "expected bias_variance > 0, got ", bias_variance);
  const auto excess = [&](double q) {
    return bias_variance - (q - mean_square(phi, q) / mean_square(derivative, q));
  };
  double high = 1, low = 1;
  while (excess(high) > 0) high *= 2;
  while (excess(low) <= 0) low /= 2;
  return 1 / mean_square(derivative, bisect(excess, low, high));
  // END SOLUTION
}

Tensor classify_digits(const Tensor& images, const Tensor& labels, const Tensor& queries) {
  // BEGIN SOLUTION classify_digits: regression on 1 for the digit and 0 for others, all ten at once
  TORCH_CHECK_VALUE(images.dim() == 2 && queries.dim() == 2 && queries.size(1) == images.size(1) &&
                        labels.dim() == 1 && labels.size(0) == images.size(0),
                    "expected images (n, 784), labels (n) and queries (m, 784), got ", images.sizes(), ", ",
                    labels.sizes(), " and ", queries.sizes());
  TORCH_CHECK_VALUE(labels.ge(0).logical_and(labels.le(9)).all().item<bool>(), "labels are 0 to 9");
  const auto n = images.size(0);
  const auto points = torch::cat({images, queries}) - images.mean(0);
  const auto lengths = torch::linalg_vector_norm(points, 2, 1, /*keepdim=*/true).clamp_min(1e-12);
  const double size = std::sqrt(static_cast<double>(points.size(1)));
  const auto K = nngp(size * points / lengths, 3, 2, 0.1, relu_dual);
  const auto observed = K.slice(0, 0, n).slice(1, 0, n);
  const auto targets = labels.unsqueeze(1).eq(torch::arange(10)).to(torch::kFloat64) - 0.1;
  const auto L = factor(observed, labels, 1e-3 * observed.diagonal().mean().item<double>());
  const auto alpha = torch::linalg_solve_triangular(L.t(), substitute(L, targets), /*upper=*/true);
  return K.slice(0, n).slice(1, 0, n).matmul(alpha).argmax(1);
  // END SOLUTION
}

}  // namespace infinite_width
