#include <iostream>

#include "src/cli/experimenter/compared.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/core/files.h"
#include "src/training/runs/results_page.h"

namespace spinlab::cli {
namespace {

struct ResultsArguments {
  std::vector<std::string> runs;
  std::string out;
};

ExitCode results(const ResultsArguments& arguments) {
  const auto page = training::results_page(summaries(arguments.runs));
  if (arguments.out.empty()) {
    std::cout << page;
  } else {
    write_file(arguments.out, page);
    std::cerr << "written: " << arguments.out << '\n';
  }
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kResults, [](Command& command) {
  auto arguments = std::make_shared<ResultsArguments>();
  command.option("runs", arguments->runs, "Folders of runs, or of several").required();
  command.option("--out", arguments->out,
                 "Write the page there (docs/results.md is ours); without it, print it");
  command.footer("Example: spinlab results runs --out results.md");
  command.action([arguments] { return results(*arguments); });
});

}  // namespace
}  // namespace spinlab::cli
