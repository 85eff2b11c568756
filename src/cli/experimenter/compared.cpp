#include "src/cli/experimenter/compared.h"

#include <c10/util/Exception.h>

#include <iostream>

#include "src/cli/experimenter/text_table.h"
#include "src/core/csv.h"
#include "src/core/files.h"
#include "src/core/python.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

std::string csv_of(const training::Comparison& comparison) {
  auto header = comparison.keys;
  header.emplace_back("runs");
  for (const auto& metric : comparison.metrics)
    header.insert(header.end(), {metric, metric + "_standard_error"});
  auto text = csv_line(header);
  for (const auto& group : comparison.groups) {
    auto row = group.settings;
    row.push_back(std::to_string(group.runs.size()));
    for (const auto& metric : comparison.metrics) {
      const auto found = group.metrics.find(metric);
      const bool known = found != group.metrics.end();
      row.push_back(known ? Json(found->second.mean).dump() : "");
      row.push_back(known && found->second.runs > 1 ? Json(found->second.standard_error).dump() : "");
    }
    text += csv_line(row);
  }
  return text;
}

}  // namespace

std::vector<training::RunSummary> summaries(const std::vector<std::string>& folders) {
  std::vector<training::RunSummary> all;
  for (const auto& folder : folders) {
    const auto below = training::runs_below(folder);
    TORCH_CHECK_VALUE(!below.empty(), folder,
                      ": no run is here or below; spinlab runs lists those that there are");
    for (const auto& run : below) {
      TORCH_CHECK_VALUE(run.state != "unreadable", run.folder.string(),
                        ": its files cannot be read; leave it out");
      all.push_back(run);
    }
  }
  return all;
}

void print_comparison(const training::Comparison& comparison, bool json) {
  if (json) {
    std::cout << json_of(comparison).dump() << '\n';
  } else {
    print_table(table_of(comparison), std::cout);
    if (!comparison.remark.empty()) std::cout << comparison.remark << '\n';
  }
}

std::vector<fs::path> write_comparison(const training::Comparison& comparison, const fs::path& stem,
                                       bool plots) {
  const auto file = [&](const char* kind) { return fs::path(stem.string() + kind); };
  write_file(file(".json"), json_of(comparison).dump(1) + '\n');
  write_file(file(".csv"), csv_of(comparison));
  std::vector<fs::path> written{file(".json"), file(".csv")};
  if (!plots) return written;
  try {
    run_python(root() / "src" / "training" / "runs" / "plot_comparison.py", {file(".json").string()});
    written.insert(written.end(), {file(".svg"), file(".png")});
  } catch (const c10::Error& error) {
    std::cerr << "spinlab: no picture was drawn: " << error.what_without_backtrace() << '\n';
  }
  return written;
}

}  // namespace spinlab::cli
