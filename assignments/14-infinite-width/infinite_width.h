#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

/// Assignment 14: networks of infinite width. Every tensor is float64 on the CPU (labels int64), points are
/// rows, and arguments are never changed. weight_variance is σ_w², bias_variance σ_b²: variances, not
/// deviations. "Throws" means TORCH_CHECK_VALUE with a line that says what was expected and what was got; all
/// functions with variances throw where weight_variance ≤ 0 or bias_variance < 0.
namespace infinite_width {

using torch::Tensor;
/// φ or φ', applied to each element of a tensor of any shape. Where no order is given (tasks 14 and 15), it
/// is smooth on the scale of 1 and grows no faster than a power, and means are wanted to eight digits for
/// variances up to 10.
using Elementwise = std::function<Tensor(const Tensor&)>;
/// Of a covariance matrix K the matrix of means E[φ(u_i) φ(u_j)] (or with φ'), u ~ N(0, K): "dual" of φ.
/// (n, n) → (n, n).
using Dual = std::function<Tensor(const Tensor& K)>;

/// Task 1. f between `left` and `right` by `cells` bumps of equal width, each as high as f in the middle of
/// its cell: Σ_j f(m_j) [θ(x − a_j) − θ(x − a_{j+1})], θ(t) = 1 for t ≥ 0 and else 0, a_0 = left, a_cells =
/// right. [Cybenko 1989] f is called once, with all m_j; x: (n), any numbers. Returns (n), 0 outside [left,
/// right). Throws where x is no vector, left ≥ right or cells < 1.
Tensor bump_network(const Elementwise& f, double left, double right, int64_t cells, const Tensor& x);

/// The least number of cells for which the error of bump_network is at most `error` for every f with |f(x) −
/// f(z)| ≤ slope |x − z|, on an interval of the given length. Throws unless slope ≥ 0, length > 0, error > 0.
int64_t bumps_needed(double slope, double length, double error);

/// Task 2. A layer in NTK parametrisation: z_ia = σ_w/√d Σ_j W_aj x_ij + σ_b b_a. [Jacot et al. 2018, section
/// 2] X: (n, d); W: (N, d); b: (N). Returns (n, N). Throws where the shapes do not fit.
Tensor preactivations(const Tensor& X, const Tensor& W, const Tensor& b, double weight_variance,
                      double bias_variance);

/// Task 3. Outputs of independent random networks with one hidden layer of `width` ReLUs at the points X: in
/// each f(x) = σ_w/√N Σ_a v_a max(z_a(x), 0) + σ_b β, z as in task 2, all W, b, v, β independent standard
/// normal numbers, one network's independent of another's. The same arguments give the same numbers, another
/// seed others. X: (n, d). Returns (networks, n). Throws where X is no matrix, width < 1 or networks < 1.
Tensor random_networks(const Tensor& X, int64_t width, int64_t networks, double weight_variance,
                       double bias_variance, int64_t seed);

/// The excess kurtosis E f⁴/(E f²)² − 3 of f = N^{−1/2} Σ_a v_a φ_a, v_a standard normal, φ_a independent of
/// each other and of v, with the moments E φ² = second, E φ⁴ = fourth. Throws unless N = width ≥ 1, second >
/// 0 and fourth ≥ second² (no random number has less).
double excess_kurtosis(double second, double fourth, int64_t width);

/// Nodes and weights of Σ_k w_k f(z_k) ≈ E f(z), z ~ N(0, 1), both (order).
struct Quadrature {
  Tensor nodes, weights;
};

/// Task 4. Gauss's rule for the standard normal distribution: exact for polynomials of degree up to 2 · order
/// − 1; nodes increase, and weights have nine digits, small ones too. [Golub and Welsch 1969] 1 ≤ order ≤
/// 150. Throws else.
Quadrature gauss_hermite(int64_t order);

/// E φ(u), u ~ N(0, variance), by that rule; φ is called once. variance 0 is φ(0). Throws where variance < 0.
double gaussian_mean(const Elementwise& phi, double variance, int64_t order);

/// Task 5. The dual of ReLU, φ(u) = max(u, 0). [Cho and Saul 2009, eq. 1 and 6, n = 1, over 2] K: (n, n),
/// symmetric and positive semidefinite to rounding, which may leave a correlation of 1 + 10⁻¹⁵ (it counts as
/// 1) or −1 − 10⁻¹⁵. Where a variance K_ii is 0, so are row and column i. The diagonal of the result is
/// K_ii/2 to twelve digits. Returns (n, n), symmetric. Throws where K is not square or a K_ii is below 0.
Tensor relu_dual(const Tensor& K);
/// The dual of φ(u) = erf(u). [Williams 1997, eq. 11] K and refusals as for relu_dual.
Tensor erf_dual(const Tensor& K);

/// Task 6. The dual of any φ by quadrature with order² nodes: u = √K_ii z, v = √K_jj (c z + √(1 − c²) z'), c
/// the correlation, clamped to [−1, 1]; 0 where a variance is 0 (u and v are independent then). φ is called
/// any number of times. K as in task 5; it must serve n ≤ 8 and order ≤ 80. Returns (n, n), symmetric. Throws
/// as relu_dual does.
Tensor dual(const Elementwise& phi, const Tensor& K, int64_t order);

/// Task 7. The covariance of the outputs of an infinitely wide network with `depth` hidden layers: K⁰ = σ_b²
/// + σ_w² XXᵀ/d, K^{ℓ+1} = σ_b² + σ_w² dual(K^ℓ); K^depth is returned. [Lee et al. 2018, eq. 5] X: (n, d);
/// `dual` is called `depth` times. Returns (n, n). Throws where X is no matrix or depth < 0.
Tensor nngp(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual);

/// Gaussian beliefs of function values at m points: mean (m), covariance (m, m).
struct Beliefs {
  Tensor mean, covariance;
};

/// Task 8. What is known of f at m new points after y_i = f(x_i) + noise, prior f ~ GP(0, k). [Rasmussen and
/// Williams 2006, eq. 2.23 and 2.24] K: (n, n) of the observed points; cross: (m, n); prior: (m, m) of the
/// new ones; y: (n); noise: its variance. The covariance is that of f, without noise. Throws where the shapes
/// do not fit, noise < 0 or K + noise 1 is not positive definite.
Beliefs posterior(const Tensor& K, const Tensor& cross, const Tensor& prior, const Tensor& y, double noise);
/// ln p(y), y ~ N(0, K + noise 1), in nats. [Eq. 2.30 there] It is finite where a determinant of 10⁻⁴⁰⁰ is
/// not. Throws as posterior does.
double log_evidence(const Tensor& K, const Tensor& y, double noise);

/// Task 9. E[φ'(u_i) φ'(u_j)], u ~ N(0, K), of ReLU: φ' is 1 above 0 and 0 below. K, refusals and result as
/// in task 5; the diagonal is exactly ½. Where a variance is 0, so are row and column, the diagonal too.
Tensor relu_derivative_dual(const Tensor& K);
/// The same of erf. Nothing is special where a variance is 0.
Tensor erf_derivative_dual(const Tensor& K);

/// The neural tangent kernel of the network of task 7, all weights and biases trained, in NTK
/// parametrisation: Θ⁰ = K⁰, Θ^{ℓ+1} = K^{ℓ+1} + σ_w² derivative_dual(K^ℓ) ∘ Θ^ℓ; Θ^depth is returned. [Jacot
/// et al. 2018, theorem 1] Each dual is called `depth` times. Returns (n, n). Throws as nngp does.
Tensor ntk(const Tensor& X, int64_t depth, double weight_variance, double bias_variance, const Dual& dual,
           const Dual& derivative_dual);

/// Task 10. A network of finite width, f(x) = N^{−1/2} Σ_a v_a erf(w_a·x/√d). X: (n, d); W: (N, d); v: (N).
/// Returns (n). Throws where the shapes do not fit.
Tensor network(const Tensor& X, const Tensor& W, const Tensor& v);
/// Its tangent kernel ∇f(x_i)·∇f(z_j), the gradient by all of W and v. Z: (m, d). Returns (n, m). At no time
/// in more than 50 (n + m) N + 50 n m numbers: (n + m) N d are too many, and so are n m N. Throws where the
/// shapes do not fit.
Tensor tangent_kernel(const Tensor& X, const Tensor& Z, const Tensor& W, const Tensor& v);

/// Task 11. Outputs at time t of df/dt = −Θ(f − y), the gradient flow of ½ Σ_i (f(x_i) − y_i)² with a kernel
/// that does not move, at m other points. [Lee et al. 2019, eq. 10 and 11, learning rate 1, times n in their
/// loss] K: Θ of the n training points, symmetric, positive semidefinite; cross: (m, n); y, f: (n), targets
/// and outputs at t = 0; g: (m), outputs at t = 0 of the others; time ≥ 0, infinity too. Eigenvalues that are
/// at most n ε times the largest, ε = 2⁻⁵², count as 0, and their directions are left out: cross does not see
/// them. Returns (m). Throws where the shapes do not fit or time < 0 or NaN.
Tensor flow(const Tensor& K, const Tensor& cross, const Tensor& y, const Tensor& f, const Tensor& g,
            double time);
/// ½ Σ_i (f(x_i) − y_i)² along it. residual: f − y at t = 0, (n); times: (T), each ≥ 0. Returns (T). Throws
/// as flow does.
Tensor loss_curve(const Tensor& K, const Tensor& residual, const Tensor& times);

/// Task 12. The network of task 10 trained by gradient descent on ½ Σ_i (f(x_i) − y_i)², W and v at once:
/// parameters −= rate · gradient. y: (n). Returns the outputs (steps + 1, n), those before the first step
/// first. Throws where the shapes do not fit, rate ≤ 0 or steps < 0.
Tensor train_network(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                     int64_t steps);
/// The same of the network's linearisation about W, v, f(x; W, v) + ∇f(x; W, v)·Δ, by the same steps.
Tensor train_linearised(const Tensor& X, const Tensor& y, const Tensor& W, const Tensor& v, double rate,
                        int64_t steps);

/// Task 13. Outputs at the last m of n + m points of infinitely wide networks that were drawn, each with its
/// own weights, and trained on the first n to infinite time: mean and covariance over the networks. [Lee et
/// al. 2019, eq. 16 and 17] nngp: covariance before training, tangent: Θ, both (n + m, n + m); y: (n). Throws
/// where the shapes do not fit or Θ of the training points is not positive definite.
Beliefs trained_ensemble(const Tensor& nngp, const Tensor& tangent, const Tensor& y);

/// Task 14. What a layer makes of two inputs with the variance q and the correlation c: their variance and
/// correlation behind it. [Poole et al. 2016, eq. 3 and 5]
struct Signal {
  double variance, correlation;
};
/// q > 0, |c| ≤ 1; so is what is returned. Throws else, or where the new variance is not above 0.
Signal layer_map(const Elementwise& phi, const Signal& before, double weight_variance, double bias_variance);

/// Where depth leads: q* = σ_b² + σ_w² E φ(√q* z)², χ = σ_w² E φ'(√q* z)² the slope of the correlation's map
/// at c = 1, c* its stable fixed point: 1 where χ ≤ 1, else in [0, 1), and the number of layers over which c
/// − c* falls by 1/e once it is small, ξ = −1/ln of the map's slope at c*; infinity where |χ − 1| ≤ 10⁻⁹.
struct FixedPoint {
  double variance, chi, correlation, depth_scale;
};
/// [Schoenholz et al. 2017, eq. 3 to 9] φ is odd and bounded, and |φ'(u)| falls with |u|: there is one q* > 0
/// where bias_variance > 0 or weight_variance φ'(0)² > 1, else none (throws). Eight digits of q*, six of the
/// rest, where |χ − 1| ≥ 0.02.
FixedPoint fixed_point(const Elementwise& phi, const Elementwise& derivative, double weight_variance,
                       double bias_variance);

/// Task 15, graduate. The edge of chaos: the σ_w² with χ = 1 for this σ_b², φ as for fixed_point. Eight
/// digits for 10⁻⁶ ≤ bias_variance ≤ 1. Throws where bias_variance ≤ 0.
double critical_weight_variance(const Elementwise& phi, const Elementwise& derivative, double bias_variance);

/// Task 16. Handwritten digits: the label of each query, learnt from images and labels. images: (n, 784),
/// grey values in [0, 1]; labels: (n), int64, 0 to 9, of which some may not occur; queries: (m, 784), m ≥ 1.
/// The answer to a query depends on the training data and on this query alone. Method, depth, variances and
/// ridge are yours. Checks ask for 700 drawn digits of MNIST after 300 others, twice: 20 errors more are
/// allowed in all than the NNGP of one hidden layer of ReLUs makes (section 16: about 232), also where black
/// and white are exchanged, the pixels of all pictures rearranged alike, or the labels renamed. Training
/// images that are asked again get their own labels, but for 2 in 100. Where noise hides what tells the
/// images of different labels apart, 20 images of each are enough for at most 6 errors in 100 (the nearest
/// image is wrong in 20); where it is small beside that, there are none. Returns (m), int64. At most 1 s on
/// one thread for n = 300, m = 700. Throws where the shapes do not fit or a label is not in 0 to 9.
Tensor classify_digits(const Tensor& images, const Tensor& labels, const Tensor& queries);

}  // namespace infinite_width
