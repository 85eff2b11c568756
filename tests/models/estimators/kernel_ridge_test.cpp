#include "models/estimators/kernel_ridge.h"

#include <ATen/ATen.h>

#include "models/estimators/polynomial.h"
#include "models/registry.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class KernelRidgeTest : public SpinlabTest {
 protected:
  static KernelPtr kernel(const Json& options) { return make_kernel(options, {}, "kernel"); }

  at::Tensor X_ = at::randn({60, 2}, at::kDouble), queries_ = at::randn({9, 2}, at::kDouble);
  at::Tensor y_ = (2 * X_.select(1, 0)).sin() + X_.select(1, 1) + 4;
};

// (1 + x·z)² = φ(x)·φ(z), φ = (1, √2 x, √2 y, x², √2 xy, y²), so that the dual is ridge on φ, whose constant
// is penalised as the others are.
TEST_F(KernelRidgeTest, TheDualIsThePrimal) {
  const auto map = [](const at::Tensor& X) {
    const auto weights = at::tensor({2.0, 2.0, 1.0, 2.0, 1.0}, at::kDouble).sqrt();
    return at::cat({at::ones({X.size(0), 1}, at::kDouble), monomials(X, 2) * weights}, 1);
  };
  for (const double penalty : {1e-6, 1e-2, 1.0}) {
    KernelRidge dual(kernel({{"name", "polynomial"}, {"degree", 2}, {"scale", 1}, {"offset", 1}}), penalty);
    dual.fit(X_, y_);
    const auto F = map(X_);
    const auto w = std::get<0>(
        at::linalg_solve_ex(F.t().mm(F) + penalty * 60 * at::eye(6, at::kDouble), F.t().mv(y_ - y_.mean())));
    EXPECT_CLOSE(dual.predict(queries_), map(queries_).mv(w) + y_.mean(), rtol(1e-8));
    EXPECT_CLOSE(dual.squared_norms()[0], w.dot(w), rtol(1e-10 / penalty));
  }
}

TEST_F(KernelRidgeTest, InterpolatesWithoutAPenalty) {
  KernelRidge model(kernel({{"name", "laplace"}, {"width", 1}}), 0);
  model.fit(X_, y_);
  EXPECT_CLOSE(model.predict(X_), y_, atol(1e-9));
}

// More than 1,500 rows are solved in float32 first; the answer is that of float64.
TEST_F(KernelRidgeTest, ManyRowsLoseNoDigits) {
  const auto X = at::rand({1600, 2}, at::kDouble), y = (5 * X.sum(1)).sin();
  const auto gaussian = kernel({{"name", "gaussian"}, {"width", 0.3}});
  KernelRidge model(gaussian, 1e-5);
  model.fit(X, y);
  auto K = gram(*gaussian, X);
  K.diagonal().add_(1600e-5);
  const auto alpha = at::cholesky_solve((y - y.mean()).unsqueeze(1), at::linalg_cholesky(K));
  EXPECT_CLOSE(model.predict(queries_), (*gaussian)(queries_, X).mm(alpha).squeeze(1) + y.mean(),
               rtol(1e-9) + atol(1e-9));
}

TEST_F(KernelRidgeTest, ClassesByOneHotTargets) {
  const auto y = (X_.square().sum(1) > 1).to(at::kLong);
  KernelRidge model(kernel({{"name", "gaussian"}, {"width", 1}}), 1e-3);
  model.fit(X_, y);
  EXPECT_GT(score(model, X_, y), 0.95);
}

TEST_F(KernelRidgeTest, GoesThroughItsStateWithTheWidthThatItFound) {
  const auto make = [](const Json& kernel) {
    return make_estimator({{"name", "kernel_ridge"}, {"kernel", kernel}},
                          {.input = {2}, .outputs = 1, .classification = false}, "recipe");
  };
  for (const Json& kernel : {Json{{"name", "gaussian"}}, Json{{"name", "polynomial"}}}) {
    const auto fitted = make(kernel), restored = make(kernel);
    fitted->fit(X_, y_);
    restored->load_state(fitted->state());
    EXPECT_CLOSE(restored->predict(queries_), fitted->predict(queries_), atol(0)) << kernel.dump();
  }
  const auto gaussian = make({{"name", "gaussian"}});
  gaussian->fit(X_, y_);
  EXPECT_THROW(make({{"name", "polynomial"}})->load_state(gaussian->state()), c10::ValueError);
}

class NoKernel : public Kernel {
 public:
  at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const override {
    return at::cdist(X, Z, 2);
  }
  at::Tensor diagonal(const at::Tensor& X) const override { return at::zeros({X.size(0)}, X.options()); }
  KernelPtr with_parameters(const at::Tensor&) const override { return std::make_shared<NoKernel>(); }
};
class Transposed : public NoKernel {
 public:
  at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const override {
    return at::zeros({Z.size(0) + 1, X.size(0)}, X.options());
  }
};

TEST_F(KernelRidgeTest, AFunctionThatIsNoKernelIsNamed) {
  KernelRidge distances(std::make_shared<NoKernel>(), 1e-9), transposed(std::make_shared<Transposed>(), 1);
  EXPECT_THAT(mistake([&] { distances.fit(X_, y_); }), HasSubstr("use a function that is a kernel"));
  EXPECT_THAT(mistake([&] { transposed.fit(X_, y_); }), HasSubstr("must give (60, 60)"));
  EXPECT_EQ(distances.features(), 0);
}

}  // namespace
}  // namespace spinlab::models
