#include "tests/experiments/tiny.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/support/without_data.h"

namespace spinlab::experiments {
namespace {

class WideMnistTest : public SpinlabTest {};

/// A wide network trained long on the same subsets errs as its tangent kernel does, up to the spread of its
/// own beginning. 20 subsets: Student's t of 19 degrees of freedom is beyond 8.5 with probability 7e-8, for 2
/// sizes.
TEST_F(WideMnistTest, AWideTrainedNetworkErrsAsItsTangentKernel) {
  const auto found = run_tiny("wide-mnist",
                              {"data=clusters", "sizes=[20, 80]", "subsets=20", "test=500", "hidden_layers=1",
                               "widths=[1024]", "steps=400"},
                              kSeed);
  const auto& network = found.at("networks")[0].at("error");
  for (size_t i = 0; i < 2; ++i) {
    const double error =
        std::hypot(network.at("error")[i].get<double>(), found.at("ntk").at("error")[i].get<double>());
    EXPECT_NEAR(network.at("value")[i].get<double>(), found.at("ntk").at("value")[i].get<double>(),
                8.5 * error + 0.01);
  }
  for (const char* kernel : {"nngp", "ntk"})
    EXPECT_LT(found.at(kernel).at("value")[1].get<double>(), found.at(kernel).at("value")[0].get<double>());
}

TEST_F(WideMnistTest, MissingFilesAreNamedWithWhatFetchesThem) {
  const WithoutData without(folder());
  EXPECT_THAT(mistake([&] { run_tiny("wide-mnist", {}, kSeed, datasets::DataFolders(folder())); }),
              testing::HasSubstr("data fetch mnist"));
}

}  // namespace
}  // namespace spinlab::experiments
