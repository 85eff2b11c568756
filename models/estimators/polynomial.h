#pragma once

#include "models/estimators/ridge.h"

namespace spinlab::models {

/// All monomials of the columns of X (n, d) of degree 1 to `degree`: (n, C(d + p, p) - 1), by degree, within
/// one in the order of the columns they are products of: x, y, xx, xy, yy, xxx, …. Throws c10::ValueError
/// where they are more than 100,000.
at::Tensor monomials(const at::Tensor& X, int64_t degree);

/// Ridge regression (ridge.h) on monomials.
class PolynomialRegression : public Estimator {
 public:
  PolynomialRegression(int64_t degree, double penalty, bool intercept)
      : degree_(degree), ridge_(penalty, intercept) {}

  int64_t features() const override { return inputs_; }
  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

  const Ridge& ridge() const { return ridge_; }

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;
  at::Tensor answer(const at::Tensor& X) const override;

 private:
  int64_t degree_, inputs_ = 0;
  Ridge ridge_;
};

}  // namespace spinlab::models
