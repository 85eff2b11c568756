#include "src/training/export/metrics_export.h"

#include <algorithm>

#include "src/core/csv.h"

namespace spinlab::training {
namespace {

/// Of training itself, not of a part (Learner::progress).
bool is_progress(const std::string& key) {
  return key == "running_loss" || key == "learning_rate" || key == "gradient_norm";
}

/// What stands beside the metrics of a line.
bool is_place(const std::string& key) { return key == "epoch" || key == "step" || key == "seconds"; }

std::vector<std::string> keys(const std::vector<Json>& lines) {
  std::vector<std::string> all;
  for (const auto& line : lines) {
    for (const auto& [key, value] : line.items()) {
      if (std::find(all.begin(), all.end(), key) == all.end()) all.push_back(key);
    }
  }
  return all;
}

std::vector<std::string> metric_names(const Json& record) {
  std::vector<std::string> names;
  const auto known = record.find("metrics");
  if (known == record.end()) return names;
  for (const auto& metric : *known) names.push_back(metric.value("name", ""));
  return names;
}

std::string tag(const std::string& key, const std::vector<std::string>& metrics) {
  if (is_progress(key)) return key;
  const auto cut = [&](size_t place) { return key.substr(0, place) + '/' + key.substr(place + 1); };
  for (const auto* part : {"train_", "validation_", "test_"}) {
    if (key.starts_with(part)) return cut(key.find('_'));
  }
  for (const auto& metric : metrics) {
    if (!metric.empty() && key.ends_with('_' + metric)) return cut(key.size() - metric.size() - 1);
  }
  return key;
}

double number(const Json& line, const char* key, double otherwise) {
  const auto found = line.find(key);
  return found != line.end() && found->is_number() ? found->get<double>() : otherwise;
}

}  // namespace

std::string metrics_csv(const std::vector<Json>& lines) {
  const auto columns = keys(lines);
  auto text = csv_line(columns);
  for (const auto& line : lines) {
    std::vector<std::string> cells;
    for (const auto& column : columns) {
      const auto found = line.find(column);
      cells.push_back(found != line.end() && found->is_number() ? found->dump() : "");
    }
    text += csv_line(cells);
  }
  return text;
}

std::vector<ScalarPoint> metrics_points(const std::vector<Json>& lines, const Json& record, double started) {
  const auto names = metric_names(record);
  std::vector<ScalarPoint> points;
  for (const auto& line : lines) {
    const auto step = number(line, "step", number(line, "epoch", static_cast<double>(points.size() + 1)));
    ScalarPoint point{started + number(line, "seconds", 0), static_cast<int64_t>(step), {}};
    for (const auto& [key, value] : line.items()) {
      if (value.is_number() && !is_place(key))
        point.values.emplace_back(tag(key, names), value.get<double>());
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace spinlab::training
