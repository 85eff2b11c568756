#include "models/estimators/svm/regression.h"

#include <ATen/ATen.h>

#include "tests/models/estimators/svm/recorded_problem.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

// By record_svm.py, at two queries.
struct RecordedRegression {
  Json kernel;
  int64_t support;
  std::vector<double> values;
};
const RecordedRegression kRecordedRegressions[] = {
    {kGaussianKernel, 76, {0.203988691, 0.252927345}},
    {{{"name", "polynomial"}, {"scale", 0.5}}, 74, {0.303058446, 0.413096825}},
    {{{"name", "linear"}}, 78, {-0.0162331141, -0.066144144}},
    {{{"name", "sigmoid"}, {"scale", 0.1}, {"offset", -0.2}}, 62, {0.147799526, 0.153654812}}};

class SvmRegressionTest : public SpinlabTest {
 protected:
  void SetUp() override {
    if (svm_is_left_out()) GTEST_SKIP();
  }
  /// record_svm.py's targets.
  static at::Tensor values_of(const at::Tensor& X) {
    return X.select(1, 0) * X.select(1, 1) + 0.3 * svm_table(X.size(0), 1, 5.1, true).squeeze(1);
  }
};

/// LIBSVM keeps its kernel in float32 to the end, which moves its minimum by about 1e-6.
TEST_F(SvmRegressionTest, ItsValuesAreLibsvms) {
  const auto [X, y, queries] = svm_problem();
  for (const auto& one : kRecordedRegressions) {
    SvmRegression model(any_rows(one.kernel), 2, 0.1, {.tolerance = 1e-9});
    model.fit(X, values_of(X));
    EXPECT_CLOSE(model.predict(queries), at::tensor(one.values, at::kDouble), atol(1e-5))
        << one.kernel.dump();
    EXPECT_EQ(model.rows().size(0), one.support) << one.kernel.dump();
  }
}

TEST_F(SvmRegressionTest, EachColumnIsAMachineOfItsOwn) {
  const auto [X, y, queries] = svm_problem();
  const auto z = values_of(X);
  SvmRegression both(any_rows(kGaussianKernel), 2, 0.1, {}), one(any_rows(kGaussianKernel), 2, 0.1, {});
  both.fit(X, at::stack({z, at::zeros_like(z)}, 1));
  one.fit(X, z);
  EXPECT_CLOSE(both.predict(queries).select(1, 0), one.predict(queries), atol(1e-12));
  EXPECT_CLOSE(both.predict(queries).select(1, 1), at::zeros({2}, at::kDouble), atol(0));
}

TEST_F(SvmRegressionTest, ItsStateIsAllOfIt) {
  const auto [X, y, queries] = svm_problem();
  SvmRegression model(any_rows({{"name", "gaussian"}}), 2, 0.1, {}), loaded = model, flat = model;
  model.fit(X, values_of(X));
  loaded.load_state(model.state());
  EXPECT_CLOSE(loaded.predict(queries), model.predict(queries), atol(0));
  flat.fit(X, at::full({90}, 5, at::kDouble));  // no support vector
  loaded.load_state(flat.state());
  EXPECT_CLOSE(loaded.predict(queries), at::full({2}, 5, at::kDouble), atol(1e-12));
  auto state = model.state();
  state.at("weights") = state.at("weights").slice(0, 1);
  EXPECT_THAT(mistake([&] { loaded.load_state(state); }), HasSubstr("do not belong together"));
}

}  // namespace
}  // namespace spinlab::models
