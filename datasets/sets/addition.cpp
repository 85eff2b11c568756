#include "datasets/sets/addition.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <unordered_set>
#include <vector>

#include "datasets/registry.h"
#include "src/core/seed.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxDigits = 9, kMaxSamples = 10'000'000, kPlus = 10;

int64_t power_of_ten(int64_t exponent) { return exponent == 0 ? 1 : 10 * power_of_ten(exponent - 1); }

/// Int64 (n), all different, of [0, size), n at most size / 2: drawn again where one was there before.
at::Tensor different(int64_t n, int64_t size, std::uint64_t seed) {
  auto generator = make_generator(seed, "addition");
  std::unordered_set<int64_t> seen;
  auto all = at::empty({n}, at::kLong);
  auto* next = all.mutable_data_ptr<int64_t>();
  while (static_cast<int64_t>(seen.size()) < n) {
    const auto drawn = at::randint(size, {n}, generator, at::kLong);
    for (int64_t i = 0; i < n && static_cast<int64_t>(seen.size()) < n; ++i) {
      if (const auto number = drawn.const_data_ptr<int64_t>()[i]; seen.insert(number).second)
        *next++ = number;
    }
  }
  return all;
}

/// (n, digits), the highest first.
at::Tensor written(const at::Tensor& numbers, int64_t digits) {
  std::vector<at::Tensor> all;
  for (auto place = digits - 1; place >= 0; --place)
    all.push_back(numbers.floor_divide(power_of_ten(place)).remainder(10));
  return at::stack(all, 1);
}

Split sums(const at::Tensor& pairs, int64_t digits, bool lowest_first) {
  const auto limit = power_of_ten(digits);
  const auto a = pairs.floor_divide(limit), b = pairs.remainder(limit);
  const auto plus = at::full({pairs.size(0), 1}, kPlus, at::kLong);
  const auto answer = written(a + b, digits + 1);
  return {at::cat({written(a, digits), plus, written(b, digits)}, 1),
          lowest_first ? answer.flip({1}) : answer,
          {}};
}

}  // namespace

Dataset load_addition(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto digits = options.integer("digits", 1, kMaxDigits);
  const auto samples = options.integer("samples", 10, kMaxSamples), tests = samples / 10;
  const auto lowest_first = options.get<bool>("lowest_first");
  options.expect_no_other_keys();
  const auto pairs = power_of_ten(2 * digits);
  TORCH_CHECK_VALUE(samples + tests <= pairs / 2, "samples is ", samples,
                    ", and with a tenth to test more than "
                    "half of the ",
                    pairs, " pairs of ", digits, " digits; choose at most ", pairs * 5 / 11,
                    " or more digits");
  const auto drawn = different(samples + tests, pairs, seed);
  Dataset set;
  set.name = "addition";
  set.objective = "sequence_to_sequence";
  set.train = sums(drawn.narrow(0, 0, samples), digits, lowest_first);
  set.test = sums(drawn.narrow(0, samples, tests), digits, lowest_first);
  set.how_split = "different pairs, drawn by the seed";
  for (int64_t digit = 0; digit < 10; ++digit) set.classes.push_back(std::to_string(digit));
  set.classes.emplace_back("+");
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "addition",
     .summary = "sums of two numbers, digit by digit, made from a seed",
     .defaults = {{"digits", 3}, {"samples", 20'000}, {"lowest_first", true}},
     .load = load_addition}};

}  // namespace
}  // namespace spinlab::datasets
