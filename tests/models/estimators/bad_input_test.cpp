// One table over all estimators: what none of them may accept, each in one line that says what to do.
#include <ATen/ATen.h>

#include <limits>

#include "models/registry.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

struct Input {
  const char* name;
  at::Tensor X, y;
  const char* said;
};

at::Tensor rows(int64_t n, int64_t d) { return at::arange(n * d, at::kDouble).sin().reshape({n, d}); }

at::Tensor with(at::Tensor X, double number) {
  X[1][0] = number;
  return X;
}

std::vector<Input> bad_inputs() {
  const auto classes = at::arange(12).remainder(3), values = rows(12, 1).squeeze(1);
  const auto nan = std::numeric_limits<double>::quiet_NaN(),
             infinite = std::numeric_limits<double>::infinity();
  std::vector<Input> all;
  for (const auto& y : {classes, values}) {
    all.push_back({"no rows", rows(0, 4), y.slice(0, 0, 0), "X is empty"});
    all.push_back({"no columns", rows(12, 0), y, "X is empty"});
    all.push_back({"NaN", with(rows(12, 4), nan), y, "X holds a number that is not finite"});
    all.push_back({"infinite", with(rows(12, 4), infinite), y, "X holds a number that is not finite"});
    all.push_back({"too few targets", rows(12, 4), y.slice(0, 1), "X has 12 rows and y 11"});
    all.push_back({"float32", rows(12, 4).to(at::kFloat), y, "in float64, got Float"});
    all.push_back({"one dimension", rows(12, 4).flatten(), y, "(n, d) in float64"});
    all.push_back({"undefined X", {}, y, "got nothing"});
  }
  all.push_back(
      {"NaN target", rows(12, 4), at::full({12}, nan, at::kDouble), "y holds a number that is not finite"});
  all.push_back({"negative class", rows(12, 4), classes - 1, "a class is -1; classes are counted from 0"});
  all.push_back({"class 3 of 3", rows(12, 4), classes + 1, "a class is 3, but there are 3 classes"});
  all.push_back({"a class beyond memory", rows(12, 4), classes + (1LL << 60), "classes, counted from 0"});
  all.push_back({"int32 classes", rows(12, 4), classes.to(at::kInt), "classes (n) in int64"});
  all.push_back({"table of classes", rows(12, 4), classes.unsqueeze(1), "classes (n) in int64"});
  all.push_back({"undefined y", rows(12, 4), {}, "got nothing"});
  return all;
}

std::vector<std::string> estimators() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : registry<ModelEntry>()) {
    if (entry.estimator) names.push_back(name);
  }
  return names;
}

class EstimatorInput : public testing::TestWithParam<std::string> {
 protected:
  static std::unique_ptr<Estimator> make() {
    return make_estimator({{"name", GetParam()}}, {.input = {4}, .outputs = 3}, "recipe");
  }
  /// In a student edition some are left out: their fit says so.
  static bool is_left_out() {
    try {
      make()->fit(rows(12, 4), at::arange(12).remainder(3));
      return false;
    } catch (const c10::Error& error) {
      return std::string(error.what()).find("left out") != std::string::npos;
    }
  }
};

TEST_P(EstimatorInput, BadRowsAndTargetsAreOneClearLine) {
  for (const auto& input : bad_inputs()) {
    const auto model = make();
    const auto said = mistake([&] { model->fit(input.X, input.y); });
    EXPECT_THAT(said, HasSubstr(input.said)) << input.name;
    EXPECT_EQ(said.find('\n'), std::string::npos);
    EXPECT_EQ(model->features(), 0) << input.name << ": half fitted";
  }
}

TEST_P(EstimatorInput, OddButPossibleDataIsFitted) {
  if (is_left_out()) GTEST_SKIP();
  const auto classes = at::arange(12).remainder(3);
  const std::pair<const char*, at::Tensor> possible[] = {
      {"constant", at::ones({12, 4}, at::kDouble)},
      {"duplicated", rows(4, 4).repeat({3, 1})},
      {"wider than long", rows(12, 40)},
      {"one column", rows(12, 1)},
  };
  for (const auto& [name, X] : possible) {
    const auto model = make();
    model->fit(X, classes);
    const auto said = model->predict(X);
    EXPECT_EQ(said.sizes(), classes.sizes()) << name;
    EXPECT_TRUE(said.ge(0).logical_and(said.lt(3)).all().item<bool>()) << name;
  }
  const auto one_class = make();
  const auto said = mistake([&] { one_class->fit(rows(12, 4), at::zeros({12}, at::kLong)); });
  if (GetParam().ends_with("svm")) {
    EXPECT_THAT(said, HasSubstr("a margin needs rows of two classes"));
    return;
  }
  EXPECT_TRUE(at::equal(one_class->predict(rows(5, 4)), at::zeros({5}, at::kLong)));
}

TEST_P(EstimatorInput, QueriesMustFitAndComeAfterFit) {
  const auto model = make();
  EXPECT_THROW(model->predict(rows(2, 4)), c10::Error);
  EXPECT_TRUE(model->state().empty());
  if (is_left_out()) GTEST_SKIP();
  model->fit(rows(12, 4), at::arange(12).remainder(3));
  EXPECT_THAT(mistake([&] { model->predict(rows(2, 5)); }),
              HasSubstr("X has 5 columns, but the model was fitted to 4"));
  EXPECT_THAT(mistake([&] { model->predict(with(rows(2, 4), std::numeric_limits<double>::quiet_NaN())); }),
              HasSubstr("not finite"));
  EXPECT_EQ(model->predict(rows(0, 4)).size(0), 0);
}

TEST_P(EstimatorInput, AStateThatIsNotWholeIsRefused) {
  if (is_left_out()) GTEST_SKIP();
  const auto model = make();
  model->fit(rows(12, 4), at::arange(12).remainder(3));
  const auto whole = model->state();
  for (const auto& [name, tensor] : whole) {
    auto part = whole;
    part.erase(name);
    EXPECT_THROW(make()->load_state(part), c10::ValueError) << name;
    part[name] = at::empty({0}, at::kFloat);
    EXPECT_THROW(make()->load_state(part), c10::ValueError) << name;
  }
}

TEST(EstimatorOptions, OutOfRangeAreOneLineThatNamesThem) {
  const auto infinity = std::numeric_limits<double>::infinity();
  const std::tuple<const char*, const char*, Json> wrong[] = {
      {"nearest_neighbours", "k", 0},
      {"nearest_neighbours", "k", -3},
      {"nearest_neighbours", "k", 1.5},
      {"nearest_neighbours", "k", "three"},
      {"ridge", "penalty", -1e-9},
      {"ridge", "penalty", infinity},
      {"ridge", "penalty", nullptr},
      {"logistic", "penalty", -1},
      {"logistic", "l1_ratio", 1.01},
      {"logistic", "solver", "newtn"},
      {"logistic", "max_iterations", 0},
      {"logistic", "tolerance", 0},
      {"elastic_net", "penalty", 0},
      {"elastic_net", "l1_ratio", 0},
      {"elastic_net", "l1_ratio", 2},
      {"elastic_net", "tolerance", -1},
      {"perceptron", "max_epochs", 0},
      {"polynomial", "degree", 0},
      {"polynomial", "degree", 65},
      {"kernel_ridge", "penalty", -1},
      {"kernel_ridge", "kernel", "gaussian"},
      {"kernel_ridge", "kernel", {{"name", "gaussian"}, {"width", 0}}},
      {"random_fourier", "features", 0},
      {"random_fourier", "features", 7},
      {"random_fourier", "features", 1 << 20},
      {"random_fourier", "kernel", {{"name", "linear"}}},
      {"random_fourier", "seed", -1},
      {"gaussian_process", "noise", 0},
      {"gaussian_process", "amplitude", -1},
      {"gaussian_process", "kernel", {{"name", "laplac"}}},
  };
  for (const auto& [name, option, value] : wrong) {
    const auto said = mistake(
        [&] { make_estimator({{"name", name}, {option, value}}, {.input = {4}, .outputs = 3}, "recipe"); });
    EXPECT_THAT(said, testing::ContainsRegex(std::string(option) + "|kernel"))
        << name << "." << option << " = " << value.dump();
    EXPECT_EQ(said.find('\n'), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EstimatorInput, testing::ValuesIn(estimators()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace spinlab::models
