#include "src/physics/phase_diagram.h"

#include <c10/util/Exception.h>
#include <torch/types.h>

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/physics/ising.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

class PhaseDiagrams : public SpinlabTest {
 protected:
  const std::vector<double> temperatures = {1.0, 2.2, 2.4, 4.0};
  const at::Tensor spins = sample_ising(temperatures, {.side = 16, .samples = 50, .seed = 1});
};

at::Tensor always_ordered(const at::Tensor& spins) { return torch::ones({spins.size(0)}, torch::kBool); }

TEST_F(PhaseDiagrams, AClassifierIsRightWhereItsAnswerIs) {
  const auto phases = measure_phases(temperatures, spins, always_ordered);
  EXPECT_CLOSE(phases.accuracy, torch::tensor({1., 1., 0., 0.}, torch::kFloat64), atol(0));
  EXPECT_CLOSE(phases.accuracy_error, torch::zeros({4}, torch::kFloat64), atol(0));
}

TEST_F(PhaseDiagrams, MagnetizationIsTheMeanOfItsModulus) {
  const auto phases = measure_phases(temperatures, spins, always_ordered);
  for (int64_t i = 0; i < 4; ++i) {
    const auto m = spins[i].to(torch::kFloat64).mean({1, 2}).abs();
    EXPECT_CLOSE(phases.magnetization[i].item<double>(), m.mean().item<double>(), rtol(1e-12));
    EXPECT_GT(phases.magnetization_error[i].item<double>(), 0);
  }
}

// Bayes' decision is the best on average over the temperatures: a threshold on |m| may win by the noise of 50
// samples each.
TEST_F(PhaseDiagrams, NoClassifierBeatsTheExactLikelihood) {
  const auto by_magnetization = [](const at::Tensor& s) { return magnetization(s).abs().gt(0.6); };
  const auto phases = measure_phases(temperatures, spins, by_magnetization);
  EXPECT_GE(phases.best_accuracy.mean().item<double>(), phases.accuracy.mean().item<double>() - 0.05);
  EXPECT_EQ(phases.best_accuracy[0].item<double>(), 1);
  EXPECT_EQ(phases.best_accuracy[3].item<double>(), 1);
}

TEST_F(PhaseDiagrams, AreDrawn) {
  const auto files = draw_phases(measure_phases(temperatures, spins, always_ordered), "a constant", folder());
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(read_json(files[0]).at("temperature").size(), 4U);
  EXPECT_THAT(read_file(files[1], 10 << 20), testing::StartsWith("\x89PNG"));
  EXPECT_THAT(read_file(files[2], 10 << 20), testing::HasSubstr("<svg"));
}

TEST_F(PhaseDiagrams, RefuseShapesThatDoNotMatch) {
  EXPECT_THROW(measure_phases({1.0}, spins, always_ordered), c10::ValueError);
  EXPECT_THROW(measure_phases(temperatures, spins.slice(1, 0, 1), always_ordered), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::physics
