#pragma once

#include "models/kernels/kernel.h"

namespace spinlab::models {

/// A function of x·z alone, which a class says by `of`.
class ProductKernel : public Kernel {
 public:
  at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const override { return of(X.mm(Z.t())); }
  at::Tensor diagonal(const at::Tensor& X) const override { return of(X.square().sum(1)); }
  at::Tensor coordinates(const at::Tensor& X) const override { return X; }
  SparseRows coordinates(const SparseRows& X) const override { return X; }
  void of_products(at::Tensor& products, const at::Tensor&, const at::Tensor&) const override {
    of(products);
  }

 protected:
  /// In place, of products of any shape.
  virtual at::Tensor of(at::Tensor products) const = 0;
};

}  // namespace spinlab::models
