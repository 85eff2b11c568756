#include <cstdio>
#include <iostream>

#include "src/cli/experimenter/compared.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/cli/experimenter/text_table.h"
#include "src/core/escape.h"

namespace spinlab::cli {
namespace {

struct CompareArguments {
  std::vector<std::string> runs;
  std::string out;
  bool json = false;
};

ExitCode compare(const CompareArguments& arguments) {
  const auto comparison = training::compare_runs(summaries(arguments.runs));
  print_comparison(comparison, arguments.json);
  if (arguments.out.empty()) return ExitCode::kDone;
  for (const auto& file : write_comparison(comparison, arguments.out, /*plots=*/true))
    std::cerr << "written: " << file.string() << '\n';
  return ExitCode::kDone;
}

std::string share(const training::RunSummary& run) {
  return std::to_string(run.epochs_done) + '/' + std::to_string(run.epochs);
}

std::string headline(const training::RunSummary& run) {
  if (run.headline.empty()) return "";
  return run.headline + ' ' + training::text_of(run.headline, run.metrics.at(run.headline), run.known);
}

ExitCode list(const std::string& folder, bool json) {
  const auto runs = training::runs_below(folder);
  std::vector<std::vector<std::string>> rows{
      {"run", "recipe", "seed", "state", "epochs", "result", "seconds", "started"}};
  for (const auto& run : runs) {
    if (json) {
      std::cout << Json{{"run", clean_utf8(run.folder.string())},
                        {"recipe", run.recipe},
                        {"seed", run.seed},
                        {"state", run.state},
                        {"epochs_done", run.epochs_done},
                        {"epochs", run.epochs},
                        {"metrics", run.metrics},
                        {"seconds", run.seconds},
                        {"started", run.started}}
                       .dump()
                << '\n';
    }
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.1f", run.seconds);
    rows.push_back({run.folder.string(), run.recipe, std::to_string(run.seed), run.state, share(run),
                    headline(run), seconds, run.started});
  }
  if (json) return ExitCode::kDone;
  if (runs.empty()) {
    std::cout << folder << ": no runs yet\n";
  } else {
    print_table(rows, std::cout);
  }
  return ExitCode::kDone;
}

const Registration kRegistrationCompare(handed_over::kCompare, [](Command& command) {
  auto arguments = std::make_shared<CompareArguments>();
  command.option("runs", arguments->runs, "Folders of runs, or of several").required();
  command.option("--out", arguments->out,
                 "Also write STEM.json, .csv, .svg and .png: the stem of their names");
  command.flag("--json", arguments->json, "Print one JSON line");
  command.footer("Example: spinlab compare runs/mnist-mlp-s1 runs/mnist-linear-s1 --out compared");
  command.action([arguments] { return compare(*arguments); });
});

const Registration kRegistrationRuns(handed_over::kRuns, [](Command& command) {
  auto folder = std::make_shared<std::string>("runs");
  auto json = std::make_shared<bool>(false);
  command.option("folder", *folder, "Where to look, all folders below too").show_default();
  command.flag("--json", *json, "One JSON object a line");
  command.footer("Example: spinlab runs");
  command.action([=] { return list(*folder, *json); });
});

}  // namespace
}  // namespace spinlab::cli
