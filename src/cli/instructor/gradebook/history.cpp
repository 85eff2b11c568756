// `gradebook history`: everything that was set.
#include <iostream>
#include <vector>

#include "src/cli/instructor/gradebook/desk.h"
#include "src/core/config.h"
#include "src/core/escape.h"
#include "src/grading/report/table.h"

namespace spinlab::cli {
namespace {

ExitCode history(const DeskArguments& arguments) {
  const Desk desk(arguments);
  desk.require(arguments.student);
  std::vector<std::vector<std::string>> rows{{"when", "who", "student", "item", "value", "why"}};
  for (const auto& entry : desk.gradebook.history(arguments.student)) {
    if (arguments.json) {
      std::cout << Json{{"made_at", entry.made_at}, {"who", entry.who},     {"student", entry.student},
                        {"item", entry.item},       {"value", entry.value}, {"why", entry.why}}
                       .dump(-1, ' ', false, Json::error_handler_t::replace)
                << '\n';
      continue;
    }
    rows.push_back({entry.made_at, one_line(entry.who, 40),
                    entry.student.empty() ? "(class)" : one_line(entry.student, 60), one_line(entry.item, 60),
                    entry.value.empty() ? "(taken back)" : one_line(entry.value, 60), one_line(entry.why)});
  }
  if (!arguments.json) std::cout << grading::columns(rows, {});
  return ExitCode::kDone;
}

}  // namespace

void add_gradebook_history(Command& gradebook) {
  auto a = std::make_shared<DeskArguments>();
  auto command =
      add_desk_command(gradebook, "history", "Everything that was set: when, by whom and why", a, history);
  command.option("student", a->student, "What concerns this one");
  command.flag("--json", a->json, "One JSON object an entry and line");
  command.footer("Example: spinlab gradebook history 01-regression en --out grades/01-regression");
}

}  // namespace spinlab::cli
