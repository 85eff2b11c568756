#include "src/cli/experimenter/data_show.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <sstream>

namespace spinlab::cli {
namespace {

using datasets::Dataset;
using datasets::Split;

constexpr std::string_view kGreys = " .:-=+*#%@";
constexpr std::size_t kShownFeatures = 20, kShownText = 240;
constexpr int64_t kMaxDrawn = 40, kShownSteps = 5;

Json numbers(const at::Tensor& values) {
  const auto flat = values.to(at::kDouble).reshape({-1});
  return std::vector<double>(flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel());
}

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

std::string draw_grey(const at::Tensor& image) {
  auto grey = image.to(at::kDouble).mean(0);
  if (std::max(grey.size(0), grey.size(1)) > kMaxDrawn) {
    const auto scale =
        static_cast<double>(kMaxDrawn) / static_cast<double>(std::max(grey.size(0), grey.size(1)));
    const auto scaled = [&](int64_t side) {
      return std::max<int64_t>(1, std::llround(scale * static_cast<double>(side)));
    };
    grey =
        at::adaptive_avg_pool2d(grey.unsqueeze(0), {scaled(grey.size(0)), scaled(grey.size(1))}).squeeze(0);
  }
  std::string picture;
  for (int64_t row = 0; row < grey.size(0); ++row) {
    for (int64_t column = 0; column < grey.size(1); ++column) {
      const auto level = static_cast<std::size_t>(grey[row][column].item<double>() / 256 * kGreys.size());
      picture.append(2, kGreys[level]);  // a character is about twice as high as wide
    }
    picture += '\n';
  }
  return picture;
}

std::string draw_spins(const at::Tensor& spins) {
  const auto lattice = spins[0].contiguous();
  std::string picture;
  for (int64_t row = 0; row < lattice.size(0); ++row) {
    for (int64_t column = 0; column < lattice.size(1); ++column) {
      picture.append(2, lattice[row][column].item<int>() > 0 ? '#' : '.');
    }
    picture += '\n';
  }
  return picture;
}

std::string list_features(const at::Tensor& values, const Dataset& set) {
  std::ostringstream out;
  for (std::size_t i = 0; i < set.features.size() && i < kShownFeatures; ++i) {
    out << "  " << set.features[i] << " = " << values[static_cast<int64_t>(i)].item<double>() << '\n';
  }
  if (set.features.size() > kShownFeatures)
    out << "  … " << set.features.size() - kShownFeatures << " more\n";
  return out.str();
}

/// (T, d): the latest rows of a window; of what has more dimensions the shape.
std::string list_steps(const at::Tensor& window, const Dataset& set) {
  std::ostringstream out;
  if (window.dim() != 2) {
    out << "  " << window.sizes() << " numbers\n";
    return out.str();
  }
  const auto first = std::max<int64_t>(0, window.size(0) - kShownSteps);
  if (first > 0) out << "  … " << first << " steps before\n";
  for (auto t = first; t < window.size(0); ++t) out << list_features(window[t], set);
  return out.str();
}

std::string spell(const at::Tensor& codes, const Dataset& set) {
  std::string text;
  const auto letter = [](const std::string& name) {
    return name.size() == 1 || static_cast<unsigned char>(name[0]) >= 0x80;
  };
  const bool letters = std::all_of(set.classes.begin(), set.classes.end(), letter);
  for (int64_t i = 0; i < codes.size(0); ++i)
    text += set.classes.at(codes[i].item<int64_t>()) + (letters ? "" : " ");
  return text + '\n';
}

/// The means of hundreds of features help nobody on a terminal; --json has them all.
std::string shortened(const std::string& text) {
  if (text.size() <= kShownText) return text;
  auto end = kShownText;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // no half character
  return text.substr(0, end) + " …";
}

std::string target_text(const Split& split, const Dataset& set) {
  if (!split.targets.defined() || split.targets.dim() > 1) return "";
  if (split.classified()) return " (" + set.classes.at(split.targets[0].item<int64_t>()) + ")";
  std::ostringstream out;
  out << " (target " << split.targets[0].item<double>() << ")";
  return out.str();
}

}  // namespace

std::string draw_example(const at::Tensor& input, const Dataset& set) {
  if (input.scalar_type() == at::kByte) return draw_grey(input);
  if (input.scalar_type() == at::kChar) return draw_spins(input);
  if (!input.is_floating_point()) return spell(input, set);
  return input.dim() == 1 ? list_features(input, set) : list_steps(input, set);
}

Json describe(const Dataset& set, const datasets::CatalogEntry* source) {
  Json description{
      {"name", set.name}, {"train", describe_split(set.train, set)}, {"test", describe_split(set.test, set)}};
  for (const auto& [name, part] : set.parts) description[name] = describe_split(part, set);
  description["classes"] = set.classes;
  description["features"] = set.features;
  if (set.mean.defined()) {
    description["mean"] = numbers(set.mean);
    description["deviation"] = numbers(set.deviation);
  }
  if (source != nullptr) {
    description["origin"] = source->origin;
    description["licence"] = source->licence;
    description["citation"] = source->citation;
  }
  return description;
}

void print_dataset(const Dataset& set, const datasets::CatalogEntry* source, std::ostream& out) {
  const auto description = describe(set, source);
  for (const auto& item : description.items()) {
    const auto& value = item.value();
    if (value.empty()) continue;
    out << item.key() << std::string(item.key().size() < 11 ? 11 - item.key().size() : 1, ' ')
        << (value.is_string() ? value.get<std::string>() : shortened(value.dump())) << '\n';
  }
  out << "the first training example" << target_text(set.train, set) << ":\n"
      << draw_example(set.train.inputs[0], set);
}

}  // namespace spinlab::cli
