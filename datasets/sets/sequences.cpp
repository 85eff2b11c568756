#include "datasets/sets/sequences.h"

#include <ATen/ATen.h>

#include "datasets/registry.h"
#include "src/core/seed.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxTokens = 100'000, kMaxLength = 4096, kMaxSamples = 10'000'000;

at::Tensor answer(const at::Tensor& sequences, const std::string& task) {
  if (task == "copy") return sequences.clone();
  return task == "sort" ? std::get<0>(sequences.sort(1)) : sequences.flip({1});
}

}  // namespace

Dataset load_sequences(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto task = options.one_of("task", {"reverse", "copy", "sort"});
  const auto tokens = options.integer("tokens", 2, kMaxTokens),
             length = options.integer("length", 1, kMaxLength);
  const auto samples = options.integer("samples", 10, kMaxSamples);
  options.expect_no_other_keys();
  const auto make = [&](int64_t n, const char* part) {
    const auto sequences = at::randint(0, tokens, {n, length}, make_generator(seed, part), at::kLong);
    return Split{sequences, answer(sequences, task), {}};
  };
  Dataset set;
  set.name = "sequences";
  set.objective = "sequence_to_sequence";
  set.train = make(samples, "train");
  set.test = make(samples / 10, "test");
  set.how_split = "train and test are drawn independently, by two streams of the seed";
  for (int64_t token = 0; token < tokens; ++token) set.classes.push_back(std::to_string(token));
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "sequences",
     .summary = "random sequences to reverse, copy or sort, made from a seed",
     .defaults = {{"task", "reverse"}, {"tokens", 10}, {"length", 8}, {"samples", 10'000}},
     .load = load_sequences}};

}  // namespace
}  // namespace spinlab::datasets
