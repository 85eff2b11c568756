#include "src/authoring/task_table.h"

#include <algorithm>

#include "src/judging/answers/answers.h"
#include "src/judging/score.h"

namespace spinlab::authoring {
namespace {

struct TaskPoints {
  double all = 0, hidden = 0;
  bool questions = false;
};

TaskPoints points_of(const judging::Task& task, const judging::Assignment& assignment) {
  TaskPoints points;
  for (const auto& check : assignment.checks) {
    if (check.task != task.number) continue;
    points.all += check.points;
    points.hidden += check.visible() ? 0 : check.points;
    points.questions = points.questions || check.answer;
  }
  return points;
}

std::string asked_for(const judging::Task& task, bool questions) {
  std::string names;
  for (const auto& name : task.functions) names += (names.empty() ? "`" : ", `") + name + "`";
  if (!names.empty()) return names;
  return questions ? std::string("`") + judging::kAnswersFile + "`" : task.title;
}

}  // namespace

std::string task_table(const judging::Assignment& assignment) {
  std::string table = "| task | function | points | thereof hidden |\n|---|---|---|---|\n";
  for (const auto& task : assignment.tasks) {
    const auto points = points_of(task, assignment);
    table += "| " + task.number + " | " + asked_for(task, points.questions) + " | " +
             judging::points_text(points.all) + " | " + judging::points_text(points.hidden) + " |\n";
  }
  return table;
}

}  // namespace spinlab::authoring
