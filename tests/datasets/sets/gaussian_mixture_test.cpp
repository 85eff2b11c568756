#include "datasets/sets/gaussian_mixture.h"

#include <ATen/ATen.h>

#include <cmath>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

class GaussianRingTest : public SpinlabTest {
 protected:
  static constexpr double kStep = 0.02, kEnd = 5;
  /// The nodes of a grid, (n, 2), far beyond the ring.
  static at::Tensor grid() {
    const auto axis = at::arange(-kEnd, kEnd, kStep, at::kDouble);
    const auto nodes = at::meshgrid({axis, axis}, "ij");
    return at::stack({nodes[0].flatten(), nodes[1].flatten()}, 1);
  }
};

TEST_F(GaussianRingTest, ItsDensityIntegratesToOne) {
  for (const int64_t components : {1, 3, 8}) {
    const auto density = ring_of_gaussians({.components = components});
    const auto mass = density.log_density(grid()).exp().sum().item<double>() * kStep * kStep;
    EXPECT_CLOSE(mass, 1.0, rtol(1e-9)) << components;
  }
}

// -log p of n samples has the entropy as its mean; its deviation in one is below 2 nats here (of a Gaussian
// in the plane it is 1), so that six of the mean's are 12/√n: a false failure below 2e-9.
TEST_F(GaussianRingTest, ItsSamplesAreItsDensitys) {
  constexpr int64_t kSamples = 40'000;
  const auto density = ring_of_gaussians({});
  const auto log_p = density.log_density(grid());
  const auto entropy = -(log_p.exp() * log_p).sum().item<double>() * kStep * kStep;
  const auto samples = density.sample(kSamples, make_generator(kSeed, "samples"));
  EXPECT_CLOSE(-density.log_density(samples).mean().item<double>(), entropy, atol(12 / std::sqrt(kSamples)));
  EXPECT_TRUE(
      at::equal(density.sample(5, make_generator(1, "a")), density.sample(5, make_generator(1, "a"))));
}

TEST_F(GaussianRingTest, IsADataSetThatIsSampledAnew) {
  const auto set = load_dataset({{"name", "gaussian-mixture"}, {"samples", 100}}, DataFolders(), 3);
  EXPECT_EQ(set.objective, "density");
  EXPECT_EQ(set.train.size(), 100);
  EXPECT_FALSE(set.train.targets.defined());
  EXPECT_FALSE(at::equal(set.train.inputs, set.test.inputs));
  ASSERT_TRUE(set.density);
}

}  // namespace
}  // namespace spinlab::datasets
