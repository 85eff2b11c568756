#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

/// Assignment 04: support vector machines.
///
/// Tensors are float64 on the CPU, labels of many classes and indices int64; arguments are contiguous and
/// never changed, and results do not require gradients. X: n points, one a row, d coordinates. y: their n
/// signs, each +1 or −1, of both kinds. K: the Gram matrix of the points, symmetric and positive
/// semidefinite. C > 0 multiplies the SUM of the slacks, not their mean; where it says so it may be infinite,
/// the hard margin. The dual is
///
///   minimise f(α) = ½ Σ_ij α_i α_j y_i y_j K_ij + Σ_i p_i α_i,   0 ≤ α_i ≤ C,   Σ_i y_i α_i = 0,
///
/// with p_i = −1 for classification, which makes it LIBSVM's: minimised, negative at its minimum. A machine
/// decides by the sign of F(x) = Σ_i y_i α_i k(x_i, x) + b; LIBSVM's rho is −b. A gradient is that of f by α.
/// α_i is free where 0 < α_i < C. CL: Chang and Lin 2011, LIBSVM, arXiv version 2022. "Throws" means
/// TORCH_CHECK_VALUE with a line that says what was expected and what was got. A vector and a one-column
/// matrix are different shapes. What breaks a stated condition and is not said to throw is unspecified. Signs
/// other than ±1, points of one kind alone, and C ≤ 0 are refused by every function that takes them together
/// with K or X.
namespace svm {

/// Task 1. The distance of each point from the plane w·x + b = 0, above 0 on the side of its sign: y_i (w·x_i
/// + b)/‖w‖. [Vapnik 1995, section 5.4] X: (n, d); y: (n); w: (d). Returns (n). Throws where the shapes do
/// not fit or w = 0.
torch::Tensor geometric_margins(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w,
                                double b);

/// Task 2. ½‖w‖² + C Σ_i max(0, 1 − y_i (w·x_i + b)). [Cortes and Vapnik 1995] X: (n, d); y: (n); w: (d).
/// Throws where the shapes do not fit.
double primal_objective(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w, double b,
                        double C);

/// A subgradient of it by (w, b): at the kink, y_i (w·x_i + b) = 1, a point adds nothing. Arguments and
/// errors of primal_objective. Returns (d + 1), that by b last.
torch::Tensor primal_subgradient(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w,
                                 double b, double C);

/// Task 3. Pegasos, for λ/2 ‖w‖² + 1/n Σ_i max(0, 1 − y_i w·x_i): no b. [Shalev-Shwartz et al. 2011, figure
/// 1] From w = 0. Step t = 1, 2, … looks at point i = order[t − 1], and with w as it is takes a step of
/// −1/(λt) along the subgradient of λ/2 ‖w‖² + max(0, 1 − y_i w·x_i), 0 at the kink; the optional projection
/// is left out. X: (n, d); y: (n); order: (steps) of [0, n), maybe empty. Returns the last w, (d). Throws
/// where the shapes do not fit, λ ≤ 0 or an index is out of range.
torch::Tensor pegasos(const torch::Tensor& X, const torch::Tensor& y, double lambda,
                      const torch::Tensor& order);

/// Task 4. The minimum of t/2 ‖w‖² − Σ_i ln(y_i (w·x_i + b) − 1) over (w, b). [Boyd and Vandenberghe 2004,
/// section 11.2] X: (n, d); y: (n); start: (d + 1), b last, with every y_i (w·x_i + b) > 1. Returns (d + 1),
/// to Newton decrements below 10⁻⁶ (the quadratic model promises to gain less than 10⁻¹²), for t from 10⁻² to
/// 10⁸, data of order 1 and a start of up to some hundreds. Throws where the shapes do not fit, t ≤ 0 or the
/// start is not feasible.
torch::Tensor barrier_centre(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& start,
                             double t);

/// The hard margin: (w, b) with every y_i (w·x_i + b) > 1 and ½‖w‖² above its least by at most `gap`. X, y,
/// start as above. Returns (d + 1). gap ≥ 10⁻⁷ n. Throws where the shapes do not fit, gap ≤ 0 or the start is
/// not feasible.
torch::Tensor hard_margin(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& start,
                          double gap);

/// Task 5. f(α), and its gradient by α. [CL eq. 2] K: (n, n); y, p, alpha: (n), anywhere, in the box or not.
/// The gradient is (n). Throw where the shapes do not fit.
double dual_objective(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& p,
                      const torch::Tensor& alpha);
torch::Tensor dual_gradient(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& p,
                            const torch::Tensor& alpha);

/// Task 6. α after the best step that changes α_i and α_j alone: f as low as it gets with Σ y α as it was and
/// both in [0, C]. [Platt 1998, section 12.2.1] One that meets an end of the box is exactly 0 or C. Where
/// K_ii + K_jj − 2K_ij ≤ 0, the step goes to the end downhill, and nowhere where it is level. K: (n, n); y,
/// alpha, gradient: (n), α in the box, the gradient at α; C may be infinite. Returns (n). Throws where the
/// shapes do not fit, i = j, one is no index, or the end downhill is infinitely far.
torch::Tensor pair_step(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& alpha,
                        const torch::Tensor& gradient, double C, int64_t i, int64_t j);

struct Pair {
  int64_t i, j;
  double violation;
};

/// Task 7. The maximal violating pair. With s_t = −y_t ∂f/∂α_t: i has the largest s_t of those that may rise
/// along y (y_t = +1 and α_t < C, or y_t = −1 and α_t > 0), j the smallest of those that may fall (y_t = −1
/// and α_t < C, or y_t = +1 and α_t > 0); of equals the first. violation: s_i − s_j, above 0 where α is not
/// optimal, maybe below 0 where it is. [CL section 4.1.1; Keerthi et al. 2001] y, alpha, gradient: (n), Σ y α
/// = 0, α in the box; C may be infinite. Throws where the shapes do not fit.
Pair violating_pair(const torch::Tensor& y, const torch::Tensor& alpha, const torch::Tensor& gradient,
                    double C);

/// alpha: (n). objectives: (steps + 1), f at 0 and after each step.
struct Path {
  torch::Tensor alpha, objectives;
};

/// Task 8. From α = 0, a pair_step for each row (i, j) of pairs, in their order. K: (n, n); y, p: (n); pairs:
/// int64 (steps, 2), maybe without a row; C may be infinite. The objectives to 10⁻⁹ of the largest. Throws
/// where the shapes do not fit or pair_step does.
Path smo_pairs(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& p, double C,
               const torch::Tensor& pairs);

/// alpha: (n). steps: how many pairs were moved.
struct Solution {
  torch::Tensor alpha;
  int64_t steps;
};

/// Task 9. Sequential minimal optimisation: from α = 0 moves the maximal violating pair until the violation
/// is at most `tolerance`. K: (n, n); y, p: (n); C may be infinite, if the classes can be separated
/// (unspecified if not). A step costs of the order of n operations; 10⁵ steps are allowed, and what needs
/// more throws. Throws also where the shapes do not fit or tolerance ≤ 0. For numbers of order 1 and
/// tolerance ≥ 10⁻¹⁰.
Solution smo(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& p, double C,
             double tolerance);

/// Task 10. b at an optimum: the mean of s_t = −y_t ∂f/∂α_t over the free α_t; where none is free, the middle
/// between the largest s_t of those that may rise and the smallest of those that may fall (task 7). [CL
/// section 4.1.5, with rho = −b] Arguments and errors of violating_pair.
double bias(const torch::Tensor& y, const torch::Tensor& alpha, const torch::Tensor& gradient, double C);

/// F(q) = Σ_i coefficients_i k(x_i, q) + b at each query q. kernel(Q, X) is the matrix of k(q_i, x_j); it is
/// asked for points of X alone whose coefficient is not 0, and not at all where there are none. X: (n, d);
/// coefficients: (n), y_i α_i of a classifier; queries: (m, d). Returns (m). Throws where the shapes do not
/// fit.
torch::Tensor decision_values(
    const std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&)>& kernel,
    const torch::Tensor& X, const torch::Tensor& coefficients, double b, const torch::Tensor& queries);

/// Task 11. How far a machine can be from the best: its primal objective ½ Σ_ij α_i α_j y_i y_j K_ij + C Σ_i
/// max(0, 1 − y_i F(x_i)), less the dual's, which is −f(α) with p = −1. [Cristianini and Shawe-Taylor 2000,
/// section 6.1] K: (n, n); y, alpha: (n), 0 ≤ α ≤ C, Σ y α = 0; b any number, C finite. Throws where the
/// shapes do not fit or C is infinite.
double duality_gap(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& alpha, double b,
                   double C);

/// Task 12. One machine for each pair of classes a < b, +1 for a, trained by smo with p = −1 on their points
/// alone; at a query it votes for a where F > 0, else for b. [CL section 7] K: (n, n); labels: int64 (n) of
/// [0, classes), each at least once; cross: (m, n), k(q_i, x_j), q the queries. C finite. Returns the votes,
/// int64 (m, classes). Throws where the shapes do not fit, a class is missing, or classes < 2.
torch::Tensor one_against_one(const torch::Tensor& K, const torch::Tensor& labels, int64_t classes, double C,
                              double tolerance, const torch::Tensor& cross);

/// One machine for each class, +1 for it, −1 for all others. Returns the values F at the queries, (m,
/// classes). Arguments and errors of one_against_one.
torch::Tensor one_against_rest(const torch::Tensor& K, const torch::Tensor& labels, int64_t classes, double C,
                               double tolerance, const torch::Tensor& cross);

/// The column of each row's largest number, of equals the first. scores: (m, k), k ≥ 1, int64 or float64.
/// Returns int64 (m). Throws where scores is no such matrix.
torch::Tensor winners(const torch::Tensor& scores);

/// coefficients: β, (n).
struct Regression {
  torch::Tensor coefficients;
  double bias;
};

/// Task 13. ε-support vector regression, F(x) = Σ_i β_i k(x_i, x) + b: minimises ½ Σ_ij β_i β_j K_ij + C Σ_i
/// max(0, |z_i − F(x_i)| − ε). [CL eq. 8 to 10; Smola and Schölkopf 2004] Violation at most `tolerance`, b by
/// task 10. K: (n, n); z: (n); C may be infinite, where all points fit into the tube. For ε > 0 β_i is
/// exactly 0, C or −C where a multiplier is at its end. Returns β and b. Throws where the shapes do not fit,
/// ε < 0, C ≤ 0 or tolerance ≤ 0.
Regression fit_regression(const torch::Tensor& K, const torch::Tensor& z, double C, double epsilon,
                          double tolerance);

/// Task 14. Each column of X by the linear map that takes the training column's least to −1 and its largest
/// to 1; what lies outside stays outside. A column without a range becomes 0. [Hsu, Chang and Lin 2003,
/// section 2.2] training: (n, d), n ≥ 1; X: (m, d). Returns (m, d). Throws where the shapes do not fit.
torch::Tensor scale_to_training(const torch::Tensor& training, const torch::Tensor& X);

/// The class of each query by one against one, winners of votes, with k(x, z) = exp(−‖x − z‖²/(2 width²)), at
/// a tolerance of 10⁻³ or below. Nothing is scaled here. X: (n, d); labels: int64 (n) of [0, k), k ≥ 2, each
/// class at least once; queries: (m, d). Returns int64 (m). Throws where the shapes do not fit, width ≤ 0 or
/// C ≤ 0.
torch::Tensor classify(const torch::Tensor& X, const torch::Tensor& labels, const torch::Tensor& queries,
                       double C, double width);

/// Task 15, graduate. i and violation as in task 7, whatever the new j. j, of those t that may fall with s_t
/// < s_i, is that where (s_i − s_t)²/(K_ii + K_tt − 2K_it) is largest, a denominator ≤ 0 taken as 10⁻¹²; of
/// equals the first. [Fan, Chen and Lin 2005, WSS 2] Where there is no such t, j is that of task 7. K: (n,
/// n); the others, and errors, as for violating_pair.
Pair second_order_pair(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& alpha,
                       const torch::Tensor& gradient, double C);

/// smo with these pairs. Arguments, promises and errors of smo.
Solution smo_second_order(const torch::Tensor& K, const torch::Tensor& y, const torch::Tensor& p, double C,
                          double tolerance);

/// Task 16, graduate. F_−i(x_i): what the machine of the n − 1 others says of each point. [Vapnik 1998,
/// section 10.3] p = −1, C finite. K: (n, n); y: (n), at least two of each kind. Only support vectors want a
/// machine of their own; where none of the whole machine's α is free, a point with α_i = 0 may have its F or
/// one with b anew. Values to some 100 tolerances. Returns (n). Throws where the shapes do not fit, a
/// kind has one point or tolerance ≤ 0.
torch::Tensor leave_one_out_values(const torch::Tensor& K, const torch::Tensor& y, double C,
                                   double tolerance);

}  // namespace svm
