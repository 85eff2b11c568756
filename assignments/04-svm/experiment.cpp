// The experiment of the handout, section 3. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <vector>

#include "calls.h"
#include "src/core/seed.h"

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  std::vector<double> sizes, deviations;
  for (int64_t n = 10; n <= 1'000'000; n *= 10) {
    const auto x = torch::randn({n}, make_generator(seed, "sample of " + std::to_string(n)), torch::kFloat64);
    sizes.push_back(static_cast<double>(n));
    deviations.push_back(std::abs(mean_square(x) - 1));
  }
  return {{"seed", seed}, {"sizes", sizes}, {"deviations", deviations}};
}
