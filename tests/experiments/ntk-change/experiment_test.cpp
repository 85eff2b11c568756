#include "tests/experiments/tiny.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class NtkChangeTest : public SpinlabTest {};

/// Of 100 networks a width; what is beyond the lazy limit is below 5/N of it for the weights. A normal number
/// is beyond 6.5 standard errors with probability 8e-11.
TEST_F(NtkChangeTest, WeightsMoveAsTheLazyLimitSaysAndTheKernelAsOneOverN) {
  const auto found = run_tiny(
      "ntk-change",
      {"widths=[32, 64, 128]", "networks=100", "examples=4", "inputs=6", "hidden_layers=2", "loss=0.05"},
      kSeed);
  const auto near = [](const Json& fit, double exponent) {
    EXPECT_NEAR(fit.at("exponent").get<double>(), exponent,
                6.5 * fit.at("exponent_error").get<double>() + 0.1);
    EXPECT_LT(fit.at("exponent_error").get<double>(), 0.06);  // 6.5 of them and 0.1 tell -1 from -1/2
  };
  near(found.at("kernel").at("random").at("fit"), -1);
  near(found.at("kernel").at("positive").at("fit"), -0.5);
  const std::vector<double> widths{32, 64, 128};
  for (const auto& layer : found.at("weights"))
    for (const auto& [norm, one] : layer.items())
      for (size_t i = 0; i < widths.size(); ++i) {
        const double theory = one.at("theory")[i], error = one.at("measured").at("error")[i];
        EXPECT_NEAR(one.at("measured").at("value")[i].get<double>(), theory,
                    6.5 * error + 5 / widths[i] * theory)
            << norm << ' ' << widths[i];
      }
  // Jensen's inequality: a mean of e^(-Θt) over kernels is above that of the mean kernel.
  const auto& widest = found.at("loss").at("measured")[2];
  const double theory = found.at("loss").at("theory").back();
  const double loss = widest.at("value").back(), error = widest.at("error").back();
  EXPECT_NEAR(theory, 0.05, 1e-6);
  EXPECT_GT(loss, theory - 6.5 * error);
  EXPECT_LT(loss, theory * (1 + 50 / widths.back()) + 6.5 * error);
}

}  // namespace
}  // namespace spinlab::experiments
