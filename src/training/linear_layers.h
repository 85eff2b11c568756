#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace spinlab::training {

/// One linear map y = a Wᵀ + b in a forward pass: a (n, in) and y (n, out), in the graph. Both undefined
/// where there is none.
struct LinearPass {
  at::Tensor input, output;
};

/// For each weight (out, in) its linear map in what `forward` computes on this thread; none where it is not
/// used in exactly one. LibTorch's modules have no hooks in C++; what is listened to is LibTorch's own record
/// of operators (ATen/record_function.h), so that a model need not say what its layers are.
std::vector<LinearPass> linear_passes(const std::vector<at::Tensor>& weights,
                                      const std::function<void()>& forward);

/// Which gradients at the outputs a Fisher matrix is made of.
enum class FisherKind {
  /// Of labels drawn from the model's own distribution: the Fisher matrix without bias, by one backward pass.
  kSampled,
  /// The mean over all labels, by a backward pass for each of the r columns of Objective::fisher_factor.
  kExact,
  /// Of the labels that there are: not the Fisher matrix but where the model is right [Kunstner, Balles and
  /// Hennig,
  /// arXiv:1905.12558].
  kEmpirical,
};

/// Of one linear layer and n examples: the layer's block of the Fisher matrix of the mean loss is Σ over rows
/// g of gradients[c][i] and their inputs a_i of (g gᵀ) ⊗ (a aᵀ) / n.
struct LinearFactors {
  /// (n, in) and (r, n, out). Both undefined where there is no such layer.
  at::Tensor inputs, gradients;
};

/// outputs: (n, k), computed through the passes; directions: (r, n, k), what stands for the gradient of each
/// example's loss by its outputs. r backward passes.
std::vector<LinearFactors> linear_factors(const std::vector<LinearPass>& passes, const at::Tensor& outputs,
                                          const at::Tensor& directions);

/// Directions of a Fisher factor B (n, k, r): its columns (r, n, k), or (1, n, k) of sums of them with
/// independent normal weights, which have the same second moment; for a Gaussian these are the gradients of
/// sampled labels.
at::Tensor fisher_directions(const at::Tensor& factor, FisherKind kind, const at::Generator& generator);

}  // namespace spinlab::training
