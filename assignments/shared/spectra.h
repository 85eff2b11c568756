#pragma once

#include <torch/types.h>

#include <cmath>
#include <functional>
#include <string>

#include "draws.h"

/// Random matrices and quadratics whose eigenvalues are given and whose eigenvectors are drawn (see draws.h).
namespace spinlab::shared {

/// An orthogonal (d, d) matrix.
inline Tensor rotation(int64_t d, const std::string& purpose) {
  return std::get<0>(torch::linalg_qr(normal({d, d}, purpose)));
}

/// d orthonormal columns of length n that are orthogonal to (1, …, 1) as well: centred.
inline Tensor centred_orthonormal(int64_t n, int64_t d, const std::string& purpose) {
  const auto ones = torch::ones({n, 1}, torch::kFloat64);
  const auto Q = std::get<0>(torch::linalg_qr(torch::cat({ones, normal({n, d}, purpose)}, 1)));
  return Q.slice(1, 1);
}

/// X = √n U Λ^½ Vᵀ, so that XᵀX/n = V Λ Vᵀ; U is centred and orthonormal, V a random rotation.
struct Spectral {
  Tensor X, U, V, eigenvalues;
};

inline Spectral with_spectrum(int64_t n, const Tensor& eigenvalues, const std::string& purpose) {
  const auto d = eigenvalues.size(0);
  const auto U = centred_orthonormal(n, d, purpose);
  const auto V = rotation(d, purpose + " rotation");
  return {std::sqrt(n) * (U * eigenvalues.sqrt()).matmul(V.t()), U, V, eigenvalues};
}

using Map = std::function<Tensor(const Tensor&)>;
using Scalar = std::function<double(const Tensor&)>;

/// ½ (x − minimum)ᵀ H (x − minimum), H = V diag(eigenvalues) Vᵀ.
struct Quadratic {
  Tensor eigenvalues, V, H, minimum;

  Map gradient() const {
    return [*this](const Tensor& x) { return H.matmul(x - minimum); };
  }
  Scalar value() const {
    return [*this](const Tensor& x) { return 0.5 * (x - minimum).dot(H.matmul(x - minimum)).item<double>(); };
  }
  Map hessian() const {
    return [*this](const Tensor&) { return H; };
  }
};

inline Quadratic with_spectrum(const Tensor& eigenvalues, const std::string& purpose) {
  const auto d = eigenvalues.size(0);
  const auto V = rotation(d, purpose + " rotation");
  return {eigenvalues, V, (V * eigenvalues).matmul(V.t()), normal({d}, purpose + " minimum")};
}

}  // namespace spinlab::shared
