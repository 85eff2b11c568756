#include "datasets/sets/arrays.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/formats/idx.h"
#include "datasets/formats/npy.h"
#include "datasets/labels.h"
#include "datasets/registry.h"
#include "datasets/sets/own_file.h"
#include "datasets/statistics.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

/// Examples and their targets as they were read; either may be undefined.
struct Arrays {
  at::Tensor x, y;
};

bool whole(const at::Tensor& values) { return values.defined() && !values.is_floating_point(); }

bool are_tokens(const Arrays& arrays) {
  return whole(arrays.x) && whole(arrays.y) && arrays.x.dim() == 2 && arrays.y.sizes() == arrays.x.sizes();
}

at::Tensor as_inputs(const Arrays& arrays, bool channels_last) {
  const auto& x = arrays.x;
  if (are_tokens(arrays)) return x.to(at::kLong);
  if (x.dim() == 1) return x.to(at::kDouble).unsqueeze(1);
  const bool bytes = x.scalar_type() == at::kByte || x.scalar_type() == at::kChar;
  if (x.dim() == 3 && bytes) return x.unsqueeze(1);
  const auto ordered = x.dim() == 4 && channels_last ? x.permute({0, 3, 1, 2}).contiguous() : x;
  return bytes && x.dim() == 4 ? ordered : ordered.to(at::kDouble);
}

at::Tensor as_targets(const Arrays& arrays) {
  if (!arrays.y.defined()) return {};
  const auto y = arrays.y.dim() == 2 && arrays.y.size(1) == 1 ? arrays.y.squeeze(1) : arrays.y;
  return y.to(whole(y) ? at::kLong : at::kDouble);
}

Split as_split(const Arrays& arrays, bool channels_last, const std::string& name) {
  TORCH_CHECK_VALUE(arrays.x.dim() >= 1 && arrays.x.numel() > 0, name,
                    ": an array without examples, of shape ", arrays.x.sizes());
  TORCH_CHECK_VALUE(!arrays.y.defined() || (arrays.y.dim() >= 1 && arrays.y.size(0) == arrays.x.size(0)),
                    name, ": ", arrays.x.size(0), " examples, but targets of shape ",
                    arrays.y.defined() ? arrays.y.sizes() : at::IntArrayRef(), "; each example needs one");
  return {as_inputs(arrays, channels_last), as_targets(arrays), {}};
}

void name_tokens(Parts& parts, Dataset& set) {
  set.objective = "language_modelling";
  auto largest = parts.train.inputs.max().item<int64_t>();
  for (const auto* part :
       {&parts.train, parts.test ? &*parts.test : nullptr, parts.validation ? &*parts.validation : nullptr}) {
    if (part == nullptr) continue;
    for (const auto& tokens : {part->inputs, part->targets}) {
      largest = std::max(largest, tokens.max().item<int64_t>());
      TORCH_CHECK_VALUE(
          tokens.min().item<int64_t>() >= 0 && largest < 1 << 24, set.name,
          ": tokens must lie in [0, 2^24); inputs and targets of whole numbers (n, T) are taken for tokens");
    }
  }
  for (int64_t i = 0; i <= largest; ++i) set.classes.push_back(std::to_string(i));
}

bool is_classification(const Parts& parts, const Config& options) {
  if (!parts.train.targets.defined()) return false;
  const auto task = task_of(options);
  if (task != Task::kTold) return task == Task::kClassification;
  return whole(parts.train.targets) && parts.train.targets.dim() == 1;
}

void make_real(Parts& parts) {
  const auto to_double = [](Split& split) {
    if (split.targets.defined()) split.targets = split.targets.to(at::kDouble);
  };
  to_double(parts.train);
  if (parts.test) to_double(*parts.test);
  if (parts.validation) to_double(*parts.validation);
}

/// test and validation: without x where there is none.
Dataset arrange(const Arrays& train, const Arrays& test, const Arrays& validation, const Config& options,
                std::uint64_t seed, const std::string& name, const std::string& source) {
  const bool last = options.one_of("channels", {"first", "last"}) == "last";
  Parts parts{as_split(train, last, source), {}, {}};
  if (test.x.defined()) parts.test = as_split(test, last, source);
  if (validation.x.defined()) parts.validation = as_split(validation, last, source);
  require_alike(parts, source);
  Dataset set;
  set.name = name;
  if (are_tokens(train))
    name_tokens(parts, set);
  else if (is_classification(parts, options))
    set.classes = number_classes(parts, source);
  else
    make_real(parts);
  cut(parts, fractions_of(options, parts), seed, source);
  put_parts(std::move(parts), set);
  const auto& x = set.train.inputs;
  if (x.dim() == 2 && x.is_floating_point())
    for (int64_t i = 1; i <= x.size(1); ++i) set.features.push_back("x" + std::to_string(i));
  std::tie(set.mean, set.deviation) = input_statistics(x);
  return set;
}

/// The array that the option names; where it names none the first of `usual` that is there, else undefined.
at::Tensor array_of(const std::map<std::string, at::Tensor>& arrays, const Config& options,
                    const std::string& option, const std::vector<std::string>& usual,
                    const std::string& file) {
  std::vector<std::string> known;
  for (const auto& [name, array] : arrays) known.push_back(name);
  if (options.has(option)) {
    const auto name = options.get<std::string>(option);
    TORCH_CHECK_VALUE(arrays.contains(name), file, ": has no array \"", name, "\"",
                      did_you_mean(name, known));
    return arrays.at(name);
  }
  for (const auto& name : usual) {
    if (arrays.contains(name)) return arrays.at(name);
  }
  TORCH_CHECK_VALUE(option != "x", file,
                    ": has neither an array x_train nor x; name the inputs by \"x\" and the targets by \"y\"",
                    did_you_mean("x", known));
  return {};
}

Json array_defaults(const std::vector<std::string>& own) {
  auto defaults = Json::object();
  for (const auto& key : own) defaults[key] = nullptr;
  defaults.update(
      {{"task", nullptr}, {"channels", "first"}, {"test_fraction", nullptr}, {"validation_fraction", 0.0}});
  return defaults;
}

Json described(const at::Tensor& array) {
  Json row = {{"shape", array.sizes().vec()}, {"type", c10::toString(array.scalar_type())}};
  if (array.numel() == 0) return row;
  const auto values = array.to(at::kDouble);
  row["range"] = {values.min().item<double>(), values.max().item<double>()};
  if (const auto missing = values.isnan().sum().item<int64_t>(); missing > 0) row["nan"] = missing;
  return row;
}

Json understand_npz(const fs::path& file, const Json& settings) {
  Json data = {{"file", file.string()}};
  auto rows = Json::array();
  for (const auto& [name, array] : read_npz(file)) {
    rows.push_back({{"array", name}});
    rows.back().update(described(array));
  }
  return {{"data", completed("npz", data, settings)}, {"arrays", rows}};
}

Json understand_npy(const fs::path& file, const Json& settings) {
  return {{"data", completed("npy", {{"x", file.string()}}, settings)},
          {"arrays", {described(read_npy(file))}}};
}

/// "train-images-idx3-ubyte" goes with "train-labels-idx1-ubyte".
fs::path labels_beside(const fs::path& file) {
  auto name = file.filename().string();
  for (const auto& [word, other] : {std::pair{"images", "labels"}, {"idx3", "idx1"}}) {
    if (const auto at = name.find(word); at != name.npos) name.replace(at, std::string(word).size(), other);
  }
  const auto labels = file.parent_path() / name;
  std::error_code error;
  return labels != file && fs::is_regular_file(labels, error) ? labels : fs::path();
}

Json understand_idx(const fs::path& file, const Json& settings) {
  Json data = {{"images", file.string()}};
  auto rows = Json::array({described(read_any_idx(file))});
  if (const auto labels = labels_beside(file); !labels.empty()) {
    data["labels"] = labels.string();
    rows.push_back(described(read_any_idx(labels)));
  }
  return {{"data", completed("idx", data, settings)}, {"arrays", rows}};
}

}  // namespace

Dataset load_npz(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto file = options.get<std::string>("file");
  const auto arrays = read_npz(file);
  const auto find = [&](const std::string& option, const std::vector<std::string>& usual) {
    return array_of(arrays, options, option, usual, file);
  };
  return arrange({find("x", {"x_train", "x"}), find("y", {"y_train", "y"})},
                 {find("x_test", {"x_test"}), find("y_test", {"y_test"})},
                 {find("x_validation", {"x_validation"}), find("y_validation", {"y_validation"})}, options,
                 seed, "npz", file);
}

namespace {

template <typename Read>
Arrays files_of(const Config& options, const std::string& x, const std::string& y, const Read& read) {
  const auto at = [&](const std::string& key) {
    return options.has(key) ? read(options.get<std::string>(key)) : at::Tensor();
  };
  return {at(x), at(y)};
}

}  // namespace

Dataset load_npy(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto name = options.get<std::string>("x");
  return arrange(files_of(options, "x", "y", read_npy), files_of(options, "x_test", "y_test", read_npy),
                 files_of(options, "x_validation", "y_validation", read_npy), options, seed, "npy", name);
}

Dataset load_idx(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto name = options.get<std::string>("images");
  return arrange(files_of(options, "images", "labels", read_any_idx),
                 files_of(options, "test_images", "test_labels", read_any_idx), {}, options, seed, "idx",
                 name);
}

namespace {

const Registered<DatasetEntry> kRegistered[] = {
    Registered<DatasetEntry>{
        {.name = "npz",
         .summary = "your own arrays in one .npz of NumPy's",
         .defaults = array_defaults({"file", "x", "y", "x_test", "y_test", "x_validation", "y_validation"}),
         .load = load_npz,
         .endings = {".npz"},
         .understand = understand_npz}},
    Registered<DatasetEntry>{
        {.name = "npy",
         .summary = "your own arrays, a .npy each",
         .defaults = array_defaults({"x", "y", "x_test", "y_test", "x_validation", "y_validation"}),
         .load = load_npy,
         .endings = {".npy"},
         .understand = understand_npy}},
    Registered<DatasetEntry>{{.name = "idx",
                              .summary = "your own idx files, as MNIST's",
                              .defaults = array_defaults({"images", "labels", "test_images", "test_labels"}),
                              .load = load_idx,
                              .endings = {"-ubyte", ".idx", ".idx1", ".idx2", ".idx3", ".idx4"},
                              .understand = understand_idx}}};

}  // namespace
}  // namespace spinlab::datasets
