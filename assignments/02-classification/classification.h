#pragma once

#include <torch/types.h>

#include <cstdint>

/// Assignment 02: from the best rule that there can be to rules that are learnt, and what they are worth.
///
/// Features and probabilities are float64, labels and outcomes int64; arguments lie contiguous on the CPU and
/// are never changed. n ≥ 1: points, d ≥ 1: features, k: classes. A class is a number from 0 on; of two
/// classes, 1 has the sign s = +1 and 0 the sign s = −1. Weights of a plane are (d + 1): w, then b; the score
/// of a point is w·x + b, its margin s(w·x + b). ln is natural. "Throws" means TORCH_CHECK_VALUE with a line
/// that says what was expected and what was got; "does not fit" includes labels that are no int64 vector as
/// long as X, and labels that are not in [0, k).
namespace classification {

/// Task 1. C_ij, how many points of class i were called j. [ESL table 9.1] labels, predicted: int64 (n).
/// Returns int64 (classes, classes). Throws where they do not fit or classes < 1.
torch::Tensor confusion_matrix(const torch::Tensor& labels, const torch::Tensor& predicted, int64_t classes);

/// Task 2. The probability 1/(1 + e^−z) of class 1 at log-odds z, and its surprise −ln of that, ln(1 + e^−z).
/// [Bishop, PRML eq. 4.59] z: any shape, from −1000 to 1000. Return the same shape. Twelve digits of every
/// value above 1e-300, however small.
torch::Tensor probability(const torch::Tensor& z);
torch::Tensor logistic_loss(const torch::Tensor& z);

/// Task 3. Two Gaussians of one covariance, P(1) = prior1: the (w, b) for which w·x + b is the logarithm of
/// P(1|x)/P(0|x) at every x. [PRML eq. 4.66, 4.67] means: (d); covariance: (d, d), symmetric. Returns (d +
/// 1). Throws where shapes do not fit, the covariance is not positive definite, or prior1 is not between 0
/// and 1.
torch::Tensor gaussian_log_odds(const torch::Tensor& mean0, const torch::Tensor& mean1,
                                const torch::Tensor& covariance, double prior1);

/// The fraction that this rule (class 1 where the score is above 0) gets wrong; no other gets less. The means
/// may be equal. Throws as above.
double bayes_error(const torch::Tensor& mean0, const torch::Tensor& mean1, const torch::Tensor& covariance,
                   double prior1);

/// What the perceptron ends with, how often it was corrected, and whether a whole pass needed no correction.
struct Perceptron {
  torch::Tensor weights;
  int64_t mistakes;
  bool converged;
};

/// Task 4. Rosenblatt's perceptron, from w = 0, b = 0. A pass goes through the rows from the first to the
/// last. Row i is a mistake where s_i(w·x_i + b) ≤ 0; then w += s_i x_i and b += s_i, before the next row.
/// Ends after the first pass without a mistake (converged), or after `passes` of them (not converged, if the
/// last had one). [ESL §4.5.1] X: (n, d); y: (n) of 0 and 1. Throws where they do not fit or passes < 1.
Perceptron perceptron(const torch::Tensor& X, const torch::Tensor& y, int64_t passes);

/// Task 5. J = 1/n Σ ln(1 + e^−m_i) + λ/2 ‖w‖², m_i the margins: the intercept is not penalised. And its
/// gradient by (w, b). [ESL eq. 4.20, over −n] X: (n, d); y: (n) of 0 and 1; w: (d + 1). Return a number and
/// (d + 1). Throw where shapes or labels do not fit or λ < 0.
double logistic_objective(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w,
                          double lambda);
torch::Tensor logistic_gradient(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w,
                                double lambda);

/// Task 6. Newton's step for J: the p with H p = −∇J at w; the new point would be w + p. [ESL eq. 4.23]
/// Arguments and errors of task 5. Returns (d + 1). Unspecified where H is singular to rounding.
torch::Tensor newton_step(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w,
                          double lambda);

/// Task 7. The minimum of J, to where no element of ∇J is above the tolerance in size; from any data, however
/// far out single points lie. Returns (d + 1). Throws where arguments do not fit, λ < 0, tolerance ≤ 0, and
/// where J has no minimum: only one class is there, or λ = 0 and some plane has every point strictly on its
/// right side [Albert and Anderson 1984]. Unspecified where λ = 0 and H is singular, where the gradient is
/// within the tolerance before a separating plane has been met, or where a plane has every point on its right
/// side or on it. Tolerances of 1e-10 are met for features of size 1.
torch::Tensor fit_logistic(const torch::Tensor& X, const torch::Tensor& y, double lambda, double tolerance);

/// Task 8. ln p_ic, p = e^Z_ic / Σ_c' e^Z_ic', row by row. [PRML eq. 4.104] Z: (n, k), k ≥ 1, numbers of any
/// size: 10⁴ must not overflow. Returns (n, k). Throws where Z is not a matrix.
torch::Tensor log_softmax(const torch::Tensor& Z);

/// Task 9. The gradient of −1/n Σ ln p_{i, label_i} + λ/2 Σ_c ‖w_c‖² by all weights, Z_ic = w_c·x_i + b_c:
/// intercepts are not penalised. [PRML eq. 4.109] X: (n, d); labels: (n); W: (k, d + 1), a row (w_c, b_c) for
/// each class. Returns (k, d + 1). Throws where shapes or labels do not fit or λ < 0.
torch::Tensor softmax_gradient(const torch::Tensor& X, const torch::Tensor& labels, const torch::Tensor& W,
                               double lambda);

/// Task 10. A bound on the curvature of that objective at any W: ½ λ_max(X̃ᵀX̃/n) + λ, X̃ with a last column of
/// ones. [Böhning 1992] Throws where X is not a matrix or λ < 0.
double softmax_curvature(const torch::Tensor& X, double lambda);

/// W after `steps` steps of gradient descent from 0, each −1/softmax_curvature times the gradient. Returns
/// (classes, d + 1). Throws where shapes or labels do not fit, λ < 0 or steps < 0.
torch::Tensor fit_softmax(const torch::Tensor& X, const torch::Tensor& labels, int64_t classes, double lambda,
                          int64_t steps);

/// Task 11. The class of most of the k nearest rows of X, Euclidean; of rows equally far the lower row comes
/// first, of classes with equal votes the lowest. [Cover and Hart 1967] X: (n, d); labels: (n), of any
/// classes from 0 on; queries: (m, d), any m ≥ 1. Returns int64 (m). Between points of whole
/// numbers distances are compared exactly as long as their squares are below 2⁵²; others that differ by less
/// than 1e-12 of themselves may come in either order. The origin does not matter. Takes at most 64 MiB
/// beside arguments and result. Throws where shapes or labels do not fit, k < 1 or k > n.
torch::Tensor nearest_neighbours(const torch::Tensor& X, const torch::Tensor& labels,
                                 const torch::Tensor& queries, int64_t k);

/// For each bin how many probabilities, their mean, and the fraction of outcomes that were 1; both 0 where
/// the bin is empty. And error = Σ_j (counts_j/n) |fraction_j − mean_probability_j|.
struct Calibration {
  torch::Tensor counts, mean_probability, fraction;
  double error;
};

/// Task 12. p belongs to bin ⌊p · bins⌋, p = 1 to the last. [Naeini et al. 2015] probabilities: (n) in [0,
/// 1]; outcomes: (n) of 0 and 1; p · bins as float64 has it. counts int64, the others float64, all (bins).
/// Throws where shapes do not fit, values are out of range or bins < 1.
Calibration calibration(const torch::Tensor& probabilities, const torch::Tensor& outcomes, int64_t bins);

/// Points of the curve from (0, 0) to (1, 1), and the area below it.
struct Roc {
  torch::Tensor false_positive_rate, true_positive_rate;
  double area;
};

/// Task 13. Of all n points those with a score of at least t are called 1: for each t the fraction of the 0s
/// and of the 1s that are. First t = ∞, which gives (0, 0), then each different score from the highest to the
/// lowest, once: both (t ≤ n + 1). The area is the probability that a 1 scores above a 0, with equal scores
/// counted half. [Hanley and McNeil 1982] scores: (n); outcomes: (n) of 0 and 1. Throws where shapes do not
/// fit, outcomes are not 0 and 1, or one of the two is missing.
Roc roc(const torch::Tensor& scores, const torch::Tensor& outcomes);

/// Task 14. Two numbers that know the phase: |m|, m the mean spin, and the energy per site, −1/N Σ s_i s_j
/// over the bonds from each site to the next one in its row and in its column, periodic. spins: int8
/// (n, rows, columns) of ±1, at least 2 × 2. Returns float64 (n, 2). Throws where spins is not of three
/// dimensions, or rows or columns are below 2.
torch::Tensor ising_features(const torch::Tensor& spins);

/// Task 15. Newton's step for the objective of task 9: of all P with H P = −∇ the shortest, H the matrix of
/// (k(d + 1))² second derivatives. [Böhning 1992] Arguments and errors of task 9. Returns (k, d + 1).
/// Unspecified where directions beside those of section 15 have a curvature below 1e-10 of the largest.
torch::Tensor softmax_newton_step(const torch::Tensor& X, const torch::Tensor& labels, const torch::Tensor& W,
                                  double lambda);

}  // namespace classification
