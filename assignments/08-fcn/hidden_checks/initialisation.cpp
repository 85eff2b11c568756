// Random weights: other shapes than in checks.cpp, other streams of the seed, the edges of each definition.
#include <cmath>
#include <utility>
#include <vector>

#include "assignments/08-fcn/calls.h"
#include "assignments/08-fcn/problems.h"

namespace {

using namespace spinlab;
using namespace fcn::problems;

/// The correlation of N independent pairs exceeds 6/√N with probability 2e-9.
TEST(GaussianParameters, LayersAndSeedsAreIndependent) {
  const std::vector<int64_t> widths{60, 60, 60};
  const auto first = gaussian_parameters(widths, 2, 1, 11), again = gaussian_parameters(widths, 2, 1, 11);
  const auto other = gaussian_parameters(widths, 2, 1, 12);
  EXPECT_CLOSE(flat(again), flat(first), atol(0.0));
  const auto correlation = [](const Tensor& a, const Tensor& b) {
    return std::abs((a * b).mean().item<double>()) * 60 / 2;
  };
  EXPECT_LT(correlation(first.at(0).weight, first.at(1).weight), 6.0 / 60) << "between layers";
  EXPECT_LT(correlation(first.at(0).weight, other.at(0).weight), 6.0 / 60) << "between seeds";
  EXPECT_CLOSE(gaussian_parameters({7, 5}, 2, 0, 1).at(0).bias, torch::zeros({5}, torch::kFloat64),
               atol(0.0));
}

/// One unit on either side of 20000: a fan-in of 1 is not 2, and as many weights as biases. The variance is
/// off by 6 √(2/N) of itself, and a correlation by 6/√N, with a probability of 2e-9.
TEST(GaussianParameters, WeightsAndBiasesAreIndependent) {
  const int64_t n = 20000;
  const auto parameters = gaussian_parameters({1, n, 1}, 2, 0.5, seed("one to many"));
  ASSERT_EQ(parameters.size(), 2);
  const auto fan_out = parameters[0].weight.flatten() / std::sqrt(2.0),
             bias = parameters[0].bias / std::sqrt(0.5);
  const auto fan_in = parameters[1].weight.flatten() * std::sqrt(n / 2.0);
  for (const auto& values : {fan_out, bias, fan_in})
    EXPECT_CLOSE(values.square().mean().item<double>(), 1.0, atol(6 * std::sqrt(2.0 / n)));
  for (const auto& [a, b] : {std::pair{fan_out, bias}, {fan_out, fan_in}, {bias, fan_in}})
    EXPECT_CLOSE((a * b).mean().item<double>(), 0.0, atol(6 / std::sqrt(n)));
}

TEST(GaussianParameters, RefusesNoLayerAndNegativeVariances) {
  between_right_answers(
      [] {
        const auto parameters = gaussian_parameters({7, 5}, 2, 0, 1);
        ASSERT_EQ(parameters.size(), 1);
        EXPECT_CLOSE(parameters[0].bias, torch::zeros({5}, torch::kFloat64), atol(0.0));
        EXPECT_GT(parameters[0].weight.abs().min().item<double>(), 0);
        EXPECT_LT(parameters[0].weight.abs().max().item<double>(), 4);  // 7 deviations
      },
      [] {
        EXPECT_THROW(gaussian_parameters({7}, 2, 0, 1), StudentError);
        EXPECT_THROW(gaussian_parameters({7, 0}, 2, 0, 1), StudentError);
        EXPECT_THROW(gaussian_parameters({7, 5}, -2, 0, 1), StudentError);
        EXPECT_THROW(gaussian_parameters({7, 5}, 2, -1, 1), StudentError);
      });
}

TEST(WeightScale, TheEdgesOfTheDefinition) {
  EXPECT_CLOSE(weight_scale("he", 50, 4000).deviation, 0.2, rtol(1e-13));
  EXPECT_CLOSE(weight_scale("glorot", 1, 1).deviation, 1.0, rtol(1e-13));
  EXPECT_CLOSE(weight_scale("ntk", 16, 2).multiplier, 0.25, rtol(1e-13));
}

TEST(WeightScale, RefusesOtherSchemesAndNoFan) {
  between_right_answers([] { EXPECT_CLOSE(weight_scale("he", 8, 3).deviation, 0.5, rtol(1e-13)); },
                        [] {
                          EXPECT_THROW(weight_scale("lecun", 3, 3), StudentError);
                          EXPECT_THROW(weight_scale("he", 0, 3), StudentError);
                          EXPECT_THROW(weight_scale("glorot", 3, 0), StudentError);
                        });
}

}  // namespace
