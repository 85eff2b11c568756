#include "datasets/split.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/core/seed.h"

namespace spinlab::datasets {

Split select(const Split& all, const at::Tensor& rows) {
  Split chosen{all.inputs.index_select(0, rows), {}, {}};
  if (all.targets.defined()) chosen.targets = all.targets.index_select(0, rows);
  if (all.temperatures.defined()) chosen.temperatures = all.temperatures.index_select(0, rows);
  return chosen;
}

void shuffle_split(const Split& all, double test_fraction, std::uint64_t seed, Dataset& into) {
  const auto n = all.size();
  const auto train = static_cast<int64_t>(std::llround((1 - test_fraction) * static_cast<double>(n)));
  TORCH_CHECK_VALUE(0 < train && train < n, into.name, ": a test_fraction of ", test_fraction, " leaves ",
                    train, " of ", n, " examples to train on; both parts need at least one");
  const auto order = at::randperm(n, make_generator(seed, "split"), at::kLong);
  into.train = select(all, order.narrow(0, 0, train));
  into.test = select(all, order.narrow(0, train, n - train));
}

}  // namespace spinlab::datasets
