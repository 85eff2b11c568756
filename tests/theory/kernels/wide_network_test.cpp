#include <gmock/gmock.h>

#include "models/kernels/kernel.h"
#include "src/core/seed.h"
#include "src/theory/kernels/network_kernel.h"
#include "tests/support/mistake.h"

namespace spinlab::theory {
namespace {

at::Tensor some_points(int64_t n) {
  return at::randn({n, 5}, make_generator(1, "wide network"), at::kDouble);
}

TEST(WideNetwork, IsTheNetworkThatItsOptionsSay) {
  const auto X = some_points(70), Z = X.slice(0, 0, 20);
  const auto weights = dense(1.5, 0.4);
  const auto expected =
      kernels(*sequential({weights, activation("erf"), weights, activation("erf"), weights}), X, Z);
  Json options;
  options["depth"] = 2;
  options["activation"]["name"] = "erf";
  options["weight_variance"] = 2.25;
  options["bias_variance"] = 0.16;
  for (const auto* name : {"nngp", "ntk"}) {
    options["name"] = name;
    const auto kernel = models::make_kernel(options, X, "here");
    const auto& whole = std::string(name) == "ntk" ? expected.ntk : expected.nngp;
    EXPECT_TRUE(at::allclose((*kernel)(X, Z), whole, 1e-12, 0)) << name;
    EXPECT_TRUE(at::allclose(kernel->diagonal(X), models::gram(*kernel, X).diagonal(), 1e-12, 0)) << name;
  }
}

TEST(WideNetwork, OptionsThatCannotBeAreRefused) {
  const auto made = [](Json options) {
    options["name"] = "ntk";
    return [options] { models::make_kernel(options, some_points(3), "recipe"); };
  };
  Json unknown;
  unknown["activation"]["name"] = "rely";
  EXPECT_THAT(mistake(made(unknown)), testing::HasSubstr("relu"));
  Json flat;
  flat["depth"] = 0;
  EXPECT_THAT(mistake(made(flat)), testing::HasSubstr("depth"));
  Json negative;
  negative["weight_variance"] = -1;
  EXPECT_THAT(mistake(made(negative)), testing::HasSubstr("weight_variance"));
}

}  // namespace
}  // namespace spinlab::theory
