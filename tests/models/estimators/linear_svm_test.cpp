#include "models/estimators/linear_svm.h"

#include <ATen/ATen.h>

#include "models/registry.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class LinearSvmTest : public SpinlabTest {
 protected:
  struct Rows {
    at::Tensor X, y;
  };
  static at::Tensor table(int64_t n, int64_t d, double step, bool is_sine) {
    const auto places = at::arange(n * d, at::kDouble) * step;
    return (is_sine ? places.sin() : places.cos()).reshape({n, d});
  }
  /// record_linear_svm.py's.
  static Rows recorded_problem(int64_t classes) {
    const auto X = table(60, 4, 1.7, true);
    return {X, (X.mm(table(4, classes, 2.3, false)) + 0.8 * table(60, classes, 5.1, true)).argmax(1)};
  }
  static bool is_left_out() {
    const auto [X, y] = recorded_problem(2);
    return mistake([&, &X = X, &y = y] { LinearSvm(2, {}).fit(X, y); }).find("left out") != std::string::npos;
  }
  /// (classes, d + 1); for two classes the second's alone.
  static at::Tensor rows_of_weights(const LinearSvm& model) {
    const auto all = at::cat({model.weights(), model.intercept().unsqueeze(0)}).t();
    return all.size(0) == 2 ? all.slice(0, 1) : all;
  }
};

struct Recorded {
  int64_t classes;
  HingeLoss loss;
  double C;
  std::vector<double> weights;
};

// By record_linear_svm.py: a row a machine, its intercept last.
const Recorded kLinearSvcWeights[] = {
    {2, HingeLoss::kSquaredHinge, 0.5, {-0.868785081, 0.474289627, 0.746565867, -0.66667143, -0.0617568065}},
    {2, HingeLoss::kSquaredHinge, 5, {-1.29562743, 0.712107416, 1.11212519, -0.998689831, -0.090913017}},
    {2, HingeLoss::kHinge, 0.5, {-1.07754164, 0.581251877, 0.927759435, -0.820325267, -0.0987955406}},
    {2, HingeLoss::kHinge, 5, {-1.58512586, 0.936239318, 1.34386729, -1.28253912, -0.0770100542}},
    {3,
     HingeLoss::kSquaredHinge,
     0.5,
     {0.258068054, 0.496979726, -0.386134257, -0.39747718, -0.107092302, 0.193876194, -0.267525132,
      -0.124937913, 0.299720257, -0.889277305, -0.378890496, -0.326629287, 0.463059267, 0.207304013,
      -0.181397561}},
    {3,
     HingeLoss::kSquaredHinge,
     5,
     {0.266120515, 0.511609656, -0.39795669, -0.409060599, -0.115671221, 0.253688314, -0.349774283,
      -0.163555333, 0.391920691, -1.04293738, -0.389962167, -0.337090012, 0.476826551, 0.21421706,
      -0.191110667}},
    {3,
     HingeLoss::kHinge,
     0.5,
     {0.435772828, 0.795388092, -0.640735581, -0.630277588, -0.193083188, 8.48860635e-14, -9.2217809e-14,
      -4.90041568e-14, 9.33909218e-14, -1, -0.620638778, -0.504548478, 0.750655365, 0.311112857,
      -0.22141104}},
    {3,
     HingeLoss::kHinge,
     5,
     {0.456296206, 0.908534804, -0.690415621, -0.730622301, -0.16377567, 6.01726499e-12, -5.458955e-12,
      -4.63319958e-12, 6.41111599e-12, -1, -0.671769257, -0.588658601, 0.823460096, 0.376462002,
      -0.317147603}},
};

TEST_F(LinearSvmTest, FindsTheWeightsOfLiblinear) {
  if (is_left_out()) GTEST_SKIP();
  for (const auto& one : kLinearSvcWeights) {
    const auto [X, y] = recorded_problem(one.classes);
    LinearSvm model(one.classes,
                    {.C = one.C, .loss = one.loss, .tolerance = 1e-7, .max_iterations = 1'000'000});
    model.fit(X, y);
    EXPECT_CLOSE(rows_of_weights(model), at::tensor(one.weights, at::kDouble).view({-1, 5}), atol(2e-6))
        << one.classes << " classes, C " << one.C;
  }
}

TEST_F(LinearSvmTest, TwoClassesAreOneMachineAndItsMirror) {
  if (is_left_out()) GTEST_SKIP();
  const auto [X, y] = recorded_problem(2);
  LinearSvm model(2, {});
  model.fit(X, y);
  EXPECT_EQ(model.machines()->primal.numel(), 1);
  EXPECT_CLOSE(model.decision(X).sum(1), at::zeros({60}, at::kDouble), atol(1e-12));
  EXPECT_GT(score(model, X, y), 0.8);
}

TEST_F(LinearSvmTest, AClassWithoutRowsIsNeverPredicted) {
  if (is_left_out()) GTEST_SKIP();
  const auto [X, y] = recorded_problem(3);
  LinearSvm three(3, {}), more(6, {});
  three.fit(X, y);
  more.fit(X, y * 2);
  const auto anywhere = at::randn({500, 4}, at::kDouble) * 10;
  EXPECT_TRUE(at::equal(more.predict(anywhere), three.predict(anywhere) * 2));
  // A run keeps no numbers that are not.
  for (const auto& [name, tensor] : more.state()) EXPECT_TRUE(tensor.isfinite().all().item<bool>()) << name;
}

TEST_F(LinearSvmTest, NumbersBeyondFloat32AreRefused) {
  if (is_left_out()) GTEST_SKIP();
  const auto [X, y] = recorded_problem(2);
  EXPECT_THAT(mistake([&] { LinearSvm(2, {}).fit(X * 1e200, y); }), HasSubstr("beyond float32"));
}

TEST_F(LinearSvmTest, ClassWeightsAreFactorsOfTheRowsCost) {
  if (is_left_out()) GTEST_SKIP();
  const auto [X, y] = recorded_problem(2);
  const auto doubled = y.eq(1).nonzero().view(-1);
  const auto more = at::cat({X, X.index_select(0, doubled)}),
             labels = at::cat({y, y.index_select(0, doubled)});
  const LinearSvmOptions exact{.tolerance = 1e-7, .max_iterations = 1'000'000};
  auto with_weights = exact;
  with_weights.class_weights.factors = {1, 2};
  LinearSvm weighted(2, with_weights), repeated(2, exact);
  weighted.fit(X, y);
  repeated.fit(more, labels);
  EXPECT_CLOSE(weighted.weights(), repeated.weights(), atol(1e-7));
  // n / (classes · rows of the class)
  auto balanced = exact, by_hand = exact;
  balanced.class_weights.balanced = true;
  by_hand.class_weights.factors = {60 / (2 * 31.0), 60 / (2 * 29.0)};
  LinearSvm first(2, balanced), second(2, by_hand);
  first.fit(X, y);
  second.fit(X, y);
  EXPECT_CLOSE(first.weights(), second.weights(), atol(1e-8));
}

TEST_F(LinearSvmTest, PegasosComesNearTheDual) {
  if (is_left_out()) GTEST_SKIP();
  const auto [X, y] = recorded_problem(3);
  LinearSvm dual(3, {.loss = HingeLoss::kHinge, .tolerance = 1e-6, .max_iterations = 100'000});
  LinearSvm by_steps(
      3, {.loss = HingeLoss::kHinge, .solver = LinearSvmOptions::Solver::kPegasos, .max_iterations = 5000});
  dual.fit(X, y);
  by_steps.fit(X, y);
  EXPECT_CLOSE(by_steps.weights(), dual.weights(), atol(0.05));
  EXPECT_FALSE(by_steps.machines());
}

TEST_F(LinearSvmTest, OneClassAndOptionsThatCannotBeAreOneClearLine) {
  const auto [X, y] = recorded_problem(2);
  EXPECT_THAT(mistake([&, &X = X] { LinearSvm(2, {}).fit(X, at::ones({60}, at::kLong)); }),
              HasSubstr("all rows are of class 1: a margin needs rows of two classes"));
  const std::pair<Json, const char*> wrong[] = {
      {{{"C", 0}}, "C"},
      {{{"C", -1}}, "C"},
      {{{"loss", "hing"}}, "hinge"},
      {{{"tolerance", 0}}, "tolerance"},
      {{{"max_iterations", 0}}, "max_iterations"},
      {{{"solver", "pegasos"}}, "pegasos minimises the hinge"},
      {{{"class_weights", "balance"}}, "class_weights must be"},
      {{{"class_weights", {1, 2}}}, "class_weights must be"},
      {{{"class_weights", {1, 2, -1}}}, "class_weights must be"},
  };
  for (const auto& [options, said] : wrong) {
    Json all = options;
    all["name"] = "linear_svm";
    EXPECT_THAT(mistake([&, &all = all] { make_estimator(all, {.input = {4}, .outputs = 3}, "recipe"); }),
                HasSubstr(said))
        << all.dump();
  }
}

}  // namespace
}  // namespace spinlab::models
