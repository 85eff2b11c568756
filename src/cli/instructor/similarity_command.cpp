#include <iostream>
#include <optional>

#include "src/authoring/given_code.h"
#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/core/progress.h"
#include "src/grading/similarity/results.h"

namespace spinlab::cli {
namespace {

struct Arguments {
  std::string assignment;
  std::filesystem::path out;
  grading::SimilarityOptions options;
  bool json = false;
};

grading::Similarity compare(const Arguments& arguments) {
  const auto assignment = judging::load_assignment(arguments.assignment);
  auto options = arguments.options;
  options.given = authoring::given_code(assignment);
  std::optional<Progress> progress;
  return grading::compare_submissions(assignment, options, [&](int done, int all) {
    if (!progress) progress.emplace("comparing", all);
    progress->update(done);
  });
}

void print(const grading::Similarity& similarity, bool json) {
  if (!json) {
    std::cout << grading::pairs_table(similarity);
    return;
  }
  for (size_t i = 0; i < similarity.pairs.size(); ++i)
    std::cout << grading::pair_json(similarity, i).dump() << '\n';
}

/// On standard error, since with --json the output is data.
void print_notes(const grading::Similarity& similarity, const std::filesystem::path& out) {
  for (const auto& item : similarity.not_compared) {
    std::cerr << "not compared: " << grading::display_name(item.student, item.past) << ": "
              << one_line(item.reason, 400) << '\n';
  }
  for (const auto& note : similarity.notes) std::cerr << "note: " << one_line(note, 400) << '\n';
  std::cerr << similarity.files.size() << " submissions read, " << similarity.compared << " pairs compared\n";
  for (const auto* name : {"similarity.json", "similarity/index.html"})
    std::cerr << "written: " << (out / name).string() << '\n';
}

ExitCode run(const Arguments& arguments) {
  const Interrupt interrupt;
  make_writable_folder(arguments.out);
  try {
    const auto similarity = compare(arguments);
    grading::write_similarity(similarity, arguments.out);
    print(similarity, arguments.json);
    print_notes(similarity, arguments.out);
  } catch (const c10::Error&) {
    if (Interrupt::requested())
      end_interrupted();  // Ctrl-C ends the Python process as well, which then fails
    throw;
  }
  return ExitCode::kDone;
}

void add_options(Command& command, Arguments& arguments) {
  auto& options = arguments.options;
  options.jobs = usable_cores();
  add_assignment_option(command, arguments.assignment);
  command.option("paths", options.paths, "Source files, archives, students' folders, or folders of those")
      .required();
  command.option("--out", arguments.out, "Folder for similarity.json and the pages in similarity/")
      .required();
  command
      .option("--past", options.past,
              "An earlier year's submissions, in the same forms: compared with, not among themselves")
      .one_each_time();
  command.option("--pairs", options.pairs, "How many pairs to show, the most similar first")
      .between(1, 10'000)
      .show_default();
  command.option("-j,--jobs", options.jobs, "Processes").between(1, 256).show_default();
  command.flag("--json", arguments.json, "One JSON object a pair and line");
}

const Registration kSimilarity(
    {Room::kInstructors, "similarity", "Which submissions look copied from each other"},
    [](Command& command) {
      auto arguments = std::make_shared<Arguments>();
      add_options(command, *arguments);
      command.footer(
          "Example: spinlab similarity 01-regression submissions/ --past archive/2025 --out "
          "grades/01-regression");
      command.action([arguments] { return run(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
