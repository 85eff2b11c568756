#include "infinite_width.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>
#include <utility>
#include <vector>

// Numbers in std::vector, sums in loops.
namespace infinite_width {

using torch::Tensor;

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

void require_variances(double weight_variance, double bias_variance) {
  TORCH_CHECK_VALUE(weight_variance > 0 && bias_variance >= 0,
                    "expected weight_variance > 0 and bias_variance >= 0, got ", weight_variance, " and ",
                    bias_variance);
}

void require_covariance(const Tensor& K) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1), "expected a matrix (n, n), got ", K.sizes());
  TORCH_CHECK_VALUE(K.diagonal().ge(0).all().item<bool>(), "a variance is below 0");
}

void require_network(const Tensor& X, const Tensor& W, const Tensor& v) {
  TORCH_CHECK_VALUE(X.dim() == 2 && W.dim() == 2 && v.dim() == 1 && W.size(1) == X.size(1) &&
                        v.size(0) == W.size(0),
                    "expected X (n, d), W (N, d) and a vector (N), got ", X.sizes(), ", ", W.sizes(), " and ",
                    v.sizes());
}

torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

Vector read_vector(const Tensor& t) {
  const auto a = t.accessor<double, 1>();
  Vector out(static_cast<size_t>(t.size(0)));
  for (int64_t i = 0; i < t.size(0); ++i) out[i] = a[i];
  return out;
}

Matrix read_matrix(const Tensor& t) {
  const auto a = t.accessor<double, 2>();
  Matrix out(static_cast<size_t>(t.size(0)), Vector(static_cast<size_t>(t.size(1))));
  for (int64_t i = 0; i < t.size(0); ++i)
    for (int64_t j = 0; j < t.size(1); ++j) out[i][j] = a[i][j];
  return out;
}

Tensor write_vector(const Vector& v) {
  Tensor t = torch::empty({static_cast<int64_t>(v.size())}, torch::kFloat64);
  auto a = t.accessor<double, 1>();
  for (size_t i = 0; i < v.size(); ++i) a[i] = v[i];
  return t;
}

Tensor write_matrix(const Matrix& m, int64_t rows, int64_t columns) {
  Tensor t = torch::empty({rows, columns}, torch::kFloat64);
  auto a = t.accessor<double, 2>();
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) a[i][j] = m[i][j];
  return t;
}

/// A = UᵀU in place, the upper triangle of A becomes U. False where A is not positive definite.
bool factor(Matrix& A) {
  const size_t n = A.size();
  for (size_t k = 0; k < n; ++k) {
    if (!(A[k][k] > 0)) return false;
    const double root = std::sqrt(A[k][k]);
    for (size_t j = k; j < n; ++j) A[k][j] /= root;
    for (size_t i = k + 1; i < n; ++i) {
      const double f = A[k][i];
      const double* from = A[k].data();
      double* to = A[i].data();
      for (size_t j = i; j < n; ++j) to[j] -= f * from[j];
    }
  }
  return true;
}

/// Uᵀ x = b.
void forward(const Matrix& U, Vector& b) {
  for (size_t k = 0; k < b.size(); ++k) {
    b[k] /= U[k][k];
    for (size_t i = k + 1; i < b.size(); ++i) b[i] -= U[k][i] * b[k];
  }
}

/// U x = b.
void backward(const Matrix& U, Vector& b) {
  for (size_t k = b.size(); k-- > 0;) {
    for (size_t i = k + 1; i < b.size(); ++i) b[k] -= U[k][i] * b[i];
    b[k] /= U[k][k];
  }
}

double correlation(const Matrix& K, size_t i, size_t j) {
  if (i == j) return 1;
  return std::clamp(K[i][j] / (std::sqrt(K[i][i]) * std::sqrt(K[j][j])), -1.0, 1.0);
}

/// The trapezoidal rule for means over N(0, 1).
struct Rule {
  Vector z, w;
};

const Rule& trapezoid() {
  static const Rule rule = [] {
    Rule r;
    for (int k = -85; k <= 85; ++k) {
      const double z = 0.1 * k;
      r.z.push_back(z);
      r.w.push_back(0.1 * std::exp(-0.5 * z * z) / std::sqrt(2 * kPi));
    }
    return r;
  }();
  return rule;
}

/// E φ(u)², u ~ N(0, q).
double mean_square(const Elementwise& phi, double q) {
  const Rule& rule = trapezoid();
  Vector u(rule.z.size());
  for (size_t k = 0; k < u.size(); ++k) u[k] = std::sqrt(q) * rule.z[k];
  const Vector value = read_vector(phi(write_vector(u)));
  double sum = 0;
  for (size_t k = 0; k < u.size(); ++k) sum += rule.w[k] * value[k] * value[k];
  return sum;
}

/// E φ(u) φ(v), both of variance q, with correlation c.
double mean_product(const Elementwise& phi, double q, double c) {
  const Rule& rule = trapezoid();
  const size_t n = rule.z.size();
  const double s = std::sqrt(q), rest = std::sqrt(std::max(0.0, 1 - c * c));
  Vector u(n), v(n * n);
  for (size_t k = 0; k < n; ++k) {
    u[k] = s * rule.z[k];
    for (size_t l = 0; l < n; ++l) v[k * n + l] = s * (c * rule.z[k] + rest * rule.z[l]);
  }
  const Vector a = read_vector(phi(write_vector(u))), b = read_vector(phi(write_vector(v)));
  double sum = 0;
  for (size_t k = 0; k < n; ++k) {
    double inner = 0;
    for (size_t l = 0; l < n; ++l) inner += rule.w[l] * b[k * n + l];
    sum += rule.w[k] * a[k] * inner;
  }
  return sum;
}

/// The fixed point of an iteration x → F(x), by Aitken's extrapolation of each two steps.
template <class F>
double settle(const F& step, double x, double low, double high) {
  for (int round = 0; round < 500; ++round) {
    const double x1 = step(x), x2 = step(x1);
    const double bend = x2 - 2 * x1 + x;
    double next = bend != 0 ? x - (x1 - x) * (x1 - x) / bend : x2;
    if (!(next > low && next < high)) next = x2;
    if (std::abs(next - x) <= 1e-15 * std::abs(x) + 1e-17) return next;
    if (std::abs(x1 - x) <= 2e-16 * std::abs(x)) return x1;
    x = next;
  }
  return x;
}

}  // namespace

Tensor bump_network(const Elementwise& f, double left, double right, int64_t cells, const Tensor& x) {
  TORCH_CHECK_VALUE(x.dim() == 1, "expected a vector x, got ", x.sizes());
  TORCH_CHECK_VALUE(left < right && cells >= 1, "expected left < right and cells >= 1, got ", left, ", ", right,
                    ", ", cells);
  const double h = (right - left) / static_cast<double>(cells);
  Vector edges(cells + 1), middles(cells);
  for (int64_t j = 0; j <= cells; ++j) edges[j] = left + static_cast<double>(j) * h;
  edges[cells] = right;
  for (int64_t j = 0; j < cells; ++j) middles[j] = left + (static_cast<double>(j) + 0.5) * h;
  const Vector height = read_vector(f(write_vector(middles)));
  const Vector at = read_vector(x);
  Vector out(at.size(), 0.0);
  for (size_t i = 0; i < at.size(); ++i) {
    if (!(at[i] >= left && at[i] < right)) continue;
    const auto above = std::upper_bound(edges.begin(), edges.end(), at[i]);
    out[i] = height[static_cast<size_t>(above - edges.begin()) - 1];
  }
  return write_vector(out);
}

int64_t bumps_needed(double slope, double length, double error) {
  TORCH_CHECK_VALUE(slope >= 0 && length > 0 && error > 0, "expected slope >= 0, length > 0, error > 0, got ",
                    slope, ", ", length, ", ", error);
  const double least = slope * length / (2 * error);
  return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(least)));
}

Tensor preactivations(const Tensor& X, const Tensor& W, const Tensor& b, double weight_variance,
                      double bias_variance) {
  require_variances(weight_variance, bias_variance);
  require_network(X, W, b);
  const int64_t n = X.size(0), d = X.size(1), N = W.size(0);
  const auto x = X.accessor<double, 2>(), w = W.accessor<double, 2>();
  const auto bias = b.accessor<double, 1>();
  Tensor z = torch::empty({n, N}, torch::kFloat64);
  auto out = z.accessor<double, 2>();
  const double scale = std::sqrt(weight_variance / static_cast<double>(d)), shift = std::sqrt(bias_variance);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t a = 0; a < N; ++a) {
      double sum = 0;
      for (int64_t j = 0; j < d; ++j) sum += w[a][j] * x[i][j];
      out[i][a] = scale * sum + shift * bias[a];
    }
  return z;
}

Tensor random_networks(const Tensor& X, int64_t width, int64_t networks, double weight_variance,
                       double bias_variance, int64_t seed) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2, "expected a matrix X, got ", X.sizes());
  TORCH_CHECK_VALUE(width >= 1 && networks >= 1, "expected width >= 1 and networks >= 1, got ", width, " and ",
                    networks);
  const int64_t n = X.size(0), d = X.size(1), each = width * (d + 2) + 1;
  const Tensor drawn = torch::randn({networks, each}, seeded(seed), torch::kFloat64);
  const auto g = drawn.accessor<double, 2>();
  const auto x = X.accessor<double, 2>();
  Tensor outputs = torch::empty({networks, n}, torch::kFloat64);
  auto f = outputs.accessor<double, 2>();
  const double in = std::sqrt(weight_variance / static_cast<double>(d)), shift = std::sqrt(bias_variance);
  const double up = std::sqrt(weight_variance / static_cast<double>(width));
  for (int64_t r = 0; r < networks; ++r)
    for (int64_t i = 0; i < n; ++i) {
      double total = 0;
      for (int64_t a = 0; a < width; ++a) {
        const int64_t start = a * (d + 2);  // the weights of neuron a, then its bias, then its readout
        double z = shift * g[r][start + d];
        for (int64_t j = 0; j < d; ++j) z += in * g[r][start + j] * x[i][j];
        if (z > 0) total += g[r][start + d + 1] * z;
      }
      f[r][i] = up * total + shift * g[r][each - 1];
    }
  return outputs;
}

double excess_kurtosis(double second, double fourth, int64_t width) {
  TORCH_CHECK_VALUE(width >= 1 && second > 0 && fourth >= second * second,
                    "expected width >= 1, second > 0, fourth >= second^2, got ", width, ", ", second, ", ",
                    fourth);
  return (3 * fourth / (second * second) - 3) / static_cast<double>(width);
}

Quadrature gauss_hermite(int64_t order) {
  TORCH_CHECK_VALUE(order >= 1 && order <= 150, "expected an order from 1 to 150, got ", order);
  Tensor J = torch::zeros({order, order}, torch::kFloat64);
  auto j = J.accessor<double, 2>();
  for (int64_t k = 1; k < order; ++k) j[k - 1][k] = j[k][k - 1] = std::sqrt(static_cast<double>(k));
  const Tensor values = torch::linalg_eigvalsh(J);
  const auto lambda = values.accessor<double, 1>();
  Vector nodes(order), weights(order);
  for (int64_t k = 0; k < order; ++k) {
    const double z = lambda[k];
    double last = 0, h = 1, squares = 0;  // h_{i-1} and h_i at z
    for (int64_t i = 0; i < order; ++i) {
      squares += h * h;
      const double above = (z * h - std::sqrt(static_cast<double>(i)) * last) / std::sqrt(i + 1.0);
      last = h;
      h = above;
    }
    nodes[k] = z;
    weights[k] = 1 / squares;
  }
  return {write_vector(nodes), write_vector(weights)};
}

double gaussian_mean(const Elementwise& phi, double variance, int64_t order) {
  TORCH_CHECK_VALUE(variance >= 0, "expected a variance >= 0, got ", variance);
  const Quadrature rule = gauss_hermite(order);
  Vector u = read_vector(rule.nodes);
  const Vector w = read_vector(rule.weights);
  for (double& z : u) z *= std::sqrt(variance);
  const Vector value = read_vector(phi(write_vector(u)));
  double sum = 0;
  for (size_t k = 0; k < u.size(); ++k) sum += w[k] * value[k];
  return sum;
}

Tensor relu_dual(const Tensor& K) {
  require_covariance(K);
  const Matrix k = read_matrix(K);
  const size_t n = k.size();
  Matrix out(n, Vector(n, 0.0));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      if (k[i][i] == 0 || k[j][j] == 0) continue;
      if (i == j) {
        out[i][i] = k[i][i] / 2;
        continue;
      }
      const double c = correlation(k, i, j), theta = std::acos(c);
      out[i][j] = out[j][i] = std::sqrt(k[i][i]) * std::sqrt(k[j][j]) / (2 * kPi) *
                              (std::sqrt(1 - c * c) + (kPi - theta) * c);
    }
  return write_matrix(out, K.size(0), K.size(1));
}

Tensor erf_dual(const Tensor& K) {
  require_covariance(K);
  const Matrix k = read_matrix(K);
  const size_t n = k.size();
  Matrix out(n, Vector(n, 0.0));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      if (k[i][i] == 0 || k[j][j] == 0) continue;
      const double s = 2 * k[i][j] / std::sqrt((1 + 2 * k[i][i]) * (1 + 2 * k[j][j]));
      out[i][j] = out[j][i] = 2 / kPi * std::asin(std::clamp(s, -1.0, 1.0));
    }
  return write_matrix(out, K.size(0), K.size(1));
}

Tensor dual(const Elementwise& phi, const Tensor& K, int64_t order) {
  require_covariance(K);
  const Quadrature rule = gauss_hermite(order);
  const Vector z = read_vector(rule.nodes), w = read_vector(rule.weights);
  const Matrix k = read_matrix(K);
  const size_t n = k.size(), m = z.size();
  Matrix out(n, Vector(n, 0.0));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = i; j < n; ++j) {
      const double si = std::sqrt(k[i][i]), sj = std::sqrt(k[j][j]);
      const double c = si == 0 || sj == 0 ? 0 : correlation(k, i, j);
      const double rest = std::sqrt(std::max(0.0, 1 - c * c));
      Vector u(m), v(m * m);
      for (size_t a = 0; a < m; ++a) {
        u[a] = si * z[a];
        for (size_t b = 0; b < m; ++b) v[a * m + b] = sj * (c * z[a] + rest * z[b]);
      }
      const Vector left = read_vector(phi(write_vector(u))), right = read_vector(phi(write_vector(v)));
      double sum = 0;
      for (size_t a = 0; a < m; ++a)
        for (size_t b = 0; b < m; ++b) sum += w[a] * w[b] * left[a] * right[a * m + b];
      out[i][j] = out[j][i] = sum;
    }
  return write_matrix(out, K.size(0), K.size(1));
}

namespace {

/// σ_b² + σ_w² M, element by element.
Tensor affine(const Tensor& M, double weight_variance, double bias_variance) {
  Matrix m = read_matrix(M);
  for (Vector& row : m)
    for (double& entry : row) entry = bias_variance + weight_variance * entry;
  return write_matrix(m, M.size(0), M.size(1));
}

Tensor inputs_kernel(const Tensor& X, double weight_variance, double bias_variance) {
  const Matrix x = read_matrix(X);
  const size_t n = x.size();
  const double d = static_cast<double>(X.size(1));
  Matrix k(n, Vector(n));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (size_t a = 0; a < x[i].size(); ++a) sum += x[i][a] * x[j][a];
      k[i][j] = k[j][i] = bias_variance + weight_variance * sum / d;
    }
  return write_matrix(k, X.size(0), X.size(0));
}

}  // namespace

Tensor nngp(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2 && depth >= 0, "expected a matrix X and depth >= 0, got ", X.sizes(), " and ",
                    depth);
  Tensor K = inputs_kernel(X, weight_variance, bias_variance);
  for (int64_t layer = 0; layer < depth; ++layer) K = affine(dual(K), weight_variance, bias_variance);
  return K;
}

Beliefs posterior(const Tensor& K, const Tensor& cross, const Tensor& prior, const Tensor& y, double noise) {
  TORCH_CHECK_VALUE(K.dim() == 2 && cross.dim() == 2 && prior.dim() == 2 && y.dim() == 1 &&
                        K.size(0) == K.size(1) && cross.size(1) == K.size(0) && prior.size(0) == cross.size(0) &&
                        prior.size(1) == cross.size(0) && y.size(0) == K.size(0),
                    "expected K (n, n), cross (m, n), prior (m, m) and y (n), got ", K.sizes(), ", ",
                    cross.sizes(), ", ", prior.sizes(), " and ", y.sizes());
  TORCH_CHECK_VALUE(noise >= 0, "expected noise >= 0, got ", noise);
  Matrix A = read_matrix(K);
  for (size_t i = 0; i < A.size(); ++i) A[i][i] += noise;
  TORCH_CHECK_VALUE(factor(A), "expected K + noise to be positive definite, and it is not");
  Vector target = read_vector(y);
  forward(A, target);
  Matrix half = read_matrix(cross), covariance = read_matrix(prior);
  Vector mean(half.size(), 0.0);
  for (Vector& row : half) forward(A, row);
  for (size_t i = 0; i < half.size(); ++i) {
    for (size_t k = 0; k < target.size(); ++k) mean[i] += half[i][k] * target[k];
    for (size_t j = 0; j < half.size(); ++j)
      for (size_t k = 0; k < target.size(); ++k) covariance[i][j] -= half[i][k] * half[j][k];
  }
  return {write_vector(mean), write_matrix(covariance, prior.size(0), prior.size(1))};
}

double log_evidence(const Tensor& K, const Tensor& y, double noise) {
  TORCH_CHECK_VALUE(K.dim() == 2 && y.dim() == 1 && K.size(0) == K.size(1) && y.size(0) == K.size(0),
                    "expected K (n, n) and y (n), got ", K.sizes(), " and ", y.sizes());
  TORCH_CHECK_VALUE(noise >= 0, "expected noise >= 0, got ", noise);
  Matrix A = read_matrix(K);
  for (size_t i = 0; i < A.size(); ++i) A[i][i] += noise;
  TORCH_CHECK_VALUE(factor(A), "expected K + noise to be positive definite, and it is not");
  Vector target = read_vector(y);
  forward(A, target);
  double result = 0;
  for (size_t i = 0; i < target.size(); ++i)
    result -= 0.5 * target[i] * target[i] + std::log(A[i][i]) + 0.5 * std::log(2 * kPi);
  return result;
}

Tensor relu_derivative_dual(const Tensor& K) {
  require_covariance(K);
  const Matrix k = read_matrix(K);
  const size_t n = k.size();
  Matrix out(n, Vector(n, 0.0));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      if (k[i][i] == 0 || k[j][j] == 0) continue;
      out[i][j] = out[j][i] = i == j ? 0.5 : (kPi - std::acos(correlation(k, i, j))) / (2 * kPi);
    }
  return write_matrix(out, K.size(0), K.size(1));
}

Tensor erf_derivative_dual(const Tensor& K) {
  require_covariance(K);
  const Matrix k = read_matrix(K);
  const size_t n = k.size();
  Matrix out(n, Vector(n, 0.0));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      const double q = k[i][i], r = k[j][j], c = k[i][j];
      const double rest = i == j ? 0 : std::max(0.0, q * r - c * c);
      out[i][j] = out[j][i] = 4 / kPi / std::sqrt(1 + 2 * q + 2 * r + 4 * rest);
    }
  return write_matrix(out, K.size(0), K.size(1));
}

Tensor ntk(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual,
           const Dual& derivative_dual) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(X.dim() == 2 && depth >= 0, "expected a matrix X and depth >= 0, got ", X.sizes(), " and ",
                    depth);
  Tensor K = inputs_kernel(X, weight_variance, bias_variance);
  Matrix theta = read_matrix(K);
  for (int64_t layer = 0; layer < depth; ++layer) {
    const Matrix slopes = read_matrix(derivative_dual(K));
    K = affine(dual(K), weight_variance, bias_variance);
    const Matrix k = read_matrix(K);
    for (size_t i = 0; i < k.size(); ++i)
      for (size_t j = 0; j < k.size(); ++j) theta[i][j] = k[i][j] + weight_variance * slopes[i][j] * theta[i][j];
  }
  return write_matrix(theta, X.size(0), X.size(0));
}

namespace {

/// z_ia = w_a · x_i / √d.
Matrix preactive(const Matrix& x, const Matrix& w) {
  Matrix z(x.size(), Vector(w.size(), 0.0));
  for (size_t i = 0; i < x.size(); ++i)
    for (size_t a = 0; a < w.size(); ++a) {
      double sum = 0;
      for (size_t j = 0; j < x[i].size(); ++j) sum += w[a][j] * x[i][j];
      z[i][a] = sum / std::sqrt(static_cast<double>(x[i].size()));
    }
  return z;
}

double slope_of_erf(double u) { return 2 / std::sqrt(kPi) * std::exp(-u * u); }

/// Outputs of a network whose preactivations are known.
Vector outputs_of(const Matrix& z, const Vector& v) {
  Vector f(z.size(), 0.0);
  for (size_t i = 0; i < z.size(); ++i) {
    for (size_t a = 0; a < v.size(); ++a) f[i] += v[a] * std::erf(z[i][a]);
    f[i] /= std::sqrt(static_cast<double>(v.size()));
  }
  return f;
}

}  // namespace

Tensor network(const Tensor& X, const Tensor& W, const Tensor& v) {
  require_network(X, W, v);
  return write_vector(outputs_of(preactive(read_matrix(X), read_matrix(W)), read_vector(v)));
}

Tensor tangent_kernel(const Tensor& X, const Tensor& Z, const Tensor& W, const Tensor& v) {
  require_network(X, W, v);
  require_network(Z, W, v);
  const int64_t n = X.size(0), m = Z.size(0);
  const double d = static_cast<double>(X.size(1)), N = static_cast<double>(W.size(0));
  // large products are the library's: 160 pictures and 6,000 neurons are 10⁹ multiplications
  Matrix zx = read_matrix(X.matmul(W.t())), zz = read_matrix(Z.matmul(W.t()));
  const Matrix dots = read_matrix(X.matmul(Z.t()));
  const Vector readout = read_vector(v);
  Matrix sx = zx, sz = zz;
  for (int64_t i = 0; i < n; ++i)
    for (size_t a = 0; a < readout.size(); ++a) {
      const double u = zx[i][a] / std::sqrt(d);
      zx[i][a] = std::erf(u);
      sx[i][a] = readout[a] * slope_of_erf(u);
    }
  for (int64_t j = 0; j < m; ++j)
    for (size_t a = 0; a < readout.size(); ++a) {
      const double u = zz[j][a] / std::sqrt(d);
      zz[j][a] = std::erf(u);
      sz[j][a] = readout[a] * slope_of_erf(u);
    }
  Matrix theta(n, Vector(m, 0.0));
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < m; ++j) {
      double values = 0, slopes = 0;
      for (size_t a = 0; a < readout.size(); ++a) {
        values += zx[i][a] * zz[j][a];
        slopes += sx[i][a] * sz[j][a];
      }
      theta[i][j] = values / N + dots[i][j] / d * slopes / N;
    }
  return write_matrix(theta, n, m);
}

namespace {

/// Eigenvalues with rounding removed, and the columns of eigenvectors.
std::pair<Vector, Matrix> modes(const Tensor& K) {
  const auto [values, vectors] = torch::linalg_eigh(K);
  Vector lambda = read_vector(values);
  double largest = 0;
  for (const double l : lambda) largest = std::max(largest, l);
  const double nothing = static_cast<double>(lambda.size()) * std::numeric_limits<double>::epsilon() * largest;
  for (double& l : lambda)
    if (l <= nothing) l = 0;
  return {lambda, read_matrix(vectors)};
}

}  // namespace

Tensor flow(const Tensor& K, const Tensor& cross, const Tensor& y, const Tensor& f, const Tensor& g, double time) {
  TORCH_CHECK_VALUE(K.dim() == 2 && cross.dim() == 2 && y.dim() == 1 && f.dim() == 1 && g.dim() == 1 &&
                        K.size(0) == K.size(1) && cross.size(1) == K.size(0) && y.size(0) == K.size(0) &&
                        f.size(0) == K.size(0) && g.size(0) == cross.size(0),
                    "expected K (n, n), cross (m, n), y (n), f (n), g (m), got ", K.sizes(), ", ", cross.sizes(),
                    ", ", y.sizes(), ", ", f.sizes(), ", ", g.sizes());
  TORCH_CHECK_VALUE(time >= 0, "expected a time >= 0, got ", time);
  const auto [lambda, V] = modes(K);
  const Vector target = read_vector(y), start = read_vector(f);
  const Matrix c = read_matrix(cross);
  Vector out = read_vector(g);
  const size_t n = lambda.size();
  Vector push(n, 0.0);
  for (size_t k = 0; k < n; ++k) {
    if (lambda[k] == 0) continue;  // no force
    double part = 0;
    for (size_t i = 0; i < n; ++i) part += V[i][k] * (start[i] - target[i]);
    part *= -std::expm1(-lambda[k] * time) / lambda[k];
    for (size_t i = 0; i < n; ++i) push[i] += V[i][k] * part;
  }
  for (size_t j = 0; j < out.size(); ++j)
    for (size_t i = 0; i < n; ++i) out[j] -= c[j][i] * push[i];
  return write_vector(out);
}

Tensor loss_curve(const Tensor& K, const Tensor& residual, const Tensor& times) {
  TORCH_CHECK_VALUE(K.dim() == 2 && residual.dim() == 1 && times.dim() == 1 && K.size(0) == K.size(1) &&
                        residual.size(0) == K.size(0),
                    "expected K (n, n), residual (n) and times (T), got ", K.sizes(), ", ", residual.sizes(),
                    " and ", times.sizes());
  const Vector at = read_vector(times);
  for (const double t : at) TORCH_CHECK_VALUE(t >= 0, "expected times >= 0, got ", t);
  const auto [lambda, V] = modes(K);
  const Vector r = read_vector(residual);
  Vector out(at.size(), 0.0);
  for (size_t k = 0; k < lambda.size(); ++k) {
    double part = 0;
    for (size_t i = 0; i < r.size(); ++i) part += V[i][k] * r[i];
    for (size_t t = 0; t < at.size(); ++t)
      out[t] += 0.5 * part * part * (lambda[k] == 0 ? 1.0 : std::exp(-2 * lambda[k] * at[t]));
  }
  return write_vector(out);
}

namespace {

void require_training(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                      int64_t steps) {
  require_network(X, W, v);
  TORCH_CHECK_VALUE(y.dim() == 1 && y.size(0) == X.size(0), "expected y (n), got ", y.sizes());
  TORCH_CHECK_VALUE(rate > 0 && steps >= 0, "expected rate > 0 and steps >= 0, got ", rate, " and ", steps);
}

}  // namespace

Tensor train_network(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                     int64_t steps) {
  require_training(X, y, W, v, rate, steps);
  const Matrix x = read_matrix(X);
  const Vector target = read_vector(y);
  Matrix w = read_matrix(W);
  Vector readout = read_vector(v);
  const size_t n = x.size(), N = w.size(), d = static_cast<size_t>(X.size(1));
  Matrix history;
  for (int64_t step = 0; step <= steps; ++step) {
    const Matrix z = preactive(x, w);
    history.push_back(outputs_of(z, readout));
    if (step == steps) break;
    const Vector& f = history.back();
    for (size_t a = 0; a < N; ++a) {
      double by_readout = 0;
      Vector by_weights(d, 0.0);
      for (size_t i = 0; i < n; ++i) {
        const double r = f[i] - target[i];
        by_readout += r * std::erf(z[i][a]);
        for (size_t j = 0; j < d; ++j) by_weights[j] += r * readout[a] * slope_of_erf(z[i][a]) * x[i][j];
      }
      readout[a] -= rate * by_readout / std::sqrt(static_cast<double>(N));
      for (size_t j = 0; j < d; ++j) w[a][j] -= rate * by_weights[j] / std::sqrt(static_cast<double>(N * d));
    }
  }
  return write_matrix(history, steps + 1, X.size(0));
}

Tensor train_linearised(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                        int64_t steps) {
  require_training(X, y, W, v, rate, steps);
  const Matrix theta = read_matrix(tangent_kernel(X, X, W, v));
  const Vector target = read_vector(y);
  Matrix history{read_vector(network(X, W, v))};
  for (int64_t step = 0; step < steps; ++step) {
    const Vector before = history.back();
    Vector after = before;
    for (size_t i = 0; i < before.size(); ++i)
      for (size_t j = 0; j < before.size(); ++j) after[i] -= rate * theta[i][j] * (before[j] - target[j]);
    history.push_back(after);
  }
  return write_matrix(history, steps + 1, X.size(0));
}

Beliefs trained_ensemble(const Tensor& nngp, const Tensor& tangent, const Tensor& y) {
  TORCH_CHECK_VALUE(nngp.dim() == 2 && tangent.dim() == 2 && y.dim() == 1 && nngp.size(0) == nngp.size(1) &&
                        tangent.size(0) == nngp.size(0) && tangent.size(1) == nngp.size(0) &&
                        y.size(0) <= nngp.size(0),
                    "expected two matrices (n + m, n + m) and y (n), got ", nngp.sizes(), ", ", tangent.sizes(),
                    " and ", y.sizes());
  const size_t n = static_cast<size_t>(y.size(0)), m = static_cast<size_t>(nngp.size(0)) - n;
  const Matrix K = read_matrix(nngp), theta = read_matrix(tangent);
  const Vector target = read_vector(y);
  Matrix A(n, Vector(n));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) A[i][j] = theta[i][j];
  TORCH_CHECK_VALUE(factor(A), "expected the tangent kernel of the training points to be positive definite");
  Matrix B(m, Vector(n));
  for (size_t p = 0; p < m; ++p) {
    for (size_t i = 0; i < n; ++i) B[p][i] = theta[n + p][i];
    forward(A, B[p]);
    backward(A, B[p]);
  }
  Vector mean(m, 0.0);
  Matrix covariance(m, Vector(m, 0.0));
  for (size_t p = 0; p < m; ++p) {
    for (size_t i = 0; i < n; ++i) mean[p] += B[p][i] * target[i];
    for (size_t s = 0; s < m; ++s) {
      double sum = K[n + p][n + s];
      for (size_t i = 0; i < n; ++i) {
        sum -= B[p][i] * K[i][n + s] + B[s][i] * K[n + p][i];
        for (size_t j = 0; j < n; ++j) sum += B[p][i] * K[i][j] * B[s][j];
      }
      covariance[p][s] = sum;
    }
  }
  return {write_vector(mean), write_matrix(covariance, static_cast<int64_t>(m), static_cast<int64_t>(m))};
}

Signal layer_map(const Elementwise& phi, const Signal& before, double weight_variance, double bias_variance) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(before.variance > 0 && std::abs(before.correlation) <= 1,
                    "expected a variance > 0 and a correlation in [-1, 1], got ", before.variance, " and ",
                    before.correlation);
  const double variance = bias_variance + weight_variance * mean_square(phi, before.variance);
  TORCH_CHECK_VALUE(variance > 0, "expected a variance > 0 behind the layer, got ", variance);
  const double covariance =
      bias_variance + weight_variance * mean_product(phi, before.variance, before.correlation);
  return {variance, std::clamp(covariance / variance, -1.0, 1.0)};
}

FixedPoint fixed_point(const Elementwise& phi, const Elementwise& derivative, double weight_variance,
                       double bias_variance) {
  require_variances(weight_variance, bias_variance);
  TORCH_CHECK_VALUE(bias_variance > 0 || weight_variance > 1,
                    "expected bias_variance > 0 or weight_variance > 1, got ", bias_variance, " and ",
                    weight_variance);
  const auto up = [&](double q) { return bias_variance + weight_variance * mean_square(phi, q); };
  double start = 1;
  while (up(start) > start) start *= 2;  // from above
  const double q = settle(up, start, 0, kInfinity);
  const double chi = weight_variance * mean_square(derivative, q);
  double c = 1, slope = chi;
  if (chi - 1 > 1e-9) {
    const double total = up(q);
    const auto onward = [&](double x) {
      return (bias_variance + weight_variance * mean_product(phi, q, x)) / total;
    };
    c = settle(onward, 0, -1, 1);
    slope = weight_variance * mean_product(derivative, q, c);
  }
  const double depth = std::abs(slope - 1) <= 1e-9 ? kInfinity : -1 / std::log(slope);
  return {q, chi, c, depth};
}

double critical_weight_variance(const Elementwise& phi, const Elementwise& derivative, double bias_variance) {
  TORCH_CHECK_VALUE(bias_variance > 0, "expected bias_variance > 0, got ", bias_variance);
  const auto bias_at = [&](double q) { return q - mean_square(phi, q) / mean_square(derivative, q); };
  double low = 0, high = 1;
  while (bias_at(high) < bias_variance) {
    low = high;
    high *= 2;
  }
  for (int k = 0; k < 100 && high - low > 1e-15 * high; ++k) {
    const double middle = 0.5 * (low + high);
    (bias_at(middle) < bias_variance ? low : high) = middle;
  }
  return 1 / mean_square(derivative, 0.5 * (low + high));
}

Tensor classify_digits(const Tensor& images, const Tensor& labels, const Tensor& queries) {
  TORCH_CHECK_VALUE(images.dim() == 2 && labels.dim() == 1 && queries.dim() == 2 && images.size(0) >= 1 &&
                        images.size(1) == 784 && queries.size(1) == 784 && labels.size(0) == images.size(0),
                    "expected images (n, 784), labels (n) and queries (m, 784), got ", images.sizes(), ", ",
                    labels.sizes(), " and ", queries.sizes());
  const auto label = labels.accessor<int64_t, 1>();
  const int64_t n = images.size(0), m = queries.size(0), d = images.size(1);
  for (int64_t i = 0; i < n; ++i)
    TORCH_CHECK_VALUE(label[i] >= 0 && label[i] <= 9, "expected labels from 0 to 9, got ", label[i]);

  // less the mean picture of the training set, and each of length √784
  const auto pictures = images.accessor<double, 2>();
  Vector middle(d, 0.0);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) middle[j] += pictures[i][j] / static_cast<double>(n);
  const auto prepared = [&](const Tensor& raw) {
    Tensor out = torch::empty({raw.size(0), d}, torch::kFloat64);
    const auto from = raw.accessor<double, 2>();
    auto to = out.accessor<double, 2>();
    for (int64_t i = 0; i < raw.size(0); ++i) {
      double square = 0;
      for (int64_t j = 0; j < d; ++j) {
        to[i][j] = from[i][j] - middle[j];
        square += to[i][j] * to[i][j];
      }
      const double scale = square > 0 ? std::sqrt(static_cast<double>(d) / square) : 0;
      for (int64_t j = 0; j < d; ++j) to[i][j] *= scale;
    }
    return out;
  };
  const Tensor X = prepared(images), Q = prepared(queries);

  // three layers of ReLU; all variances are equal (a picture without any deviation from the mean gets the
  // correlation that its 0 has)
  const double weights = 2, biases = 0.1;
  const auto kernel = [&](const Tensor& dots) {
    Matrix K = read_matrix(dots);
    for (Vector& row : K)
      for (double& entry : row) {
        double q = biases + weights, k = biases + weights * entry / static_cast<double>(d);
        for (int layer = 0; layer < 3; ++layer) {
          const double c = std::clamp(k / q, -1.0, 1.0), theta = std::acos(c);
          k = biases + weights * q / (2 * kPi) * (std::sqrt(1 - c * c) + (kPi - theta) * c);
          q = biases + weights * q / 2;
        }
        entry = k;
      }
    return K;
  };
  Matrix A = kernel(X.matmul(X.t()));
  const Matrix cross = kernel(Q.matmul(X.t()));
  double variance = 0;
  for (int64_t i = 0; i < n; ++i) variance += A[i][i] / static_cast<double>(n);
  for (int64_t i = 0; i < n; ++i) A[i][i] += 0.01 * variance;
  TORCH_CHECK(factor(A), "the kernel of the pictures is not positive definite");
  Matrix alpha(10, Vector(n));
  for (int digit = 0; digit < 10; ++digit) {
    for (int64_t i = 0; i < n; ++i) alpha[digit][i] = (label[i] == digit ? 1.0 : 0.0) - 0.1;
    forward(A, alpha[digit]);
    backward(A, alpha[digit]);
  }
  Tensor answers = torch::empty({m}, torch::kInt64);
  auto answer = answers.accessor<int64_t, 1>();
  for (int64_t i = 0; i < m; ++i) {
    double best = -kInfinity;
    for (int digit = 0; digit < 10; ++digit) {
      double score = 0;
      for (int64_t k = 0; k < n; ++k) score += cross[i][k] * alpha[digit][k];
      if (score > best) {
        best = score;
        answer[i] = digit;
      }
    }
  }
  return answers;
}

}  // namespace infinite_width
