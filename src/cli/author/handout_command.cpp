#include <iostream>

#include "src/authoring/handout.h"
#include "src/authoring/student_edition.h"
#include "src/cli/command_line.h"
#include "src/core/files.h"

namespace spinlab::cli {
namespace {

struct HandoutOptions {
  std::string assignment;
  bool all = false;
  std::string out;
};

void write_edition(const std::filesystem::path& out) {
  const auto tree = authoring::student_edition(root());
  authoring::write_tree(tree, out);
  std::cout << "written: " << out.string() << ", " << tree.size()
            << " files; a search found no solution, hidden check, mutant or expected answer in them\n";
  for (const auto& name : judging::assignment_names()) {
    if (!tree.contains("assignments/" + name + "/assignment.json")) {
      std::cout << "left out: " << name << ", which git does not track; to hand it out: git add assignments/"
                << name << '\n';
      continue;
    }
    const auto assignment = judging::load_assignment(name);
    for (const auto& file : assignment.withheld)
      std::cout << "withheld for " << name << ": " << file
                << (tree.contains(file) ? ", a stub in its place\n" : "\n");
  }
}

ExitCode handout(const HandoutOptions& options) {
  TORCH_CHECK_VALUE(options.all != !options.assignment.empty(),
                    "name one assignment, or give --all for the whole course");
  if (options.all) {
    write_edition(options.out);
    return ExitCode::kDone;
  }
  const auto assignment = judging::load_assignment(options.assignment);
  authoring::write_handout(assignment, options.out);
  for (const auto& [name, content] : authoring::handout_files(assignment)) {
    std::cout << "written: " << (std::filesystem::path(options.out) / name).string() << '\n';
  }
  return ExitCode::kDone;
}

const Registration kHandout(
    {Room::kAuthors, "handout", "What students get of an assignment: no solutions, no hidden checks"},
    [](Command& command) {
      auto options = std::make_shared<HandoutOptions>();
      command.option("assignment", options->assignment, "Its name or the start of it");
      command.flag("--all", options->all,
                   "The student edition: a tree with every handout, to build and to publish");
      command.option("--out", options->out, "A folder that is missing or empty").required();
      command.footer(
          "Examples: spinlab handout 01-regression --out handouts/01-regression\n"
          "          spinlab handout --all --out course");
      command.action([options] { return handout(*options); });
    });

}  // namespace
}  // namespace spinlab::cli
