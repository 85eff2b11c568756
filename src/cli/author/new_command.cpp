#include <iostream>

#include "src/authoring/new_assignment.h"
#include "src/cli/command_line.h"
#include "src/core/called_as.h"

namespace spinlab::cli {
namespace {

ExitCode make(const std::string& name) {
  const auto folder = authoring::make_new_assignment(name);
  for (const auto& [file, content] : authoring::new_assignment_files(name))
    std::cout << "written: " << (folder / file).string() << '\n';
  std::cout << "\nIt is small and whole: one task, one question, one experiment. Next:\n"
            << "  " << called_as() << " validate " << name << "        builds it and tests that it is sound\n"
            << "  docs/authoring.md says what each file is; replace the task by yours, file by file\n"
            << "  tests/assignments/ has a second derivation of each answer: add one of yours\n"
            << "  git add " << folder.string() << '\n';
  return ExitCode::kDone;
}

const Registration kNew({Room::kAuthors, "new",
                         "Start an assignment: a small whole one to replace piece by piece"},
                        [](Command& command) {
                          auto name = std::make_shared<std::string>();
                          command.option("name", *name, "Two digits and the topic: 18-mean-field").required();
                          command.footer("Example: spinlab new 18-mean-field");
                          command.action([name] { return make(*name); });
                        });

}  // namespace
}  // namespace spinlab::cli
