#include "benchmarks/grading.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <mutex>
#include <sstream>

#include "src/core/files.h"
#include "src/core/parallel.h"
#include "src/authoring/master.h"
#include "src/grading/grade.h"
#include "src/judging/sandbox/temporary_folder.h"

namespace fs = std::filesystem;

namespace spinlab::benchmarks {
namespace {

using judging::Assignment;
using Clock = std::chrono::steady_clock;

constexpr int kSubmissions = 12;  // in a graded folder, for each processor

std::string minutes_note(double seconds, const grading::Grading& graded) {
  double compiling = 0, checking = 0;
  for (const auto& grade : graded.grades) {
    compiling += grade.report.compile_seconds / static_cast<double>(graded.grades.size());
    checking += grade.report.check_seconds / static_cast<double>(graded.grades.size());
  }
  std::ostringstream note;
  note.precision(3);
  note << 60 / seconds << " submissions a minute; of each, " << compiling << " s compiling and " << checking
       << " s in checks";
  return note.str();
}

/// A class that hands in the master, `count` times.
grading::Grading grade_folder(const Assignment& assignment, const judging::HasData& has_data, int jobs,
                              int count, const judging::Runner& runner) {
  const sandbox::TemporaryFolder folder;
  const auto text = authoring::Master::load(assignment).whole();
  for (int i = 0; i < count; ++i)
    write_file(folder.path() / "submissions" / ("student-" + std::to_string(i)) / assignment.file, text);
  grading::GradeOptions options;
  options.out = folder.path() / "grades";
  options.jobs = jobs;
  options.allow_missing_data = true;
  options.has_data = has_data;
  options.runner = runner;
  auto graded = grading::grade(assignment, {folder.path() / "submissions"}, options);
  TORCH_CHECK(graded.graded == count, assignment.name, ": only ", graded.graded, " of ", count,
              " were graded");
  return graded;
}

double seconds_a_submission(const Assignment& assignment, const judging::HasData& has_data, int jobs,
                            std::string& note) {
  const int count = kSubmissions * jobs;
  const auto start = Clock::now();
  const auto graded = grade_folder(assignment, has_data, jobs, count, judging::WarmRunner());
  const auto seconds = std::chrono::duration<double>(Clock::now() - start).count() / count;
  note = minutes_note(seconds, graded);
  return seconds;
}

/// MiB of this process that are in memory.
double resident() {
  double all = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> all >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace

void grading(const judging::HasData& has_data, int repetitions, const std::function<void(const Row&)>& each) {
  const int jobs = usable_cores();
  for (const auto& name : judging::assignment_names()) {
    const auto assignment = judging::load_assignment(name);
    std::string note, ignored;
    auto row = compare(
        "grade/" + name + "/-j" + std::to_string(jobs),
        [&] { return seconds_a_submission(assignment, has_data, jobs, note); },
        [&] { return seconds_a_submission(assignment, has_data, 1, ignored); }, repetitions);
    row.note = note + "; peer: -j 1";
    each(row);
  }
}

void memory(const judging::HasData& has_data, int submissions, const std::function<void(const Row&)>& each) {
  const auto assignment = judging::load_assignment(judging::assignment_names().front());
  std::mutex mutex;
  std::vector<double> sizes;
  const auto start = Clock::now();
  grade_folder(assignment, has_data, usable_cores(), submissions, [&](const auto&... arguments) {
    auto report = judging::run_submission(arguments...);
    const std::lock_guard lock(mutex);
    sizes.push_back(resident());
    return report;
  });
  const auto seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::ostringstream note;
  note.precision(3);
  note << "resident after " << submissions << " submissions; peer: after the first tenth of them; "
       << 60 * submissions / seconds << " a minute";
  each({"memory/" + assignment.name, "MiB", sizes.back(), sizes[sizes.size() / 10], note.str()});
}

}  // namespace spinlab::benchmarks
