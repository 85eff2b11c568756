#include <iostream>
#include <set>

#include "datasets/files/catalog.h"
#include "datasets/files/data_folders.h"
#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/cli/data_presence.h"
#include "src/grading/bundle/gradescope_bundle.h"
#include "src/grading/gradebook/grading_seed.h"
#include "src/judging/rubric.h"

namespace spinlab::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string assignment;
  fs::path out;
  std::uint64_t seed = grading::drawn_seed();
  std::string filter = "*";
  bool allow_missing_data = false;
  bool allow_weak_sandbox = false;
};

std::vector<grading::DataFile> data_files(const judging::Rubric& rubric) {
  std::set<std::string> names;
  for (const auto& check : rubric.counted) names.insert(check.data_sets.begin(), check.data_sets.end());
  const auto catalog = datasets::Catalog::standard();
  const datasets::DataFolders folders;
  std::vector<grading::DataFile> files;
  for (const auto& name : names) {
    for (const auto& file : catalog.entry(name).files) {
      const auto found = folders.find(file.path, name);
      files.push_back({found, fs::path(file.path).parent_path() / found.filename()});
    }
  }
  return files;
}

std::vector<std::string> grade_options(const Arguments& arguments) {
  std::vector<std::string> options = {"--seed", std::to_string(arguments.seed), "--filter", arguments.filter};
  if (arguments.allow_missing_data) options.push_back("--allow-missing-data");
  if (arguments.allow_weak_sandbox) options.push_back("--allow-weak-sandbox");
  return options;
}

ExitCode run(const Arguments& arguments) {
  const auto assignment = judging::load_assignment(arguments.assignment);
  const auto rubric =
      make_rubric(assignment, arguments.filter, data_on_this_machine(), arguments.allow_missing_data);
  const auto entries = gradescope_bundle(assignment, data_files(rubric), grade_options(arguments));
  write_zip(arguments.out, entries);
  for (const auto& left : rubric.left_out)
    std::cerr << "not counted: " << left.check.name << ", " << left.reason << '\n';
  std::cout << "written: " << arguments.out.string() << " (" << entries.size() << " files, "
            << (fs::file_size(arguments.out) + (1 << 20) - 1) / (1 << 20) << " MiB)\n";
  return ExitCode::kDone;
}

void add_gradescope(Command& bundle) {
  auto arguments = std::make_shared<Arguments>();
  auto command =
      bundle.subcommand("gradescope", "Gradescope's autograder: setup.sh, run_autograder and what they need");
  add_assignment_option(command, arguments->assignment);
  command.option("--out", arguments->out, "The zip file to write").required();
  command.option("--seed", arguments->seed, "As in spinlab grade (default: drawn now)");
  command.option("--filter", arguments->filter, "As in spinlab grade").show_default();
  command.flag("--allow-missing-data", arguments->allow_missing_data, "As in spinlab grade");
  command.flag("--allow-weak-sandbox", arguments->allow_weak_sandbox,
               "As in spinlab grade: a submission could then read the hidden checks in its container");
  command.footer("Example: spinlab bundle gradescope 01-regression --out 01-regression.zip");
  command.action([arguments] { return run(*arguments); });
}

const Registration kBundle({Room::kInstructors, "bundle",
                            "An assignment's autograder as another system takes it"},
                           [](Command& command) {
                             command.footer(
                                 "Example: spinlab bundle gradescope 01-regression --out 01-regression.zip");
                             add_gradescope(command);
                           });

}  // namespace
}  // namespace spinlab::cli
