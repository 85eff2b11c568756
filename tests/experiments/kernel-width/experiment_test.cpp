#include "tests/experiments/tiny.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Gt;
using testing::Lt;

class KernelWidthTest : public SpinlabTest {};

/// Theory is exact at every width. A normal number is 7.5 standard errors below or above with probability
/// 6e-14. The mean of 4,000 squares, whose skew is 6 at most, is skewed by γ = 0.1: with its error from the
/// same squares the lower tail is e^(γ z³/3) = 1e6 times that, 3e-8 for each of 16 numbers. Kurtosis:
/// Student's t of 63 degrees of freedom is beyond 7.5 with probability 3e-10, for each of 4.
TEST_F(KernelWidthTest, MeasuredDeviationsAndKurtosisAreTheory) {
  for (const char* activation : {"tanh", "relu"}) {
    const auto found = run_tiny("kernel-width",
                                {std::string("activation=") + activation, "widths=[16, 32]", "networks=4000",
                                 "kurtosis_widths=[8, 32]", "kurtosis_outputs=200000"},
                                kSeed);
    for (const char* kernel : {"nngp", "ntk"})
      for (const char* element : {"same", "pair"}) {
        const auto& one = found.at(kernel).at(element);
        EXPECT_THAT(deviations(one.at("measured"), one.at("theory")), Each(AllOf(Gt(-7.5), Lt(7.5))))
            << activation << ' ' << kernel << ' ' << element;
      }
    EXPECT_THAT(deviations(found.at("kurtosis").at("measured"), found.at("kurtosis").at("theory")),
                Each(AllOf(Gt(-7.5), Lt(7.5))))
        << activation;
  }
}

}  // namespace
}  // namespace spinlab::experiments
