#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>

#include "models/solvers/sparse_rows.h"
#include "src/core/config.h"
#include "src/core/registry.h"

namespace spinlab::models {

/// A kernel k(x, z): symmetric, and all its Gram matrices positive semidefinite where its class does not say
/// otherwise. Immutable.
class Kernel {
 public:
  virtual ~Kernel() = default;

  /// X: (n, d), Z: (m, d), of one floating type. Returns k(x_i, z_j), (n, m).
  virtual at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const = 0;

  /// k(x_i, x_i), (n).
  virtual at::Tensor diagonal(const at::Tensor& X) const = 0;

  /// Where k is a function of inner products: coordinates (n, d) of points X (n, d) whose products it is of,
  /// and that function, of products (m, n) in place and of the points' own squares, (m) and (n). Undefined,
  /// and not to be called, where it is none; of sparse points c10::ValueError is thrown then.
  virtual at::Tensor coordinates(const at::Tensor& X) const;
  virtual SparseRows coordinates(const SparseRows& X) const;
  virtual void of_products(at::Tensor& products, const at::Tensor& squares, const at::Tensor& others) const;

  /// The training rows are the kernel matrix itself, and not points.
  virtual bool is_precomputed() const { return false; }
  /// What stands in an expansion for some of the training rows X (n, d), numbers `which` (s): (s, d).
  virtual at::Tensor centres(const at::Tensor& X, const at::Tensor& which) const;

  /// Natural logarithms of what can be fitted (widths), float64; of size 0 where there is nothing.
  virtual at::Tensor parameters() const;
  /// The same kernel with other parameters.
  virtual std::shared_ptr<const Kernel> with_parameters(const at::Tensor& logarithms) const = 0;
  /// Σ_ij M_ij ∂K_ij/∂θ for each parameter θ, of X's Gram matrix K and a symmetric M, both (n, n).
  virtual at::Tensor gradient(const at::Tensor& X, const at::Tensor& K, const at::Tensor& M) const;

  /// (count, d), drawn from the Fourier transform of k, which is a probability density where k(x, z) depends
  /// on x - z alone and k(x, x) = 1 [Bochner; Rahimi and Recht, NIPS 2007]. Throws c10::ValueError for
  /// another.
  virtual at::Tensor frequencies(int64_t d, int64_t count, at::Generator generator) const;
};

using KernelPtr = std::shared_ptr<const Kernel>;

/// The kernel that serves for given training rows (n, d); undefined rows stand for any.
using MakeKernel = std::function<KernelPtr(const at::Tensor& rows)>;

/// A kernel by name, made from its options; `rows` (n, d) are the training inputs, from which a width that is
/// not given is taken. One of a user's own registers itself in its source, as ours do, and is then a
/// name in recipes.
struct KernelEntry {
  std::string name;
  std::string summary;
  Json defaults = Json::object();
  std::function<KernelPtr(const Config& options, const at::Tensor& rows)> make;
};

/// Options as in a recipe, {"name": "gaussian", "width": 2}, with every missing one at its default. Throws
/// c10::ValueError: an unknown name or option, with the nearest, or a value that cannot be. `where` names
/// their source.
Json kernel_with_defaults(const Json& options, const std::string& where);
KernelPtr make_kernel(const Json& options, const at::Tensor& rows, const std::string& where);

/// k of all pairs of rows of X, (n, n): each pair once, by blocks.
at::Tensor gram(const Kernel& kernel, const at::Tensor& X);

/// The values of a function Σ_j α_j k(x, z_j), (n, k), by blocks of rows of X; alpha: (m, k).
at::Tensor expansion(const Kernel& kernel, const at::Tensor& X, const at::Tensor& Z, const at::Tensor& alpha);

}  // namespace spinlab::models
