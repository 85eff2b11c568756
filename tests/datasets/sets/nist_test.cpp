#include "datasets/sets/nist.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class NistDataTest : public RealDataTest {};

at::Tensor predict(const nist::LinearProblem& problem) {
  const auto d = problem.X.size(1);
  const auto y = problem.X.matmul(problem.certified.slice(0, 0, d));
  return problem.intercept ? y + problem.certified[d] : y;
}

// The certified coefficients must leave the certified residual: columns, order and intercept all enter.
// Filip's and the Wamplers' sums cancel many digits, hence the absolute part, in units of what rounding Σ|β_k
// x^k| leaves.
TEST_F(NistDataTest, CertifiedCoefficientsLeaveTheCertifiedResidual) {
  for (const auto& name : nist::linear_names()) {
    const auto problem = nist::linear(name);
    const auto residual = (problem.y - predict(problem)).square().sum().item<double>();
    const auto magnitude =
        problem.X.abs().matmul(problem.certified.slice(0, 0, problem.X.size(1)).abs()).max().item<double>();
    const double rounding = std::pow(magnitude * 1e-14, 2) * problem.y.size(0);
    EXPECT_CLOSE(residual, problem.residual_sum_of_squares, rtol(1e-7) + atol(rounding)) << name;
  }
}

// https://www.itl.nist.gov/div898/strd/lls/data/LINKS/v-Norris.shtml: B0, B1.
TEST_F(NistDataTest, NorrisIsNists) {
  const auto norris = nist::norris();
  EXPECT_EQ(norris.X.sizes(), (std::vector<int64_t>{36, 1}));
  EXPECT_CLOSE(norris.certified, torch::tensor({1.00211681802045, -0.262323073774029}, torch::kDouble),
               rtol(1e-14));
}

TEST_F(NistDataTest, LeastSquaresFindsNorris) {
  const auto norris = nist::norris();
  const auto ones = torch::ones({norris.X.size(0), 1}, torch::kDouble);
  const auto [Q, R] = torch::linalg_qr(torch::cat({norris.X, ones}, 1));
  const auto beta =
      torch::linalg_solve_triangular(R, Q.t().matmul(norris.y.unsqueeze(1)), /*upper=*/true).squeeze(1);
  EXPECT_CLOSE(beta, norris.certified, rtol(1e-11));
}

TEST(NistLinear, NamesTheNearest) {
  EXPECT_THAT(mistake([] { nist::linear("norriss"); }), HasSubstr("did you mean \"norris\"?"));
}

class NistDatTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& text) const {
    write_file(folder() / "X.dat", text);
    return mistake([&] { nist::read_nonlinear(folder() / "X.dat"); });
  }
};

TEST_F(NistDatTest, RefusesIncompleteFiles) {
  const std::string parameters = "  b1 =   500   250   2.4E+02  2.7E+00\nResidual Sum of Squares:  1.2E-01\n";
  const std::string counts = "Degrees of Freedom:  1\nNumber of Observations:  2\n";
  EXPECT_THAT(refused("nothing\n"), HasSubstr("no starting and certified values"));
  EXPECT_THAT(refused(parameters), HasSubstr("\"Degrees of Freedom:\" is missing"));
  EXPECT_THAT(refused(parameters + counts), HasSubstr("it has no data"));
  EXPECT_THAT(refused(parameters + counts + "Data: y x\n 1 2\n"), HasSubstr("not 2 observations"));
  EXPECT_THAT(refused(parameters + counts + "Data: y x\n 1 2\n 3 ?\n"), HasSubstr("malformed beside \"3\""));
  EXPECT_THAT(refused(parameters + counts + "Data: y x\n 1 2\n 3 4\n"), HasSubstr("nothing was thrown"));
}

// Observations, predictors, parameters and degrees of freedom must agree in all 27 but Rat43, whose file
// prints 9 degrees of freedom for 15 observations of 4 parameters.
TEST_F(NistDataTest, EveryNonlinearFileIsConsistent) {
  ASSERT_EQ(nist::nonlinear_names().size(), 27);
  for (const auto& name : nist::nonlinear_names()) {
    const auto problem = nist::nonlinear(name, DataFolders());
    const auto freedom = problem.y.size(0) - problem.certified.size(0);
    EXPECT_EQ(freedom - problem.degrees_of_freedom, name == "Rat43" ? 2 : 0) << name;
    EXPECT_EQ(problem.x.size(1), name == "Nelson" ? 2 : 1) << name;
    EXPECT_THAT(problem.model, HasSubstr("+ e")) << name;
  }
}

// y = b1 (1 - exp(-b2 x)): the certified parameters leave the certified residual.
TEST_F(NistDataTest, Misra1aHasItsCertifiedResidual) {
  const auto problem = nist::nonlinear("Misra1a", DataFolders());
  const auto b = problem.certified;
  const auto residual = problem.y - b[0] * (1 - (-b[1] * problem.x.select(1, 0)).exp());
  EXPECT_CLOSE(residual.square().sum().item<double>(), problem.residual_sum_of_squares, rtol(1e-9));
  EXPECT_EQ(problem.start1[0].item<double>(), 500);
  EXPECT_EQ(problem.start2[1].item<double>(), 0.0005);
}

TEST_F(NistDataTest, ANonlinearProblemIsADataSetToo) {
  const auto set = load_dataset({{"name", "nist"}, {"problem", "Nelson"}}, DataFolders(), 0);
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{128, 2}));
}

}  // namespace
}  // namespace spinlab::datasets
