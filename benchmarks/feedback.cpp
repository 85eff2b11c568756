#include "benchmarks/feedback.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <thread>

#include "src/authoring/master.h"
#include "src/core/files.h"
#include "src/core/find_program.h"
#include "src/judging/compile/toolchain.h"
#include "src/judging/runner/warm_runner.h"
#include "src/judging/sandbox/captured_run.h"
#include "src/judging/sandbox/process.h"
#include "src/judging/sandbox/temporary_folder.h"

namespace fs = std::filesystem;

namespace spinlab::benchmarks {
namespace {

using judging::Assignment;
using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& body) {
  const auto start = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A master as a student's file, beside the frozen header.
class Handed {
 public:
  explicit Handed(const Assignment& assignment) : file_(folder_.path() / assignment.file) {
    write_file(file_, authoring::Master::load(assignment).whole());
    fs::copy_file(assignment.folder / assignment.header, folder_.path() / assignment.header);
  }
  const fs::path& file() const { return file_; }

 private:
  sandbox::TemporaryFolder folder_;
  fs::path file_;
};

void require_pass(const judging::Report& report, const std::string& name) {
  TORCH_CHECK(report.verdict == judging::Verdict::kGraded, name,
              ": the master is not graded: ", report.detail);
}

/// As in a first CMake project: no precompiled header, no optimisation.
double naive_build(const Assignment& assignment, const fs::path& file) {
  const auto compiler = find_program("g++");
  auto command = std::vector<std::string>{
      (compiler.empty() ? judging::toolchain().compiler : compiler).string(), "-std=c++20", "-fPIC", "-w"};
  for (const auto& flag : judging::toolchain().flags)
    if (flag.starts_with("-D") || flag.starts_with("-isystem") || flag.starts_with("/"))
      command.push_back(flag);
  const auto object = file.string() + ".o";
  command.insert(command.end(), {"-I" + root().string(), "-include", "src/judging/worker/not_implemented.h",
                                 "-include", "torch/torch.h", "-c", file, "-o", object});
  return seconds_of([&] {
    const auto ended = sandbox::run_captured(command, Clock::now() + std::chrono::minutes(5), 1 << 16);
    TORCH_CHECK(ended.status == 0, assignment.name, ": the naive build fails: ", ended.text);
  });
}

double check_seconds(const Assignment& assignment, const judging::RunOptions& options, const fs::path& file) {
  return seconds_of([&] { require_pass(judging::run_submission(assignment, file, options), assignment.name); });
}

/// As `watch` does.
double watch_seconds(const Assignment& assignment, const judging::RunOptions& options, const fs::path& file) {
  constexpr std::chrono::seconds kAnEdit(3);  // takes longer than the templates to start
  const judging::WarmRunner runner;
  runner.prepare(assignment);
  std::this_thread::sleep_for(kAnEdit);
  return seconds_of([&] { require_pass(runner(assignment, file, options), assignment.name); });
}

}  // namespace

void feedback(const judging::HasData& has_data, int repetitions,
              const std::function<void(const Row&)>& each) {
  for (const auto& name : judging::assignment_names()) {
    const auto assignment = judging::load_assignment(name);
    const Handed handed(assignment);
    judging::RunOptions options;
    options.with_hidden = false;
    options.checkers = judging::checkers_of_one_run();
    options.has_data = has_data;
    const auto naive = naive_build(assignment, handed.file());
    for (const bool prepared : {false, true}) {
      std::vector<double> seconds;
      for (int i = 0; i <= repetitions; ++i)
        seconds.push_back((prepared ? watch_seconds : check_seconds)(assignment, options, handed.file()));
      seconds.erase(seconds.begin());  // to warm up
      each({(prepared ? "watch/" : "check/") + name, "s", median(seconds), naive,
            "save to verdict; peer: one build of the file with torch/torch.h"});
    }
  }
}

}  // namespace spinlab::benchmarks
