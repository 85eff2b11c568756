#include "models/estimators/polynomial.h"

#include <ATen/ATen.h>

#include "datasets/dataset.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class PolynomialTest : public SpinlabTest {};

TEST_F(PolynomialTest, MonomialsComeByDegreeThenByTheirColumns) {
  const auto X = at::tensor({2.0, 3.0, 5.0}, at::kDouble).unsqueeze(0);
  EXPECT_CLOSE(monomials(X, 1), X, atol(0));
  EXPECT_CLOSE(monomials(X, 3)[0],
               at::tensor({2., 3., 5., 4., 6., 10., 9., 15., 25.,  //
                           8., 12., 20., 18., 30., 50., 27., 45., 75., 125.},
                          at::kDouble),
               atol(0));
  EXPECT_EQ(monomials(at::rand({2, 6}, at::kDouble), 5).size(1), 461);  // C(11, 5) - 1
}

TEST_F(PolynomialTest, FindsAPolynomialAgain) {
  const auto X = at::rand({80, 2}, at::kDouble) * 2 - 1;
  const auto x = X.select(1, 0), z = X.select(1, 1);
  PolynomialRegression model(3, 0, true);
  model.fit(X, 1 + x - 2 * x * z + 0.5 * z.pow(3));
  EXPECT_CLOSE(model.ridge().weights().squeeze(1),
               at::tensor({1., 0., 0., -2., 0., 0., 0., 0., 0.5}, at::kDouble), atol(1e-11));
  EXPECT_CLOSE(model.ridge().intercept().item<double>(), 1, atol(1e-11));
  PolynomialRegression restored(3, 0, true), other(2, 0, true);
  restored.load_state(model.state());
  EXPECT_CLOSE(restored.predict(X), model.predict(X), atol(0));
  EXPECT_THAT(mistake([&] { other.load_state(model.state()); }), HasSubstr("degree 2"));
}

TEST_F(PolynomialTest, TooManyMonomialsAreRefusedBeforeTheyAreMade) {
  EXPECT_THAT(mistake([] { monomials(at::zeros({1, 784}, at::kDouble), 3); }), HasSubstr("lower the degree"));
}

class PolynomialDataTest : public RealDataTest {};

// NIST's Filip: degree 10 on -9 < x < -3, the columns' condition number 2e15. The certified residual
// deviation is 0.00334801051324544 with 71 degrees of freedom.
TEST_F(PolynomialDataTest, FitsFilip) {
  const auto set =
      datasets::load_dataset({{"name", "nist"}, {"problem", "filip"}}, datasets::DataFolders(data("")), 0);
  const auto X = set.train.inputs.slice(1, 0, 1).to(at::kDouble), y = set.train.targets.to(at::kDouble);
  PolynomialRegression model(10, 0, true);
  model.fit(X, y);
  const auto squares = (model.predict(X) - y.view(-1)).square().sum();
  EXPECT_CLOSE((squares / 71).sqrt().item<double>(), 0.00334801051324544, rtol(1e-6));
}

}  // namespace
}  // namespace spinlab::models
