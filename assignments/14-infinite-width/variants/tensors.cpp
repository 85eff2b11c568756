#include "infinite_width.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>
#include <utility>
#include <vector>

// Whole tensors at once: broadcasting, einsum, solves.
namespace infinite_width {

using torch::Tensor;

namespace {

constexpr double kPi = std::numbers::pi;

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

void require_shape(const Tensor& t, std::vector<int64_t> shape, const char* name) {
  TORCH_CHECK_VALUE(t.sizes() == torch::IntArrayRef(shape), "expected ", name, " of shape ",
                    torch::IntArrayRef(shape), ", got ", t.sizes());
}

/// √K_ii √K_jj, and the correlations, 0 where a variance is 0, else 1 on the diagonal.
std::pair<Tensor, Tensor> scales_and_correlations(const Tensor& K) {
  const Tensor s = K.diagonal().sqrt();
  const Tensor scale = s.unsqueeze(1) * s;
  const Tensor safe = torch::where(scale > 0, scale, torch::ones_like(scale));
  Tensor c = (0.5 * (K + K.t()) / safe).clamp(-1, 1);
  c = torch::where(scale > 0, c, torch::zeros_like(c));
  c.diagonal().copy_(K.diagonal().gt(0).to(torch::kFloat64));
  return {scale, c};
}

}  // namespace

Tensor bump_network(const Elementwise& f, double left, double right, int64_t cells, const Tensor& x) {
  TORCH_CHECK_VALUE(x.dim() == 1, "expected x (n), got ", x.sizes());
  TORCH_CHECK_VALUE(left < right, "expected left < right, got ", left, " and ", right);
  TORCH_CHECK_VALUE(cells >= 1, "expected cells >= 1, got ", cells);
  const Tensor edges = torch::linspace(left, right, cells + 1, torch::kFloat64);
  const Tensor steps = x.unsqueeze(1).ge(edges).to(torch::kFloat64);
  const Tensor middles = 0.5 * (edges.slice(0, 0, cells) + edges.slice(0, 1));
  return (steps.slice(1, 0, cells) - steps.slice(1, 1)).matmul(f(middles));
}

int64_t bumps_needed(double slope, double length, double error) {
  TORCH_CHECK_VALUE(slope >= 0 && length > 0 && error > 0, "expected slope >= 0, length > 0 and error > 0, got ",
                    slope, ", ", length, " and ", error);
  int64_t cells = std::max<int64_t>(1, static_cast<int64_t>(std::floor(slope * length / (2 * error))));
  while (slope * length / (2 * static_cast<double>(cells)) > error) ++cells;
  return cells;
}

Tensor preactivations(const Tensor& X, const Tensor& W, const Tensor& b, double weight_variance,
                      double bias_variance) {
  require_variances(weight_variance, bias_variance);
  require_network(X, W, b);
  const double d = static_cast<double>(X.size(1));
  return std::sqrt(weight_variance / d) * torch::einsum("ij,aj->ia", {X, W}) + std::sqrt(bias_variance) * b;
}

Tensor random_networks(const Tensor& X, int64_t width, int64_t networks, double weight_variance,
                       double bias_variance, int64_t seed) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2, "expected X (n, d), got ", X.sizes());
  TORCH_CHECK_VALUE(width >= 1 && networks >= 1, "expected width >= 1 and networks >= 1, got ", width, " and ",
                    networks);
  const int64_t d = X.size(1);
  auto generator = seeded(seed);
  const Tensor W = torch::randn({networks, width, d}, generator, torch::kFloat64);
  const Tensor b = torch::randn({networks, 1, width}, generator, torch::kFloat64);
  const Tensor v = torch::randn({networks, width}, generator, torch::kFloat64);
  const Tensor beta = torch::randn({networks, 1}, generator, torch::kFloat64);
  const Tensor z = std::sqrt(weight_variance / static_cast<double>(d)) * torch::einsum("ij,raj->ria", {X, W}) +
                   std::sqrt(bias_variance) * b;
  return std::sqrt(weight_variance / static_cast<double>(width)) * torch::einsum("ria,ra->ri", {z.relu(), v}) +
         std::sqrt(bias_variance) * beta;
}

double excess_kurtosis(double second, double fourth, int64_t width) {
  TORCH_CHECK_VALUE(width >= 1, "expected width >= 1, got ", width);
  TORCH_CHECK_VALUE(second > 0 && fourth >= second * second, "expected 0 < second^2 <= fourth, got ", second,
                    " and ", fourth);
  return 3 * (fourth / (second * second) - 1) / static_cast<double>(width);
}

Quadrature gauss_hermite(int64_t order) {
  TORCH_CHECK_VALUE(order >= 1 && order <= 150, "expected 1 <= order <= 150, got ", order);
  const Tensor off = torch::arange(1, order, torch::kFloat64).sqrt();
  const Tensor J = torch::diag(off, 1) + torch::diag(off, -1);
  Tensor nodes = std::get<0>(torch::linalg_eigh(order == 1 ? torch::zeros({1, 1}, torch::kFloat64) : J));
  nodes = 0.5 * (nodes - nodes.flip(0));
  // 1/w_k = Σ_j h_j(z_k)², a sum without cancellation
  Tensor before = torch::zeros_like(nodes), h = torch::ones_like(nodes), sum = torch::zeros_like(nodes);
  for (int64_t k = 0; k < order; ++k) {
    sum = sum + h.square();
    const Tensor next = (nodes * h - std::sqrt(static_cast<double>(k)) * before) /
                        std::sqrt(static_cast<double>(k + 1));
    before = h;
    h = next;
  }
  return {nodes, sum.reciprocal()};
}

double gaussian_mean(const Elementwise& phi, double variance, int64_t order) {
  TORCH_CHECK_VALUE(variance >= 0, "expected variance >= 0, got ", variance);
  const auto [nodes, weights] = gauss_hermite(order);
  return weights.dot(phi(nodes * std::sqrt(variance))).item<double>();
}

Tensor relu_dual(const Tensor& K) {
  require_covariance(K);
  const auto [scale, c] = scales_and_correlations(K);
  const Tensor theta = c.acos();
  return scale * (theta.sin() + (kPi - theta) * c) / (2 * kPi);
}

Tensor erf_dual(const Tensor& K) {
  require_covariance(K);
  const auto [scale, c] = scales_and_correlations(K);
  const Tensor one = (1 + 2 * K.diagonal()).sqrt();
  return (2 / kPi) * (2 * scale * c / (one.unsqueeze(1) * one)).clamp(-1, 1).asin();
}

Tensor dual(const Elementwise& phi, const Tensor& K, int64_t order) {
  require_covariance(K);
  const auto [z, w] = gauss_hermite(order);
  const Tensor s = K.diagonal().sqrt();
  const Tensor c = scales_and_correlations(K).second.unsqueeze(2).unsqueeze(3);  // (n, n, 1, 1)
  const Tensor u = s.unsqueeze(1) * z;                                           // (n, order)
  const Tensor v = s.unsqueeze(1).unsqueeze(2) * (c * z.unsqueeze(1) + (1 - c.square()).sqrt() * z);
  const Tensor E = torch::einsum("ik,k,ijkl,l->ij", {phi(u), w, phi(v), w});
  const Tensor upper = E.triu();
  return upper + E.triu(1).t();
}

Tensor nngp(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2, "expected X (n, d), got ", X.sizes());
  TORCH_CHECK_VALUE(depth >= 0, "expected depth >= 0, got ", depth);
  Tensor M = X.matmul(X.t()) / X.size(1);
  for (int64_t layer = 0; layer < depth; ++layer) M = dual(bias_variance + weight_variance * M);
  return bias_variance + weight_variance * M;
}

Beliefs posterior(const Tensor& K, const Tensor& cross, const Tensor& prior, const Tensor& y, double noise) {
  TORCH_CHECK_VALUE(K.dim() == 2 && cross.dim() == 2, "expected matrices K and cross, got ", K.sizes(), " and ",
                    cross.sizes());
  const int64_t n = K.size(0), m = cross.size(0);
  require_shape(K, {n, n}, "K");
  require_shape(cross, {m, n}, "cross");
  require_shape(prior, {m, m}, "prior");
  require_shape(y, {n}, "y");
  TORCH_CHECK_VALUE(noise >= 0, "expected noise >= 0, got ", noise);
  const Tensor A = K + noise * torch::eye(n, torch::kFloat64);
  const auto [L, info] = torch::linalg_cholesky_ex(A);
  TORCH_CHECK_VALUE(info.item<int64_t>() == 0, "expected K + noise 1 positive definite, got a pivot <= 0");
  const Tensor B = torch::linalg_solve(A, cross.t()).t();  // K_* A⁻¹
  const Tensor covariance = prior - B.matmul(cross.t());
  return {B.matmul(y), 0.5 * (covariance + covariance.t())};
}

double log_evidence(const Tensor& K, const Tensor& y, double noise) {
  TORCH_CHECK_VALUE(y.dim() == 1, "expected y (n), got ", y.sizes());
  const int64_t n = y.size(0);
  require_shape(K, {n, n}, "K");
  TORCH_CHECK_VALUE(noise >= 0, "expected noise >= 0, got ", noise);
  const Tensor A = K + noise * torch::eye(n, torch::kFloat64);
  const auto [L, info] = torch::linalg_cholesky_ex(A);
  TORCH_CHECK_VALUE(info.item<int64_t>() == 0, "expected K + noise 1 positive definite, got a pivot <= 0");
  const auto [sign, logdet] = torch::linalg_slogdet(A);
  return -0.5 * (y.dot(torch::linalg_solve(A, y)).item<double>() + logdet.item<double>() +
                 static_cast<double>(n) * std::log(2 * kPi));
}

Tensor relu_derivative_dual(const Tensor& K) {
  require_covariance(K);
  const auto [scale, c] = scales_and_correlations(K);
  const Tensor both = 0.25 + c.asin() / (2 * kPi);
  const Tensor alive = K.diagonal().gt(0).to(torch::kFloat64);
  Tensor result = both * alive.unsqueeze(1) * alive;
  result.diagonal().copy_(0.5 * alive);
  return result;
}

Tensor erf_derivative_dual(const Tensor& K) {
  require_covariance(K);
  const auto [scale, c] = scales_and_correlations(K);
  const Tensor q = K.diagonal();
  const Tensor determinant =
      1 + 2 * (q.unsqueeze(1) + q) + 4 * scale.square() * (1 - c.square());
  return (4 / kPi) * determinant.rsqrt();
}

Tensor ntk(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual,
           const Dual& derivative_dual) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2, "expected X (n, d), got ", X.sizes());
  TORCH_CHECK_VALUE(depth >= 0, "expected depth >= 0, got ", depth);
  // each layer ℓ adds K^ℓ, times the slopes of all layers above
  std::vector<Tensor> kernels{bias_variance + weight_variance * X.matmul(X.t()) / X.size(1)}, slopes;
  for (int64_t layer = 0; layer < depth; ++layer) {
    slopes.push_back(weight_variance * derivative_dual(kernels.back()));
    kernels.push_back(bias_variance + weight_variance * dual(kernels.back()));
  }
  Tensor theta = torch::zeros_like(kernels.back()), above = torch::ones_like(kernels.back());
  for (int64_t layer = depth; layer >= 0; --layer) {
    theta = theta + kernels[layer] * above;
    if (layer > 0) above = above * slopes[layer - 1];
  }
  return theta;
}

Tensor network(const Tensor& X, const Tensor& W, const Tensor& v) {
  require_network(X, W, v);
  const Tensor z = torch::einsum("ij,aj->ia", {X, W}) / std::sqrt(static_cast<double>(X.size(1)));
  return torch::einsum("ia,a->i", {z.erf(), v}) / std::sqrt(static_cast<double>(W.size(0)));
}

namespace {

Tensor erf_slope(const Tensor& z) { return (2 / std::sqrt(kPi)) * torch::exp(-z.square()); }

}  // namespace

Tensor tangent_kernel(const Tensor& X, const Tensor& Z, const Tensor& W, const Tensor& v) {
  require_network(X, W, v);
  require_network(Z, W, v);
  const double d = static_cast<double>(X.size(1)), N = static_cast<double>(W.size(0));
  const Tensor a = X.matmul(W.t()) / std::sqrt(d), b = Z.matmul(W.t()) / std::sqrt(d);
  const Tensor readout = a.erf().matmul(b.erf().t());
  const Tensor hidden = (erf_slope(a) * v.square()).matmul(erf_slope(b).t());
  return (readout + X.matmul(Z.t()) / d * hidden) / N;
}

namespace {

Tensor clean_eigenvalues(const Tensor& values) {
  if (values.numel() == 0) return values;
  const double floor = static_cast<double>(values.size(0)) * std::numeric_limits<double>::epsilon() *
                       std::max(0.0, values.max().item<double>());
  return torch::where(values > floor, values, torch::zeros_like(values));
}

}  // namespace

Tensor flow(const Tensor& K, const Tensor& cross, const Tensor& y, const Tensor& f, const Tensor& g, double time) {
  TORCH_CHECK_VALUE(y.dim() == 1 && g.dim() == 1, "expected y (n) and g (m), got ", y.sizes(), " and ",
                    g.sizes());
  const int64_t n = y.size(0), m = g.size(0);
  require_shape(K, {n, n}, "K");
  require_shape(cross, {m, n}, "cross");
  require_shape(f, {n}, "f");
  TORCH_CHECK_VALUE(time >= 0, "expected time >= 0, got ", time);
  const Tensor residual = (f - y).unsqueeze(1);
  if (K.numel() > 0 && std::isfinite(time) && time * K.trace().item<double>() <= 300) {
    // exp of [[-Kt, rt], [0, 0]] has the integral of the residual in its corner
    Tensor block = torch::zeros({n + 1, n + 1}, torch::kFloat64);
    block.slice(0, 0, n).slice(1, 0, n).copy_(-K * time);
    block.slice(0, 0, n).slice(1, n).copy_(residual * time);
    const Tensor integral = torch::linalg_matrix_exp(block).slice(0, 0, n).slice(1, n);
    return g - cross.matmul(integral).squeeze(1);
  }
  const auto [values, vectors] = torch::linalg_eigh(K);
  const Tensor lambda = clean_eigenvalues(values);
  const Tensor safe = torch::where(lambda > 0, lambda, torch::ones_like(lambda));
  const Tensor gain = torch::where(lambda > 0, -torch::expm1(-safe * time) / safe, torch::zeros_like(lambda));
  return g - cross.matmul(vectors).mul(gain).matmul(vectors.t().matmul(f - y));
}

Tensor loss_curve(const Tensor& K, const Tensor& residual, const Tensor& times) {
  TORCH_CHECK_VALUE(residual.dim() == 1 && times.dim() == 1, "expected residual (n) and times (T), got ",
                    residual.sizes(), " and ", times.sizes());
  require_shape(K, {residual.size(0), residual.size(0)}, "K");
  TORCH_CHECK_VALUE(times.ge(0).all().item<bool>(), "expected times >= 0");
  const auto [values, vectors] = torch::linalg_eigh(K);
  const Tensor lambda = clean_eigenvalues(values);
  const Tensor decay = torch::where(lambda > 0, torch::exp(-2 * times.unsqueeze(1) * lambda),
                                    torch::ones({1}, torch::kFloat64));
  return 0.5 * decay.matmul(vectors.t().matmul(residual).square());
}

namespace {

void require_training(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                      int64_t steps) {
  require_network(X, W, v);
  require_shape(y, {X.size(0)}, "y");
  TORCH_CHECK_VALUE(rate > 0 && steps >= 0, "expected rate > 0 and steps >= 0, got ", rate, " and ", steps);
}

}  // namespace

Tensor train_network(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                     int64_t steps) {
  require_training(X, y, W, v, rate, steps);
  const double d = static_cast<double>(X.size(1)), N = static_cast<double>(W.size(0));
  Tensor weights = W, readout = v;
  std::vector<Tensor> outputs;
  for (int64_t step = 0;; ++step) {
    const Tensor z = X.matmul(weights.t()) / std::sqrt(d);
    const Tensor f = z.erf().matmul(readout) / std::sqrt(N);
    outputs.push_back(f);
    if (step == steps) return torch::stack(outputs);
    const Tensor r = f - y;
    const Tensor by_readout = torch::einsum("i,ia->a", {r, z.erf()}) / std::sqrt(N);
    const Tensor by_weights = torch::einsum("i,a,ia,ij->aj", {r, readout, erf_slope(z), X}) / std::sqrt(N * d);
    readout = readout - rate * by_readout;
    weights = weights - rate * by_weights;
  }
}

Tensor train_linearised(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                        int64_t steps) {
  require_training(X, y, W, v, rate, steps);
  const Tensor theta = tangent_kernel(X, X, W, v);
  Tensor f = network(X, W, v);
  std::vector<Tensor> outputs{f};
  for (int64_t step = 0; step < steps; ++step) {
    f = f - rate * theta.matmul(f - y);
    outputs.push_back(f);
  }
  return torch::stack(outputs);
}

Beliefs trained_ensemble(const Tensor& nngp, const Tensor& tangent, const Tensor& y) {
  TORCH_CHECK_VALUE(nngp.dim() == 2 && y.dim() == 1, "expected nngp (n + m, n + m) and y (n), got ", nngp.sizes(),
                    " and ", y.sizes());
  const int64_t total = nngp.size(0), n = y.size(0);
  require_shape(nngp, {total, total}, "nngp");
  require_shape(tangent, {total, total}, "tangent");
  TORCH_CHECK_VALUE(n <= total, "expected at most ", total, " targets, got ", n);
  const Tensor theta = tangent.slice(0, 0, n).slice(1, 0, n);
  const auto [L, info] = torch::linalg_cholesky_ex(theta);
  TORCH_CHECK_VALUE(info.item<int64_t>() == 0, "expected Theta of the training points positive definite");
  const Tensor B = tangent.slice(0, n).slice(1, 0, n).matmul(torch::linalg_inv(theta));
  const Tensor old = nngp.slice(0, 0, n).slice(1, 0, n), mixed = nngp.slice(0, n).slice(1, 0, n);
  const Tensor one_side = B.matmul(mixed.t());
  const Tensor covariance = nngp.slice(0, n).slice(1, n) - one_side - one_side.t() +
                            torch::einsum("pi,ij,qj->pq", {B, old, B});
  return {B.matmul(y), covariance};
}

namespace {

/// Simpson's rule for means over N(0, 1): a step of 0.05 on [-9, 9], even points counted twice those between.
struct Simpson {
  Tensor z, w;
  Simpson() {
    const int64_t half = 180;
    const double h = 0.05;
    z = torch::arange(-half, half + 1, torch::kFloat64) * h;
    Tensor factors = torch::full({2 * half + 1}, 2.0, torch::kFloat64);
    factors.slice(0, 1, c10::nullopt, 2).fill_(4.0);
    factors[0] = 1.0;
    factors[2 * half] = 1.0;
    w = factors * (h / 3) * torch::exp(-0.5 * z.square()) / std::sqrt(2 * kPi);
  }
};

const Simpson& simpson() {
  static const Simpson rule;
  return rule;
}

/// E φ(u)² for each variance of a vector.
Tensor squares(const Elementwise& phi, const Tensor& q) {
  return phi(q.sqrt().unsqueeze(1) * simpson().z).square().matmul(simpson().w);
}

double square(const Elementwise& phi, double q) {
  return squares(phi, torch::full({1}, q, torch::kFloat64)).item<double>();
}

/// E φ(u) φ(v), both of variance q, with correlation c.
double product(const Elementwise& phi, double q, double c) {
  const Tensor &z = simpson().z, &w = simpson().w;
  const double s = std::sqrt(q), rest = std::sqrt(std::max(0.0, 1 - c * c));
  const Tensor u = phi(s * z), v = phi(s * (c * z.unsqueeze(1) + rest * z));
  return (w * u).dot(v.matmul(w)).item<double>();
}

/// Where a function that is above 0 at `low` and below at `high` has its zero: 60 places at once, again and
/// again between the last place above and the next.
template <class F>
double zero_between(const F& function, double low, double high) {
  for (int round = 0; round < 40 && high - low > 4e-16 * high; ++round) {
    const Tensor places = torch::linspace(low, high, 60, torch::kFloat64);
    const Tensor above = function(places).gt(0);
    int64_t last = 0;
    for (int64_t k = 1; k + 1 < places.size(0); ++k) {
      if (!above[k].template item<bool>()) break;
      last = k;
    }
    low = places[last].template item<double>();
    high = places[last + 1].template item<double>();
  }
  return 0.5 * (low + high);
}

}  // namespace

Signal layer_map(const Elementwise& phi, const Signal& before, double weight_variance, double bias_variance) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(before.variance > 0, "expected a variance above 0, got ", before.variance);
  TORCH_CHECK_VALUE(before.correlation >= -1 && before.correlation <= 1, "expected |correlation| <= 1, got ",
                    before.correlation);
  const double q = bias_variance + weight_variance * square(phi, before.variance);
  TORCH_CHECK_VALUE(q > 0, "expected a variance above 0 behind the layer, got ", q);
  const double covariance = bias_variance + weight_variance * product(phi, before.variance, before.correlation);
  return {q, std::clamp(covariance / q, -1.0, 1.0)};
}

FixedPoint fixed_point(const Elementwise& phi, const Elementwise& derivative, double weight_variance,
                       double bias_variance) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(bias_variance > 0 || weight_variance > 1, "expected a fixed point above 0, got variances ",
                    weight_variance, " and ", bias_variance);
  const auto growth = [&](const Tensor& q) { return bias_variance + weight_variance * squares(phi, q) - q; };
  const auto grows = [&](double q) { return bias_variance + weight_variance * square(phi, q) > q; };
  double low = bias_variance > 0 ? bias_variance : 1, high = std::max(1.0, 2 * low);
  while (bias_variance == 0 && !grows(low)) low *= 0.5;
  while (grows(high)) high *= 2;
  const double q = zero_between(growth, low, high);
  const double chi = weight_variance * square(derivative, q);
  double c = 1, slope = chi;
  if (chi > 1 + 1e-9) {  // else slope 1 at c = 1 to all digits that count
    const double whole = bias_variance + weight_variance * square(phi, q);
    c = 0;  // Newton climbs the convex function from the left
    for (int step = 0; step < 100; ++step) {
      const double excess = (bias_variance + weight_variance * product(phi, q, c)) / whole - c;
      slope = weight_variance * product(derivative, q, c);
      const double move = excess / (1 - slope);
      c = std::min(1.0, c + move);
      if (std::abs(move) < 1e-13) break;
    }
    slope = weight_variance * product(derivative, q, c);
  }
  const double scale =
      std::abs(slope - 1) <= 1e-9 ? std::numeric_limits<double>::infinity() : -1 / std::log(slope);
  return {q, chi, c, scale};
}

double critical_weight_variance(const Elementwise& phi, const Elementwise& derivative, double bias_variance) {
  TORCH_CHECK_VALUE(bias_variance > 0, "expected bias_variance > 0, got ", bias_variance);
  const auto missing = [&](const Tensor& q) {
    return bias_variance - q + squares(phi, q) / squares(derivative, q);
  };
  double high = 1;
  while (missing(torch::full({1}, high, torch::kFloat64)).item<double>() > 0) high *= 2;
  return 1 / square(derivative, zero_between(missing, 0, high));
}

Tensor classify_digits(const Tensor& images, const Tensor& labels, const Tensor& queries) {
  TORCH_CHECK_VALUE(images.dim() == 2 && queries.dim() == 2 && images.size(0) > 0, "expected images (n, 784) and "
                    "queries (m, 784), got ", images.sizes(), " and ", queries.sizes());
  require_shape(images, {images.size(0), 784}, "images");
  require_shape(queries, {queries.size(0), 784}, "queries");
  require_shape(labels, {images.size(0)}, "labels");
  TORCH_CHECK_VALUE(labels.ge(0).logical_and(labels.le(9)).all().item<bool>(), "expected labels from 0 to 9");
  const int64_t n = images.size(0), m = queries.size(0);
  const Tensor mean = images.mean(0, true);
  const Tensor points = torch::cat({images - mean, queries - mean});
  const Tensor length = points.norm(2, 1, true);
  const Tensor X = points / torch::where(length > 0, length, torch::ones_like(length));

  // the tangent kernel of three layers of ReLU, training pictures against all
  const double weights = 2, biases = 0.1;
  const Tensor own = X.square().sum(1);
  Tensor q = biases + weights * own, K = biases + weights * X.matmul(X.slice(0, 0, n).t()), theta = K;
  for (int layer = 0; layer < 3; ++layer) {
    const Tensor scale = q.unsqueeze(1).mul(q.slice(0, 0, n)).sqrt();
    const Tensor c = (K / scale).clamp(-1, 1), angle = c.acos();
    K = biases + weights / (2 * kPi) * scale * ((1 - c.square()).sqrt() + (kPi - angle) * c);
    theta = K + weights / (2 * kPi) * (kPi - angle) * theta;
    q = biases + 0.5 * weights * q;
  }
  const Tensor square_block = theta.slice(0, 0, n);
  const Tensor A = square_block + 0.02 * square_block.trace() / n * torch::eye(n, torch::kFloat64);
  const Tensor targets = labels.unsqueeze(1).eq(torch::arange(10)).to(torch::kFloat64) - 0.1;
  return theta.slice(0, n, n + m).matmul(torch::linalg_solve(A, targets)).argmax(1);
}

}  // namespace infinite_width
