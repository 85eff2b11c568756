#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Assignment 08: a fully connected network three ways, and how a signal travels through its depth.
///
/// L layers, for one example z^l = W^l φ(z^{l−1}) + b^l, the first one z¹ = W¹x + b¹; the last, z^L, are the
/// logits: no activation follows it. n: examples in a batch, one a row; n_l: units of layer l; k = n_L:
/// classes. "activation" is "tanh" or "relu". Arguments are contiguous, do not require gradients and are
/// never changed (a network is: that is what it is for), and results have the dtype of the arguments and do
/// not require gradients. "Throws" means TORCH_CHECK_VALUE with a line that says what was expected and what
/// was got.
namespace fcn {

/// One layer: weight (n_l, n_{l−1}) as in torch::nn::Linear, bias (n_l). Gradients come in the same form.
struct Layer {
  torch::Tensor weight;
  torch::Tensor bias;
};
using Parameters = std::vector<Layer>;

/// Task 1. φ(z) and φ'(z), element by element; φ'(0) = 0 for ReLU. z: any shape. Throws where the activation
/// is neither "tanh" nor "relu".
torch::Tensor activate(const torch::Tensor& z, const std::string& activation);
torch::Tensor activation_slope(const torch::Tensor& z, const std::string& activation);

/// Task 2. The mean over the batch of −ln p_y, p = softmax(z), and its gradient by z. [Bishop, PRML eq.
/// 4.108, 4.109, over n] logits: (n, k), any size of numbers: 10⁴ must not overflow; labels: (n) int64 in [0,
/// k). Return a tensor without dimensions, through which autograd can differentiate, and (n, k). Throw where
/// the shapes or the labels do not fit.
torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels);
torch::Tensor cross_entropy_gradient(const torch::Tensor& logits, const torch::Tensor& labels);

/// Task 3. The forward pass: z¹ … z^L, each (n, n_l). x: (n, n_0). Throws where there is no layer or the
/// shapes do not fit.
std::vector<torch::Tensor> preactivations(const Parameters& parameters, const torch::Tensor& x,
                                          const std::string& activation);

/// Task 4. The errors δ^l = ∂ℓ/∂z^l of every layer, δ¹ … δ^L, from the last one, by the chain rule written
/// out. [Rumelhart et al. 1986, eq. 4 to 7] z: as preactivations returns it; output_error: δ^L, (n, n_L).
std::vector<torch::Tensor> backpropagate(const Parameters& parameters, const std::vector<torch::Tensor>& z,
                                         const torch::Tensor& output_error, const std::string& activation);

/// Task 5. The gradient of cross_entropy by every weight and bias, by tasks 2 to 4, without autograd.
/// x: (n, n_0); labels: (n).
Parameters gradients_by_hand(const Parameters& parameters, const torch::Tensor& x,
                             const torch::Tensor& labels, const std::string& activation);

/// Task 6. One step of gradient descent, θ − ηg. Throws where η ≤ 0 or there are not as many gradients as
/// layers.
Parameters sgd_step(const Parameters& parameters, const Parameters& gradients, double learning_rate);

/// Task 7. What task 5 returns, by torch::autograd::grad.
Parameters gradients_by_autograd(const Parameters& parameters, const torch::Tensor& x,
                                 const torch::Tensor& labels, const std::string& activation);

/// Task 8. The third way: what your class derives from.
class Network : public torch::nn::Module {
 public:
  /// x: (n, n_0). Returns the logits, (n, k).
  virtual torch::Tensor forward(const torch::Tensor& x) = 0;
};

/// A network of torch::nn::Linear, registered as "layer1", "layer2", …, so that its parameters are
/// "layer1.weight", "layer1.bias", "layer2.weight", … in this order, with these initial values and their
/// dtype. Throws where there is no layer.
std::shared_ptr<Network> make_network(const Parameters& parameters, const std::string& activation);

/// Task 9. The fraction of examples whose largest logit is that of their label. x: (n, n_0); labels: (n).
double accuracy(const std::shared_ptr<Network>& network, const torch::Tensor& x, const torch::Tensor& labels);

struct TrainOptions {
  int64_t epochs = 1;
  int64_t batch_size = 32;
  double learning_rate = 0.1;
  double momentum = 0;
  int64_t seed = 0;
};

/// Task 10. Trains by torch::optim::SGD on the cross-entropy of mini-batches. Each epoch visits every example
/// once, in an order that is drawn anew; the last batch of an epoch is smaller where batch_size does not
/// divide n. The seed alone decides the orders. Returns for each epoch the mean over its n examples of the
/// loss that each had when its batch came. x: (n, n_0); labels: (n). Throws where the shapes do not fit,
/// batch_size < 1, epochs < 0 or learning_rate ≤ 0.
std::vector<double> train(const std::shared_ptr<Network>& network, const torch::Tensor& x,
                          const torch::Tensor& labels, const TrainOptions& options);

/// Task 11. Independent W^l_ij ~ N(0, σ_w²/n_{l−1}) and b^l_i ~ N(0, σ_b²), float64; the same seed, the same
/// numbers. widths: n_0, …, n_L. weight_variance: σ_w²; bias_variance: σ_b². Throws where there are fewer
/// than two widths, one is below 1, or a variance is negative.
Parameters gaussian_parameters(const std::vector<int64_t>& widths, double weight_variance,
                               double bias_variance, int64_t seed);

/// z = multiplier · Wa + b with W_ij ~ N(0, deviation²).
struct WeightScale {
  double deviation;
  double multiplier;
};

/// Task 12. "he": variance 2/fan_in. [He et al. 2015, eq. 10] "glorot": variance 2/(fan_in + fan_out).
/// [Glorot and Bengio 2010, eq. 12] Both with multiplier 1. "ntk": the weights that are trained have variance
/// 1, and the forward pass divides by √fan_in. [Jacot et al. 2018, section 2] Throws for another scheme or
/// fans below 1.
WeightScale weight_scale(const std::string& scheme, int64_t fan_in, int64_t fan_out);

/// Σ_i weights_i f(nodes_i) is E f(z), z ~ N(0, 1), for every polynomial f up to degree 2n − 1.
struct Quadrature {
  torch::Tensor nodes;
  torch::Tensor weights;
};

/// Task 13. Gauss–Hermite quadrature with n nodes, ascending: the nodes are the eigenvalues of the symmetric
/// tridiagonal matrix with zeros on its diagonal and √1, √2, …, √(n−1) beside it, the weights the squared
/// first components of its normalised eigenvectors. [Golub and Welsch 1969] Both (n) float64. Throws where n
/// < 1.
Quadrature gauss_hermite(int64_t n);

/// Task 14. One layer of an infinitely wide network: σ_w² E[φ(√q z)²] + σ_b², z ~ N(0, 1). [Poole et al.
/// 2016, eq. 3] Eight digits for q ≤ 3. Throws where q or a variance is negative.
double variance_map(double q, double weight_variance, double bias_variance, const std::string& activation);

/// The variance q* to which the map leads from any q > 0. [Poole et al. 2016, section 3] Eight digits for
/// q* ≤ 3, also where q* has just left the fixed point 0: tanh with σ_w² just above 1 and σ_b² = 0. Throws
/// where a variance is negative, and for ReLU with σ_w² ≥ 2: q diverges there or keeps any value.
double variance_fixed_point(double weight_variance, double bias_variance, const std::string& activation);

/// Task 15. χ = σ_w² E[φ'(√q* z)²]: the factor by which the mean square of δ^l grows per layer that it is
/// taken back, between layers of equal width. [Schoenholz et al. 2017, eq. 5] For ReLU with any σ_w²: its χ
/// does not depend on q.
double gradient_factor(double weight_variance, double bias_variance, const std::string& activation);

/// The σ_w² at which χ = 1 and q* is finite, to six digits for σ_b² ≤ 0.5. Throws where there is none (ReLU
/// with σ_b² > 0), or σ_b² < 0.
double critical_weight_variance(double bias_variance, const std::string& activation);

/// Task 16. A trained classifier of your own making: widths, activation, initialisation, epochs and rates are
/// your choice. x: (n, d) float32, pixels in [0, 1] or spins ±1; labels: (n) int64 in [0, classes). The
/// checks call it with digits, photographs (their pixels in a random order) and spins, and call forward of
/// what it returns with examples that it has not seen. A few seconds on one thread.
std::shared_ptr<Network> fit_classifier(const torch::Tensor& x, const torch::Tensor& labels, int64_t classes,
                                        int64_t seed);

}  // namespace fcn
