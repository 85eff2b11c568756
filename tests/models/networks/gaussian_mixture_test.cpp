#include "models/networks/gaussian_mixture.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class GaussianMixtureTest : public SpinlabTest {
 protected:
  static GaussianMixture random(int64_t dimensions, int64_t components) {
    GaussianMixture model(GaussianMixtureOptions(dimensions, components));
    model->to(at::kDouble);
    const at::NoGradGuard no_graph;
    for (auto& parameter : model->parameters())
      parameter.copy_(0.3 * at::randn(parameter.sizes(), at::kDouble));
    return model;
  }
};

TEST_F(GaussianMixtureTest, IsTheSumOfItsGaussians) {
  auto model = random(3, 2);
  const auto x = at::randn({5, 3}, at::kDouble), weight = model->logits.softmax(0);
  auto density = at::zeros({5}, at::kDouble);
  for (int64_t k = 0; k < 2; ++k) {
    const auto L = model->factors[k].tril(-1) + at::diag(model->factors[k].diagonal().exp());
    const auto covariance = at::linalg_inv(L.matmul(L.t())), away = x - model->means[k];
    const auto energy = (away.matmul(at::linalg_inv(covariance)) * away).sum(1) / 2;
    density = density + weight[k] * (-energy).exp() /
                            (at::linalg_det(covariance) * std::pow(2 * std::numbers::pi, 3)).sqrt();
  }
  EXPECT_CLOSE(model->forward(x), density.log(), rtol(1e-10));
}

// But for a chance below 1e-5 (seeded) no deviation is above e^1.5 and no mean beyond 1.5: outside of 30 lies
// less than 1e-9.
TEST_F(GaussianMixtureTest, IntegratesToOne) {
  auto model = random(1, 4);
  const auto x = at::linspace(-30, 30, 60'001, at::kDouble).unsqueeze(1);
  EXPECT_CLOSE(model->forward(x).exp().sum().item<double>() * 1e-3, 1.0, rtol(1e-9));
}

TEST_F(GaussianMixtureTest, BeginsAtPointsFarFromEachOther) {
  GaussianMixture model(GaussianMixtureOptions(1, 3));
  const at::NoGradGuard no_graph;
  model->initialize(at::tensor({0., 0.1, 10., 9.9, 5.}, at::kFloat).unsqueeze(1));
  EXPECT_CLOSE(model->means.flatten(), at::tensor({0., 10., 5.}, at::kFloat), atol(0));
  EXPECT_THROW(model->initialize(at::zeros({2, 1})), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::models
