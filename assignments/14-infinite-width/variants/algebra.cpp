#include "infinite_width.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>
#include <utility>
#include <vector>

// Other formulas for the same things: half angles, LDLᵀ, Hermite series, Jacobians, secants.
namespace infinite_width {

using torch::Tensor;

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kInf = std::numeric_limits<double>::infinity();

/// Given: variances of weights and biases.
void require_variances(double weight_variance, double bias_variance) {
  TORCH_CHECK_VALUE(weight_variance > 0 && bias_variance >= 0,
                    "expected weight_variance > 0 and bias_variance >= 0, got ", weight_variance, " and ",
                    bias_variance);
}

/// Given: K is a covariance matrix, as far as its shape and its diagonal tell.
void require_covariance(const Tensor& K) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1), "expected a matrix (n, n), got ", K.sizes());
  TORCH_CHECK_VALUE(K.diagonal().ge(0).all().item<bool>(), "a variance is below 0");
}

/// Given: the shapes of points and of a network with one hidden layer.
void require_network(const Tensor& X, const Tensor& W, const Tensor& v) {
  TORCH_CHECK_VALUE(X.dim() == 2 && W.dim() == 2 && v.dim() == 1 && W.size(1) == X.size(1) &&
                        v.size(0) == W.size(0),
                    "expected X (n, d), W (N, d) and a vector (N), got ", X.sizes(), ", ", W.sizes(), " and ",
                    v.sizes());
}

/// Given: what torch::randn({n, d}, seeded(seed), torch::kFloat64) draws, the seed alone decides.
torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

/// Standard deviations as products, and √(qr) − K, √(qr) + K, neither below 0, the first 0 on the diagonal.
struct Pairs {
  Tensor scale, apart, together;
};

Pairs pairs(const Tensor& K) {
  const Tensor s = K.diagonal().sqrt(), scale = torch::outer(s, s);
  Tensor apart = (scale - K).clamp_min(0), together = (scale + K).clamp_min(0);
  apart.fill_diagonal_(0);
  return {scale, apart, together};
}

/// A = L D Lᵀ with ones on L's diagonal; throws where a D is not above 0.
std::pair<Tensor, Tensor> ldl(const Tensor& matrix) {
  const int64_t n = matrix.size(0);
  Tensor A = matrix.clone(), L = torch::eye(n, torch::kFloat64), D = torch::empty({n}, torch::kFloat64);
  for (int64_t k = 0; k < n; ++k) {
    const double pivot = A[k][k].item<double>();
    TORCH_CHECK_VALUE(pivot > 0, "expected a positive definite matrix, got the pivot ", pivot);
    D[k] = pivot;
    const Tensor column = A.slice(0, k + 1).select(1, k) / pivot;
    L.slice(0, k + 1).select(1, k).copy_(column);
    A.slice(0, k + 1).slice(1, k + 1).sub_(torch::outer(column, column) * pivot);
  }
  return {L, D};
}

/// L⁻¹ B, ones on L's diagonal.
Tensor down(const Tensor& L, const Tensor& B) {
  return torch::linalg_solve_triangular(L, B, /*upper=*/false, /*left=*/true, /*unitriangular=*/true);
}

Tensor up(const Tensor& L, const Tensor& B) {
  return torch::linalg_solve_triangular(L.t(), B, /*upper=*/true, /*left=*/true, /*unitriangular=*/true);
}

}  // namespace

Tensor bump_network(const Elementwise& f, double left, double right, int64_t cells, const Tensor& x) {
  TORCH_CHECK_VALUE(x.dim() == 1, "expected a vector, got ", x.sizes());
  TORCH_CHECK_VALUE(left < right && cells >= 1, "expected left < right and at least one cell, got ", left, ", ",
                    right, ", ", cells);
  const Tensor edges = torch::linspace(left, right, cells + 1, torch::kFloat64);
  const double h = (right - left) / static_cast<double>(cells);
  const Tensor heights = f(left + h * (torch::arange(cells, torch::kFloat64) + 0.5));
  const Tensor none = torch::zeros({1}, torch::kFloat64);
  // how many edges lie at or below x: 0 is left of all cells, cells + 1 right of all
  const Tensor passed = torch::bucketize(x.contiguous(), edges, /*out_int32=*/false, /*right=*/true);
  return torch::cat({none, heights, none}).index_select(0, passed);
}

int64_t bumps_needed(double slope, double length, double error) {
  TORCH_CHECK_VALUE(slope >= 0 && length > 0 && error > 0, "expected slope >= 0, length > 0, error > 0, got ",
                    slope, ", ", length, ", ", error);
  return std::max<int64_t>(1, std::llround(std::ceil(0.5 * slope * length / error)));
}

Tensor preactivations(const Tensor& X, const Tensor& W, const Tensor& b, double weight_variance,
                      double bias_variance) {
  require_variances(weight_variance, bias_variance);
  require_network(X, W, b);
  // biases as weights of one more coordinate
  const Tensor one = torch::ones({X.size(0), 1}, torch::kFloat64);
  const Tensor inputs = torch::cat({std::sqrt(weight_variance / static_cast<double>(X.size(1))) * X,
                                    std::sqrt(bias_variance) * one}, 1);
  return torch::cat({W, b.unsqueeze(1)}, 1).matmul(inputs.t()).t();
}

Tensor random_networks(const Tensor& X, int64_t width, int64_t networks, double weight_variance,
                       double bias_variance, int64_t seed) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2 && width >= 1 && networks >= 1, "expected a matrix, a width and a number of "
                    "networks >= 1, got ", X.sizes(), ", ", width, " and ", networks);
  auto generator = seeded(seed);
  Tensor out = torch::empty({networks, X.size(0)}, torch::kFloat64);
  for (int64_t r = 0; r < networks; ++r) {
    const Tensor W = torch::randn({width, X.size(1)}, generator, torch::kFloat64);
    const Tensor rest = torch::randn({2 * width + 1}, generator, torch::kFloat64);
    const Tensor z = preactivations(X, W, rest.slice(0, 0, width), weight_variance, bias_variance);
    const Tensor f = z.clamp_min(0).mv(rest.slice(0, width, 2 * width));
    out[r].copy_(std::sqrt(weight_variance / static_cast<double>(width)) * f +
                 std::sqrt(bias_variance) * rest[2 * width]);
  }
  return out;
}

double excess_kurtosis(double second, double fourth, int64_t width) {
  TORCH_CHECK_VALUE(width >= 1 && second > 0 && fourth >= second * second,
                    "expected width >= 1 and moments of a random number, got ", width, ", ", second, ", ", fourth);
  // E f⁴ = 3 (N E φ⁴ + N (N − 1) (E φ²)²)/N², and 3 (E φ²)² of it are those of a Gaussian
  const double beyond = 3 * (fourth - second * second) / static_cast<double>(width);
  return beyond / (second * second);
}

namespace {

/// h_n and h_{n−1} at z.
std::pair<double, double> hermite(int64_t n, double z) {
  double before = 0, h = 1;
  for (int64_t k = 0; k < n; ++k) {
    const double next = (z * h - std::sqrt(static_cast<double>(k)) * before) / std::sqrt(k + 1.0);
    before = h;
    h = next;
  }
  return {h, before};
}

}  // namespace

Quadrature gauss_hermite(int64_t order) {
  TORCH_CHECK_VALUE(order >= 1 && order <= 150, "expected an order in 1 ... 150, got ", order);
  Tensor J = torch::zeros({order, order}, torch::kFloat64);
  for (int64_t k = 1; k < order; ++k) J[k][k - 1] = std::sqrt(static_cast<double>(k));  // eigh reads below
  Tensor nodes = std::get<0>(torch::linalg_eigh(J)).clone(), weights = torch::empty_like(nodes);
  auto z = nodes.accessor<double, 1>(), w = weights.accessor<double, 1>();
  const double n = static_cast<double>(order);
  for (int64_t k = 0; k < order; ++k) {
    for (int polish = 0; polish < 2; ++polish) {
      const auto [value, below] = hermite(order, z[k]);
      z[k] -= value / (std::sqrt(n) * below);  // h_n' = √n h_{n−1}
    }
    const double below = hermite(order, z[k]).second;
    w[k] = 1 / (n * below * below);
  }
  return {nodes, weights};
}

double gaussian_mean(const Elementwise& phi, double variance, int64_t order) {
  TORCH_CHECK_VALUE(variance >= 0, "expected a variance >= 0, got ", variance);
  const auto rule = gauss_hermite(order);
  return (rule.weights * phi(std::sqrt(variance) * rule.nodes)).sum().item<double>();
}

Tensor relu_dual(const Tensor& K) {
  require_covariance(K);
  const auto [scale, apart, together] = pairs(K);
  // with half the angle: tan(θ/2) = √((1 − c)/(1 + c)), sin θ = √((1 − c)(1 + c)), all times √(qr)
  const Tensor half = torch::atan2(apart.sqrt(), together.sqrt());
  const Tensor sine = apart.sqrt() * together.sqrt();
  const Tensor cosine = 0.5 * (together - apart);
  const Tensor result = (sine + (kPi - 2 * half) * cosine) / (2 * kPi);
  Tensor whole = torch::where(scale > 0, result, torch::zeros_like(result));
  whole = 0.5 * (whole + whole.t());
  whole.diagonal().copy_(0.5 * K.diagonal());
  return whole;
}

namespace {

/// det(1 + 2 K) of each pair, without differences of large numbers.
Tensor pair_determinant(const Tensor& K) {
  const auto [scale, apart, together] = pairs(K);
  const Tensor q = K.diagonal();
  return 1 + 2 * (q.unsqueeze(1) + q) + 4 * apart * together;
}

}  // namespace

Tensor erf_dual(const Tensor& K) {
  require_covariance(K);
  // arcsin s = arctan(s/√(1 − s²)), and 1 − s² is a determinant
  const Tensor result = (2 / kPi) * torch::atan(2 * K / pair_determinant(K).sqrt());
  const Tensor alive = K.diagonal().gt(0).to(torch::kFloat64);
  return 0.5 * (result + result.t()) * torch::outer(alive, alive);
}

Tensor dual(const Elementwise& phi, const Tensor& K, int64_t order) {
  require_covariance(K);
  const auto [z, w] = gauss_hermite(order);
  const int64_t n = K.size(0);
  Tensor out = torch::empty({n, n}, torch::kFloat64);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      const double q = K[i][i].item<double>(), r = K[j][j].item<double>();
      double c = q == 0 || r == 0 ? 0 : K[i][j].item<double>() / (std::sqrt(q) * std::sqrt(r));
      if (i == j && q > 0) c = 1;
      const double angle = std::acos(std::min(1.0, std::max(-1.0, c)));
      const Tensor u = std::sqrt(q) * z;
      const Tensor v = std::sqrt(r) * (std::cos(angle) * z.unsqueeze(1) + std::sin(angle) * z.unsqueeze(0));
      const Tensor inner = phi(v.reshape({-1})).reshape({order, order}).mv(w);  // the mean of φ(v) for given u
      const double mean = (w * phi(u) * inner).sum().item<double>();
      out[i][j] = mean;
      out[j][i] = mean;
    }
  return out;
}

Tensor nngp(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2 && depth >= 0, "expected a matrix and depth >= 0, got ", X.sizes(), " and ",
                    depth);
  const Tensor scaled = X * std::sqrt(weight_variance / static_cast<double>(X.size(1)));
  Tensor K = scaled.matmul(scaled.t()) + bias_variance;
  while (depth-- > 0) K = dual(K).mul(weight_variance).add(bias_variance);
  return K;
}

Beliefs posterior(const Tensor& K, const Tensor& cross, const Tensor& prior, const Tensor& y, double noise) {
  TORCH_CHECK_VALUE(K.dim() == 2 && cross.dim() == 2 && prior.dim() == 2 && y.dim() == 1 &&
                        K.size(0) == y.size(0) && K.size(1) == y.size(0) && cross.size(1) == y.size(0) &&
                        prior.size(0) == cross.size(0) && prior.size(1) == cross.size(0),
                    "expected (n, n), (m, n), (m, m) and (n), got ", K.sizes(), ", ", cross.sizes(), ", ",
                    prior.sizes(), " and ", y.sizes());
  TORCH_CHECK_VALUE(noise >= 0, "expected a noise >= 0, got ", noise);
  const auto [L, D] = ldl(K + noise * torch::eye(K.size(0), torch::kFloat64));
  const Tensor A = down(L, cross.t());                // (n, m)
  const Tensor white = A / D.unsqueeze(1);
  const Tensor mean = white.t().mv(down(L, y.unsqueeze(1)).squeeze(1));
  const Tensor covariance = prior - white.t().mm(A);
  return {mean, 0.5 * (covariance + covariance.t())};
}

double log_evidence(const Tensor& K, const Tensor& y, double noise) {
  TORCH_CHECK_VALUE(K.dim() == 2 && y.dim() == 1 && K.size(0) == y.size(0) && K.size(1) == y.size(0),
                    "expected (n, n) and (n), got ", K.sizes(), " and ", y.sizes());
  TORCH_CHECK_VALUE(noise >= 0, "expected a noise >= 0, got ", noise);
  const auto [L, D] = ldl(K + noise * torch::eye(K.size(0), torch::kFloat64));
  // a product of densities of one number each, given those before
  const Tensor innovation = down(L, y.unsqueeze(1)).squeeze(1);
  return -0.5 * (innovation.square() / D + torch::log(2 * kPi * D)).sum().item<double>();
}

Tensor relu_derivative_dual(const Tensor& K) {
  require_covariance(K);
  const auto [scale, apart, together] = pairs(K);
  const Tensor chance = torch::atan2(together.sqrt(), apart.sqrt()) / kPi;  // (π − θ)/2 over π
  const Tensor alive = K.diagonal().gt(0).to(torch::kFloat64);
  Tensor result = 0.5 * (chance + chance.t()) * torch::outer(alive, alive);
  result.diagonal().copy_(0.5 * alive);
  return result;
}

Tensor erf_derivative_dual(const Tensor& K) {
  require_covariance(K);
  const Tensor result = 4 / (kPi * pair_determinant(K).sqrt());
  return 0.5 * (result + result.t());
}

Tensor ntk(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual,
           const Dual& derivative_dual) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2 && depth >= 0, "expected a matrix and depth >= 0, got ", X.sizes(), " and ",
                    depth);
  Tensor K = nngp(X, 0, weight_variance, bias_variance, dual), theta = K;
  for (int64_t layer = 0; layer < depth; ++layer) {
    const Tensor hidden = derivative_dual(K) * theta;
    const Tensor readout = dual(K);
    K = bias_variance + weight_variance * readout;
    theta = bias_variance + weight_variance * (readout + hidden);
  }
  return theta;
}

namespace {

Tensor preactive(const Tensor& X, const Tensor& W) {
  return X.mm(W.t()).mul(1 / std::sqrt(static_cast<double>(X.size(1))));
}

Tensor slopes(const Tensor& z) { return torch::exp(-z * z).mul(std::numbers::inv_sqrtpi * 2); }

}  // namespace

Tensor network(const Tensor& X, const Tensor& W, const Tensor& v) {
  require_network(X, W, v);
  return torch::erf(preactive(X, W)).mv(v / std::sqrt(static_cast<double>(v.size(0))));
}

Tensor tangent_kernel(const Tensor& X, const Tensor& Z, const Tensor& W, const Tensor& v) {
  require_network(X, W, v);
  require_network(Z, W, v);
  // neurons in blocks: no more than (n + m) 256 numbers at a time
  const int64_t N = W.size(0), block = 256;
  Tensor values = torch::zeros({X.size(0), Z.size(0)}, torch::kFloat64), hidden = torch::zeros_like(values);
  for (int64_t a = 0; a < N; a += block) {
    const Tensor w = W.slice(0, a, std::min(N, a + block)), r = v.slice(0, a, std::min(N, a + block));
    const Tensor x = preactive(X, w), z = preactive(Z, w);
    values.addmm_(torch::erf(x), torch::erf(z).t());
    hidden.addmm_(slopes(x) * r, (slopes(z) * r).t());
  }
  return values / N + X.mm(Z.t()) / X.size(1) * hidden / N;
}

namespace {

struct Modes {
  Tensor U, V, rate;  // K = U diag(rate) Vᵀ, small rates 0
};

/// For a positive semidefinite matrix singular values are eigenvalues.
Modes modes(const Tensor& K) {
  const auto [U, S, Vh] = torch::linalg_svd(K, /*full_matrices=*/false);
  const double largest = S.numel() > 0 ? S.max().item<double>() : 0;
  const double nothing = static_cast<double>(K.size(0)) * std::ldexp(1.0, -52) * largest;
  return {U, Vh.t(), S * S.gt(nothing)};
}

}  // namespace

Tensor flow(const Tensor& K, const Tensor& cross, const Tensor& y, const Tensor& f, const Tensor& g, double time) {
  TORCH_CHECK_VALUE(K.dim() == 2 && cross.dim() == 2 && y.dim() == 1 && f.dim() == 1 && g.dim() == 1 &&
                        K.size(0) == y.size(0) && K.size(1) == y.size(0) && cross.size(0) == g.size(0) &&
                        cross.size(1) == y.size(0) && f.size(0) == y.size(0),
                    "expected (n, n), (m, n), (n), (n), (m), got ", K.sizes(), ", ", cross.sizes(), ", ",
                    y.sizes(), ", ", f.sizes(), ", ", g.sizes());
  TORCH_CHECK_VALUE(time >= 0, "expected a time >= 0, got ", time);
  const auto [U, V, rate] = modes(K);
  const Tensor seen = rate.gt(0).nonzero().squeeze(1);  // only what moves
  const Tensor r = rate.index_select(0, seen);
  const Tensor gone = -torch::expm1(-r * time) / r;
  const Tensor parts = U.index_select(1, seen).t().mv(f - y) * gone;
  return g - cross.mv(V.index_select(1, seen).mv(parts));
}

Tensor loss_curve(const Tensor& K, const Tensor& residual, const Tensor& times) {
  TORCH_CHECK_VALUE(K.dim() == 2 && residual.dim() == 1 && times.dim() == 1 && K.size(0) == residual.size(0) &&
                        K.size(1) == residual.size(0),
                    "expected (n, n), (n) and (T), got ", K.sizes(), ", ", residual.sizes(), " and ",
                    times.sizes());
  TORCH_CHECK_VALUE(times.ge(0).all().item<bool>(), "expected times >= 0");
  const auto [U, V, rate] = modes(K);
  const Tensor parts = U.t().mv(residual).square();
  Tensor losses = torch::empty_like(times);
  for (int64_t k = 0; k < times.size(0); ++k) {
    const double t = times[k].item<double>();
    const Tensor left = torch::where(rate.gt(0), torch::exp(-2 * t * rate), torch::ones_like(rate));
    losses[k] = 0.5 * parts.dot(left);
  }
  return losses;
}

namespace {

/// The gradient of the output at x by all parameters, v first, then W by rows: N (d + 1) numbers.
Tensor gradient_at(const Tensor& x, const Tensor& W, const Tensor& v) {
  const double N = static_cast<double>(W.size(0)), d = static_cast<double>(W.size(1));
  const Tensor z = W.mv(x) / std::sqrt(d);
  return torch::cat({torch::erf(z), torch::outer(v * slopes(z), x / std::sqrt(d)).reshape({-1})}) / std::sqrt(N);
}

Tensor jacobian(const Tensor& X, const Tensor& W, const Tensor& v) {
  Tensor J = torch::empty({X.size(0), W.size(0) * (W.size(1) + 1)}, torch::kFloat64);
  for (int64_t i = 0; i < X.size(0); ++i) J[i].copy_(gradient_at(X[i], W, v));
  return J;
}

void require_training(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                      int64_t steps) {
  require_network(X, W, v);
  TORCH_CHECK_VALUE(y.dim() == 1 && y.size(0) == X.size(0), "expected y (", X.size(0), "), got ", y.sizes());
  TORCH_CHECK_VALUE(rate > 0 && steps >= 0, "expected rate > 0, steps >= 0, got ", rate, ", ", steps);
}

}  // namespace

Tensor train_network(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                     int64_t steps) {
  require_training(X, y, W, v, rate, steps);
  const int64_t N = W.size(0), d = W.size(1);
  Tensor parameters = torch::cat({v, W.reshape({-1})});
  Tensor out = torch::empty({steps + 1, X.size(0)}, torch::kFloat64);
  for (int64_t step = 0; step <= steps; ++step) {
    const Tensor readout = parameters.slice(0, 0, N), weights = parameters.slice(0, N).reshape({N, d});
    const Tensor f = network(X, weights, readout);
    out[step].copy_(f);
    if (step < steps) parameters = parameters - rate * jacobian(X, weights, readout).t().mv(f - y);
  }
  return out;
}

Tensor train_linearised(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                        int64_t steps) {
  require_training(X, y, W, v, rate, steps);
  const Tensor J = jacobian(X, W, v), start = network(X, W, v);
  Tensor moved = torch::zeros({J.size(1)}, torch::kFloat64);
  Tensor out = torch::empty({steps + 1, X.size(0)}, torch::kFloat64);
  for (int64_t step = 0; step <= steps; ++step) {
    const Tensor f = start + J.mv(moved);
    out[step].copy_(f);
    moved = moved - rate * J.t().mv(f - y);
  }
  return out;
}

Beliefs trained_ensemble(const Tensor& nngp, const Tensor& tangent, const Tensor& y) {
  TORCH_CHECK_VALUE(nngp.dim() == 2 && tangent.dim() == 2 && y.dim() == 1 && nngp.size(0) == nngp.size(1) &&
                        tangent.sizes() == nngp.sizes() && y.size(0) <= nngp.size(0),
                    "expected two matrices (n + m, n + m) and y (n), got ", nngp.sizes(), ", ", tangent.sizes(),
                    " and ", y.sizes());
  const int64_t n = y.size(0), m = nngp.size(0) - n;
  const auto [L, D] = ldl(tangent.slice(0, 0, n).slice(1, 0, n));
  const Tensor B = up(L, down(L, tangent.slice(0, n).slice(1, 0, n).t()) / D.unsqueeze(1)).t();
  // outputs after training are (−B, 1) times (f, g), plus By
  const Tensor M = torch::cat({-B, torch::eye(m, torch::kFloat64)}, 1);
  return {B.mv(y), M.mm(nngp).mm(M.t())};
}

namespace {

/// Means over two Gaussian numbers of equal variance as a power series of their correlation:
/// E φ(u) φ(v) = Σ a_k cᵏ, a_k = (E φ(√q z) h_k(z))². What is beyond the last term goes to the next even and
/// the next odd power.
class Series {
 public:
  Series(const Elementwise& phi, double q) {
    const Table& t = table();
    const Tensor values = phi(std::sqrt(q) * t.z);
    const Tensor coefficients = t.weighted.mv(values).square();
    total_ = values.square().dot(t.w).item<double>();
    const double mirrored = (values * values.flip(0)).dot(t.w).item<double>();
    for (int64_t k = 0; k < coefficients.size(0); ++k) a_.push_back(coefficients[k].item<double>());
    double even = 0, odd = 0;
    for (size_t k = 0; k < a_.size(); ++k) (k % 2 == 0 ? even : odd) += a_[k];
    a_.push_back(std::max(0.0, 0.5 * (total_ + mirrored) - even));
    a_.push_back(std::max(0.0, 0.5 * (total_ - mirrored) - odd));
  }
  double total() const { return total_; }
  double at(double c) const {
    double sum = 0;
    for (size_t k = a_.size(); k-- > 0;) sum = sum * c + a_[k];
    return sum;
  }

 private:
  static constexpr int64_t kTerms = 400;
  struct Table {
    Tensor z, w, weighted;
  };
  static const Table& table() {
    static const Table t = [] {
      Table made;
      const double h = 1.0 / 32;
      made.z = torch::arange(-400, 401, torch::kFloat64) * h;
      made.w = h / std::sqrt(2 * kPi) * torch::exp(-0.5 * made.z.square());
      // Hermite functions with half of the weight, so that none overflows
      const Tensor root = made.w.sqrt();
      std::vector<Tensor> rows;
      Tensor before = torch::zeros_like(root), now = root;
      for (int64_t k = 0; k < kTerms; ++k) {
        rows.push_back(now * root);
        const Tensor next = (made.z * now - std::sqrt(static_cast<double>(k)) * before) / std::sqrt(k + 1.0);
        before = now;
        now = next;
      }
      made.weighted = torch::stack(rows);
      return made;
    }();
    return t;
  }
  std::vector<double> a_;
  double total_ = 0;
};

/// E φ(√q z)² by the trapezoidal rule, φ called once.
double power(const Elementwise& phi, double q) {
  static const Tensor z = torch::arange(-160, 161, torch::kFloat64) / 16;
  static const Tensor w = torch::exp(-0.5 * z.square()) / (16 * std::sqrt(2 * kPi));
  return phi(std::sqrt(q) * z).square().dot(w).item<double>();
}

/// A root between low and high, where the function has different signs: secants, with halved ends (Illinois).
template <class F>
double root(const F& function, double low, double high) {
  double below = function(low), above = function(high);
  if (below == 0) return low;
  if (above == 0) return high;
  double middle = high;
  for (int k = 0; k < 300; ++k) {
    middle = (low * above - high * below) / (above - below);
    if (!(middle > std::min(low, high) && middle < std::max(low, high))) middle = 0.5 * (low + high);
    const double value = function(middle);
    if (value == 0 || std::abs(high - low) <= 1e-15 * std::abs(middle)) break;
    if ((value > 0) == (above > 0)) {
      if (std::abs(middle - high) <= 1e-16 * std::abs(middle)) break;
      high = middle;
      above = value;
      below *= 0.5;
    } else {
      // the other end becomes the one that stays
      low = high;
      below = above;
      high = middle;
      above = value;
    }
  }
  return middle;
}

}  // namespace

Signal layer_map(const Elementwise& phi, const Signal& before, double weight_variance, double bias_variance) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(before.variance > 0 && before.correlation >= -1 && before.correlation <= 1,
                    "expected variance > 0 and correlation in [-1, 1], got ", before.variance, ", ",
                    before.correlation);
  const Series series(phi, before.variance);
  const double q = bias_variance + weight_variance * series.total();
  TORCH_CHECK_VALUE(q > 0, "expected a new variance > 0, got ", q);
  const double c = (bias_variance + weight_variance * series.at(before.correlation)) / q;
  return {q, std::max(-1.0, std::min(1.0, c))};
}

FixedPoint fixed_point(const Elementwise& phi, const Elementwise& derivative, double weight_variance,
                       double bias_variance) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(bias_variance > 0 || weight_variance > 1, "expected biases, or weight_variance > 1, got ",
                    bias_variance, " and ", weight_variance);
  // 1 = σ_b²/q + σ_w² E φ²/q falls with q
  const auto ratio = [&](double q) { return std::log((bias_variance + weight_variance * power(phi, q)) / q); };
  double low = 1, high = 1;
  while (ratio(low) <= 0 && low > 1e-300) low *= 0.5;
  while (ratio(high) >= 0) high *= 2;
  const double q = root(ratio, low, high);
  const double chi = weight_variance * power(derivative, q);
  if (std::abs(chi - 1) <= 1e-9) return {q, chi, 1, kInf};  // at the edge, as far as digits tell
  if (chi < 1) return {q, chi, 1, -1 / std::log(chi)};

  const Series values(phi, q), gradients(derivative, q);
  const double whole = bias_variance + weight_variance * values.total();
  const auto slope = [&](double c) { return weight_variance * gradients.at(c); };
  const auto excess = [&](double c) { return (bias_variance + weight_variance * values.at(c)) / whole - c; };
  // the map less the diagonal has its minimum where the slope is 1: c* is left of it
  double left = 0, right = 1;
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (left + right);
    (slope(middle) < 1 ? left : right) = middle;
  }
  double below = 0, above = left;
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (below + above);
    (excess(middle) > 0 ? below : above) = middle;
  }
  const double c = 0.5 * (below + above), s = slope(c);
  return {q, chi, c, std::abs(s - 1) <= 1e-9 ? kInf : -1 / std::log(s)};
}

double critical_weight_variance(const Elementwise& phi, const Elementwise& derivative, double bias_variance) {
  TORCH_CHECK_VALUE(bias_variance > 0, "expected bias_variance > 0, got ", bias_variance);
  // near q = 0 the line's σ_b² goes as q³: its cube root is almost straight
  const auto miss = [&](double q) {
    return std::cbrt(q - power(phi, q) / power(derivative, q)) - std::cbrt(bias_variance);
  };
  double high = 1;
  while (miss(high) < 0) high *= 2;
  double low = high;
  while (miss(low) > 0) low *= 0.5;
  return 1 / power(derivative, root(miss, low, high));
}

Tensor classify_digits(const Tensor& images, const Tensor& labels, const Tensor& queries) {
  TORCH_CHECK_VALUE(images.dim() == 2 && labels.dim() == 1 && queries.dim() == 2 && images.size(1) == 784 &&
                        queries.size(1) == 784 && labels.size(0) == images.size(0) && images.size(0) > 0,
                    "expected (n, 784), (n) and (m, 784), got ", images.sizes(), ", ", labels.sizes(), " and ",
                    queries.sizes());
  TORCH_CHECK_VALUE(labels.min().item<int64_t>() >= 0 && labels.max().item<int64_t>() <= 9,
                    "expected labels 0 to 9, got ", labels.min().item<int64_t>(), " to ",
                    labels.max().item<int64_t>());
  // each picture less its own mean, to length 1
  const auto unit = [](const Tensor& pictures) {
    const Tensor centred = pictures - pictures.mean(1, /*keepdim=*/true);
    return centred / centred.square().sum(1, /*keepdim=*/true).sqrt().clamp_min(1e-12);
  };
  const Tensor X = unit(images), Q = unit(queries);
  // two layers of erf
  const auto covariance = [](const Tensor& cosines) {
    double q = 3;
    Tensor K = 3 * cosines;
    for (int layer = 0; layer < 2; ++layer) {
      K = 3 * (2 / kPi) * torch::asin((2 * K / (1 + 2 * q)).clamp(-1, 1));
      q = 3 * (2 / kPi) * std::asin(2 * q / (1 + 2 * q));
    }
    return K / q;
  };
  const Tensor K = covariance(X.mm(X.t()));
  const Tensor targets = torch::one_hot(labels, 10).to(torch::kFloat64) - 0.1;
  // one decomposition, then the evidence of each ridge; the scale of the prior is the best for that ridge
  const auto [values, vectors] = torch::linalg_eigh(K);
  const Tensor parts = vectors.t().mm(targets), energy = parts.square().sum(1);
  const double numbers = 10.0 * static_cast<double>(images.size(0));
  double best = -kInf, chosen = 0.01;
  for (int k = -12; k <= 0; ++k) {
    const double ridge = std::pow(2.0, k);
    const Tensor spectrum = values.clamp_min(0) + ridge;
    const double evidence = -0.5 * numbers * std::log((energy / spectrum).sum().item<double>()) -
                            5.0 * spectrum.log().sum().item<double>();
    if (evidence > best) {
      best = evidence;
      chosen = ridge;
    }
  }
  const Tensor alpha = vectors.mm(parts / (values.clamp_min(0) + chosen).unsqueeze(1));
  return covariance(Q.mm(X.t())).mm(alpha).argmax(1);
}

}  // namespace infinite_width
