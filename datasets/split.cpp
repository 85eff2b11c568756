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
  into.how_split = "shuffled by the seed, then cut in two";
}

namespace {

Split narrow(const Split& all, int64_t first, int64_t count) {
  Split part{all.inputs.narrow(0, first, count), {}, {}};
  if (all.targets.defined()) part.targets = all.targets.narrow(0, first, count);
  return part;
}

}  // namespace

void cut(Parts& parts, const Fractions& fractions, std::optional<std::uint64_t> seed,
         const std::string& name) {
  TORCH_CHECK_VALUE(!parts.validation || fractions.validation == 0, name,
                    ": a validation part comes by itself; leave validation_fraction out, or the part");
  const auto n = parts.train.size();
  const auto rounded = [&](double part) {
    return static_cast<int64_t>(std::llround(part * static_cast<double>(n)));
  };
  const auto test = parts.test ? 0 : n - rounded(1 - fractions.test),
             validation = rounded(fractions.validation);
  const auto train = n - test - validation;
  TORCH_CHECK_VALUE(train > 0 && (test > 0 || parts.test) && (validation > 0 || fractions.validation == 0),
                    name, ": a test_fraction of ", fractions.test, " and a validation_fraction of ",
                    fractions.validation, " make of ", n, " examples ", train, " to train on, ", validation,
                    " to validate and ", test, " to test; each part needs at least one");
  if (test + validation == 0) return;
  at::Tensor order;
  if (seed) order = at::randperm(n, make_generator(*seed, "split"), at::kLong);
  const auto all = parts.train;
  const auto part = [&](int64_t first, int64_t count) {
    return seed ? select(all, order.narrow(0, first, count)) : narrow(all, first, count);
  };
  parts.train = part(0, train);
  if (validation > 0) parts.validation = part(train, validation);
  if (test > 0) parts.test = part(train + validation, test);
}

bool overlap(const at::Tensor& windows) {
  return windows.dim() > 1 && windows.size(0) > 1 && windows.stride(0) > 0 &&
         windows.stride(0) < windows.size(1) * windows.stride(1);
}

at::Tensor stream_of(const at::Tensor& windows) {
  if (windows.stride(1) != 1) return windows.flatten();
  return windows.as_strided({(windows.size(0) - 1) * windows.stride(0) + windows.size(1)}, {1});
}

bool is_text_in_order(const Split& part) {
  const auto& [windows, targets, unused] = part;
  if (!targets.defined() || targets.sizes() != windows.sizes() || windows.dim() != 2 ||
      windows.stride(1) != 1)
    return false;
  if (windows.stride(0) != windows.size(1)) return true;
  // They may be rows in any order, or of different texts.
  return windows.slice(0, 1).select(1, 0).equal(targets.slice(0, 0, -1).select(1, -1));
}

Split judged_once(const Split& part) {
  const auto& targets = part.targets;
  if (!targets.defined() || targets.dim() != 2 || !overlap(targets)) return part;
  const auto step = targets.stride(0), length = targets.size(1) * targets.stride(1);
  const auto every = (length + step - 1) / step;
  return {part.inputs.slice(0, 0, std::nullopt, every), targets.slice(0, 0, std::nullopt, every),
          part.temperatures};
}

void put_parts(Parts parts, Dataset& into) {
  into.train = std::move(parts.train);
  into.test = std::move(parts.test.value());
  if (parts.validation) into.parts["validation"] = std::move(*parts.validation);
}

}  // namespace spinlab::datasets
