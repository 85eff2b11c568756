#include "src/cli/experimenter/draw_examples.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <sstream>

namespace spinlab::cli {
namespace {

using datasets::Dataset;
using datasets::Split;

constexpr std::string_view kGreys = " .:-=+*#%@";
constexpr std::size_t kShownFeatures = 20, kShownColumns = 6;
constexpr int64_t kMaxDrawn = 40, kShownSteps = 5, kShownRows = 6, kMaxImages = 5;
constexpr int64_t kWide = 72, kHigh = 24, kMostPoints = 1000;
constexpr std::string_view kClassMarks = "0123456789abcdefghijklmnopqrstuvwxyz";
const std::vector<std::string> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// (C, H, W) to (h, w) from 0 to 1, at most kMaxDrawn high and wide. `white`: what is drawn brightest.
at::Tensor grey_levels(const at::Tensor& image, double white) {
  const auto grey = image.to(at::kDouble).mean(0) / (white + 1);
  const auto longest = std::max(grey.size(0), grey.size(1));
  if (longest <= kMaxDrawn) return grey;
  const auto scale = static_cast<double>(kMaxDrawn) / static_cast<double>(longest);
  const auto scaled = [&](int64_t side) {
    return std::max<int64_t>(1, std::llround(scale * static_cast<double>(side)));
  };
  return at::adaptive_avg_pool2d(grey.unsqueeze(0), {scaled(grey.size(0)), scaled(grey.size(1))}).squeeze(0);
}

std::string draw_grey(const at::Tensor& grey) {
  std::string picture;
  for (int64_t row = 0; row < grey.size(0); ++row) {
    for (int64_t column = 0; column < grey.size(1); ++column) {
      const auto level = static_cast<std::size_t>(grey[row][column].item<double>() * kGreys.size());
      picture.append(2, kGreys[level]);  // a character is about twice as high as wide
    }
    picture += '\n';
  }
  return picture;
}

/// Digits of 8 × 8 have the grey values 0 to 16.
double white_of(const Dataset& set) {
  return std::max(1.0, set.train.inputs.max().to(at::kDouble).item<double>());
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

std::string class_name(const Split& split, int64_t row, const Dataset& set) {
  return set.classes.at(split.targets[row].item<int64_t>());
}

std::string target_text(const Split& split, const Dataset& set) {
  if (!split.targets.defined() || split.targets.dim() > 1) return "";
  if (split.classified()) return " (" + class_name(split, 0, set) + ")";
  std::ostringstream out;
  out << " (target " << split.targets[0].item<double>() << ")";
  return out.str();
}

/// As many of the first images as fit beside each other, their classes above them.
void draw_images(const Dataset& set, std::ostream& out) {
  const auto& images = set.train.inputs;
  const auto white = white_of(set);
  const auto one = grey_levels(images[0], white);
  const auto count =
      std::clamp<int64_t>((kWide + 2) / (2 * one.size(1) + 2), 1, std::min(kMaxImages, images.size(0)));
  std::vector<at::Tensor> levels;
  std::string classes;
  for (int64_t i = 0; i < count; ++i) {
    if (i > 0) levels.push_back(at::zeros({one.size(0), 1}, at::kDouble));
    levels.push_back(grey_levels(images[i], white));
    if (set.train.classified()) classes += (i > 0 ? ", " : " (") + class_name(set.train, i, set);
  }
  out << (count == 1 ? "the first training example"
                     : "the first " + std::to_string(count) + " training examples")
      << classes << (classes.empty() ? "" : ")") << ":\n"
      << draw_grey(at::cat(levels, 1));
}

/// The plane of (n, 2) inputs with a character for each class; where points fall on one place the last is
/// seen.
void draw_scatter(const Dataset& set, std::ostream& out) {
  const auto n = std::min(kMostPoints, set.train.size());
  const auto points = set.train.inputs.narrow(0, 0, n);
  const auto low = std::get<0>(points.min(0)), high = std::get<0>(points.max(0));
  const auto size = at::tensor({kWide - 1, kHigh - 1}, at::kDouble);
  const auto place = ((points - low) / (high - low).clamp_min(1e-300) * size).round().to(at::kLong);
  std::vector<std::string> rows(kHigh, std::string(kWide, ' '));
  for (int64_t i = 0; i < n; ++i) {
    const auto mark =
        set.train.classified() ? set.train.targets[i].item<int64_t>() % std::ssize(kClassMarks) : -1;
    rows[kHigh - 1 - place[i][1].item<int64_t>()][place[i][0].item<int64_t>()] =
        mark < 0 ? '*' : kClassMarks[mark];
  }
  out << "the first " << n << " training examples, " << set.features[0] << " from " << low[0].item<double>()
      << " to " << high[0].item<double>() << ", " << set.features[1] << " from " << low[1].item<double>()
      << " to " << high[1].item<double>()
      << (set.train.classified() ? "; a character is the number of a class" : "") << ":\n";
  for (auto& row : rows) out << row.erase(row.find_last_not_of(' ') + 1) << '\n';
}

std::string cell(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// Columns of text, each as wide as its widest cell.
void print_table(const std::vector<std::vector<std::string>>& rows, std::ostream& out) {
  std::vector<std::size_t> widths(rows.front().size());
  // Of UTF-8 the bytes that begin a character are counted.
  const auto width = [](const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
  };
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      out << "  " << std::string(widths[i] - width(row[i]), ' ') << row[i];
    out << '\n';
  }
}

std::string target_cell(const Dataset& set, int64_t row) {
  return set.train.classified() ? class_name(set.train, row, set)
                                : cell(set.train.targets[row].item<double>());
}

/// The first rows of few features, and of a series their dates.
void list_rows(const Dataset& set, std::ostream& out) {
  const bool targets = set.train.targets.defined() && set.train.targets.dim() == 1;
  std::vector<std::vector<std::string>> rows(1);
  if (set.date) rows[0].push_back("day");
  rows[0].insert(rows[0].end(), set.features.begin(), set.features.end());
  if (targets)
    rows[0].push_back(set.train.classified() ? "class" : set.target.empty() ? "target" : set.target);
  for (int64_t i = 0; i < std::min(kShownRows, set.train.size()); ++i) {
    auto& row = rows.emplace_back();
    if (set.date) row.push_back(set.date(set.train.inputs[i]));
    for (int64_t k = 0; k < set.train.inputs.size(1); ++k)
      row.push_back(cell(set.train.inputs[i][k].item<double>()));
    if (targets) row.push_back(target_cell(set, i));
  }
  out << "the first training examples:\n";
  print_table(rows, out);
}

/// The targets of a part in time as one line, a character the mean of as many days.
void draw_series(const Dataset& set, const Split& part, const std::string& name, std::ostream& out) {
  const auto columns = std::min(kWide, part.size());
  const auto means = at::adaptive_avg_pool1d(part.targets.view({1, 1, -1}), {columns}).flatten();
  const auto low = means.min().item<double>(), high = means.max().item<double>();
  const auto levels = static_cast<double>(kBars.size() - 1);
  out << name << ", " << set.date(part.inputs[0]) << " to " << set.date(part.inputs[-1]) << ", means from "
      << cell(low) << " to " << cell(high) << ":\n";
  for (int64_t i = 0; i < columns; ++i) {
    const auto share = (means[i].item<double>() - low) / std::max(high - low, 1e-300);
    out << kBars[static_cast<std::size_t>(std::llround(share * levels))];
  }
  out << '\n';
}

std::string draw_example(const at::Tensor& input, const Dataset& set) {
  if (input.scalar_type() == at::kChar) return draw_spins(input);
  if (!input.is_floating_point()) return spell(input, set);
  return input.dim() == 1 ? list_features(input, set) : list_steps(input, set);
}

}  // namespace

void draw_examples(const Dataset& set, std::ostream& out) {
  const auto& inputs = set.train.inputs;
  const bool table = inputs.is_floating_point() && inputs.dim() == 2;
  const bool few =
      table && set.features.size() <= kShownColumns && std::ssize(set.features) == inputs.size(1);
  if (inputs.scalar_type() == at::kByte) {
    draw_images(set, out);
  } else if (few && inputs.size(1) == 2 && (set.train.classified() || !set.train.targets.defined())) {
    draw_scatter(set, out);
  } else if (few) {
    if (set.date) draw_series(set, set.train, "training part", out);
    if (set.date) draw_series(set, set.test, "test part", out);
    list_rows(set, out);
  } else {
    out << "the first training example" << target_text(set.train, set) << ":\n"
        << draw_example(inputs[0], set);
  }
}

}  // namespace spinlab::cli
