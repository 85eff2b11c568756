#include "src/cli/experimenter/data_show.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <ostream>

#include "datasets/known_classes.h"
#include "src/cli/experimenter/draw_examples.h"
#include "src/core/numbers_of.h"

namespace spinlab::cli {
namespace {

using datasets::Dataset;
using datasets::Split;

constexpr std::size_t kShownText = 240;

Json describe_split(const Split& split, const Dataset& set) {
  Json description{{"inputs", split.inputs.sizes().vec()},
                   {"type", c10::toString(split.inputs.scalar_type())}};
  if (!split.targets.defined()) return description;
  description["targets"] = split.targets.sizes().vec();
  if (split.targets.dim() > 1) return description;  // windows of a text overlap: their counts would mislead
  if (split.classified()) {
    const auto classes = static_cast<int64_t>(set.classes.size());
    const auto counts = split.targets.bincount({}, classes);
    description["counts"] = std::vector<int64_t>(counts.const_data_ptr<int64_t>(),
                                                 counts.const_data_ptr<int64_t>() + counts.numel());
  } else {
    description["range"] = {split.targets.min().item<double>(), split.targets.max().item<double>()};
  }
  return description;
}

/// The means of hundreds of features help nobody on a terminal; --json has them all.
std::string shortened(const std::string& text) {
  if (text.size() <= kShownText) return text;
  auto end = kShownText;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // no half character
  return text.substr(0, end) + " …";
}

std::string title_of(const Dataset& set, const datasets::CatalogEntry* source) {
  return source == nullptr ? datasets::dataset_summary(set.name) : source->title;
}

/// A line break among the characters of a text stays an escape.
std::string plain(const Json& value) {
  if (!value.is_string()) return value.dump();
  const auto text = value.get<std::string>();
  const auto control = [](unsigned char c) { return c < 0x20; };
  return std::any_of(text.begin(), text.end(), control) ? value.dump() : text;
}

/// Lists and parts of a data set without quotes and braces: "setosa, virginica"; "inputs [120,4], type
/// Double".
std::string worded(const Json& value) {
  if (!value.is_structured() || value.empty()) return value.dump();
  std::string text;
  for (const auto& item : value.items()) {
    const auto& each = item.value();
    text += (text.empty() ? "" : ", ") + (value.is_object() ? item.key() + " " : "") + plain(each);
  }
  return text;
}

}  // namespace

Json describe(const Dataset& set, const datasets::CatalogEntry* source) {
  Json description{{"name", set.name}, {"title", title_of(set, source)}};
  if (source != nullptr) {
    description["origin"] = source->origin;
    description["licence"] = source->licence;
    description["citation"] = source->citation;
  }
  description["train"] = describe_split(set.train, set);
  description["test"] = describe_split(set.test, set);
  for (const auto& [name, part] : set.parts) description[name] = describe_split(part, set);
  description["split"] = set.how_split;
  description["classes"] = set.classes;
  description["features"] = set.features;
  description["target"] = set.target;
  if (set.mean.defined()) {
    description["mean"] = numbers_of(set.mean);
    description["deviation"] = numbers_of(set.deviation);
  }
  if (set.posterior) description["bayes_accuracy"] = bayes_accuracy(set, set.test);
  description["notes"] = set.notes;
  return description;
}

void print_dataset(const Dataset& set, const datasets::CatalogEntry* source, std::ostream& out) {
  const auto description = describe(set, source);
  for (const auto& item : description.items()) {
    const auto& value = item.value();
    if (value.empty() || value == "") continue;
    out << item.key() << std::string(item.key().size() < 11 ? 11 - item.key().size() : 1, ' ')
        << (value.is_string() ? value.get<std::string>() : shortened(worded(value))) << '\n';
  }
  draw_examples(set, out);
}

}  // namespace spinlab::cli
