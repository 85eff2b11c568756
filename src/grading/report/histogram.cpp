#include "src/grading/report/histogram.h"

#include <algorithm>
#include <sstream>

namespace spinlab::grading {
namespace {

constexpr int kBins = 10;
constexpr int kBinWidth = 56;
constexpr int kHeight = 120;
constexpr int kTop = 26;     // for the counts
constexpr int kBottom = 26;  // for the percentages
constexpr int kMargin = 24;

void bar(std::ostream& out, int bin, int count, int most) {
  if (count == 0) return;
  const int height = std::max(2, kHeight * count / most);
  const int x = kMargin + bin * kBinWidth;
  const int y = kTop + kHeight - height;
  out << "<rect class=\"bar\" x=\"" << x + 2 << "\" y=\"" << y << "\" width=\"" << kBinWidth - 4
      << "\" height=\"" << height << "\"/><text class=\"axis\" x=\"" << x + kBinWidth / 2 << "\" y=\""
      << y - 5 << "\">" << count << "</text>";
}

/// "0 to 10: 2, 90 to 100: 7", for those who hear the picture.
std::string in_words(const std::vector<int>& counts) {
  std::string text;
  for (int bin = 0; bin < kBins; ++bin) {
    if (counts[static_cast<size_t>(bin)] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(bin * 100 / kBins) + " to " +
            std::to_string((bin + 1) * 100 / kBins) + ": " + std::to_string(counts[static_cast<size_t>(bin)]);
  }
  return text;
}

void label(std::ostream& out, int edge) {
  out << "<text class=\"axis\" x=\"" << kMargin + edge * kBinWidth << "\" y=\"" << kTop + kHeight + 20
      << "\">" << edge * 100 / kBins << "</text>";
}

}  // namespace

std::vector<int> histogram(const std::vector<double>& shares, int bins) {
  std::vector<int> counts(static_cast<size_t>(bins), 0);
  for (const double share : shares)
    ++counts[static_cast<size_t>(std::clamp(static_cast<int>(share * bins), 0, bins - 1))];
  return counts;
}

std::string histogram_svg(const std::vector<double>& shares) {
  const auto counts = histogram(shares, kBins);
  const int most = std::max(1, *std::max_element(counts.begin(), counts.end()));
  const int width = 2 * kMargin + kBins * kBinWidth;
  std::ostringstream out;
  out << "<svg viewBox=\"0 0 " << width << ' ' << kTop + kHeight + kBottom
      << "\" role=\"img\" aria-label=\"Histogram, "
      << "points in percent of the maximum: " << in_words(counts) << "\">";
  for (int bin = 0; bin < kBins; ++bin) bar(out, bin, counts[static_cast<size_t>(bin)], most);
  out << "<line class=\"line\" x1=\"" << kMargin << "\" y1=\"" << kTop + kHeight << "\" x2=\""
      << width - kMargin << "\" y2=\"" << kTop + kHeight << "\"/>";
  for (int edge = 0; edge <= kBins; edge += 2) label(out, edge);
  out << "</svg>";
  return out.str();
}

}  // namespace spinlab::grading
