#include "datasets/sets/libsvm.h"

#include <ATen/ATen.h>

#include "datasets/formats/libsvm.h"
#include "datasets/formats/parsed_cache.h"
#include "datasets/labels.h"
#include "datasets/registry.h"
#include "datasets/sets/own_file.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxFeatures = int64_t{1} << 31;

LibsvmOptions reader_options(const Config& options) {
  return {options.integer_or("features", 0, 1, kMaxFeatures), options.get<bool>("zero_based")};
}

Split read(const std::filesystem::path& file, const LibsvmOptions& how) {
  const Json key = {{"features", how.features}, {"zero_based", how.zero_based}};
  const auto parsed = parsed_once({file}, "libsvm 1", key, [&] {
    const auto rows = read_libsvm(file, how);
    return Parsed{{{"features", rows.features}, {"labels", rows.labels}}, {}};
  });
  return {parsed.tensors.at("features"), parsed.tensors.at("labels"), {}};
}

void widen(Split& split, int64_t columns) {
  split.inputs = at::constant_pad_nd(split.inputs, {0, columns - split.inputs.size(1)});
}

/// A part may lack the last features: those are 0 in each of its rows.
void make_equally_wide(Parts& parts) {
  auto columns = parts.train.inputs.size(1);
  for (const auto* part : {&parts.test, &parts.validation}) {
    if (*part) columns = std::max(columns, (*part)->inputs.size(1));
  }
  widen(parts.train, columns);
  if (parts.test) widen(*parts.test, columns);
  if (parts.validation) widen(*parts.validation, columns);
}

Json understand(const std::filesystem::path& file, const Json& settings) {
  const Json data = completed("libsvm", {{"file", file.string()}}, settings);
  const auto split = read(file, {data.value("features", int64_t{0}), data.value("zero_based", false)});
  const auto labels = split.targets;
  return {{"data", data},
          {"rows", split.size()},
          {"features", split.inputs.size(1)},
          {"nonzero", split.inputs.ne(0).to(at::kDouble).mean().item<double>()},
          {"labels", {labels.min().item<double>(), labels.max().item<double>()}},
          {"task", look_like_classes(labels) ? "classification" : "regression"}};
}

}  // namespace

Dataset load_libsvm(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto how = reader_options(options);
  auto parts = parts_of_files(options, [&](const std::filesystem::path& file) { return read(file, how); });
  make_equally_wide(parts);
  Dataset set;
  set.name = "libsvm";
  const auto task = task_of(options);
  if (task == Task::kClassification || (task == Task::kTold && look_like_classes(parts.train.targets)))
    set.classes = number_classes(parts, file_name(options));
  cut(parts, fractions_of(options, parts), seed, file_name(options));
  put_parts(std::move(parts), set);
  const auto first = options.get<bool>("zero_based") ? 0 : 1;
  for (int64_t i = 0; i < set.train.inputs.size(1); ++i) set.features.push_back(std::to_string(i + first));
  std::tie(set.mean, set.deviation) = input_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "libsvm",
     .summary = "your own file of LABEL INDEX:VALUE …",
     .defaults = own_file_defaults({{"features", nullptr}, {"zero_based", false}, {"task", nullptr}}),
     .load = load_libsvm,
     .endings = {".svm", ".libsvm", ".svmlight"},
     .understand = understand}};

}  // namespace
}  // namespace spinlab::datasets
