#include "src/judging/runner/submission_run.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "src/core/parallel.h"
#include "src/judging/runner/checker_pool.h"
#include "src/judging/check_filter.h"
#include "src/judging/compile/build.h"
#include "src/judging/sandbox/sandbox.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Json layers_json() {
  Json layers;
  for (const auto& layer : sandbox::probe())
    layers[layer.name] = {{"holds", layer.holds}, {"detail", layer.detail}};
  return layers;
}

std::string message_of(const std::exception& error) {
  const auto* ours = dynamic_cast<const c10::Error*>(&error);
  return ours != nullptr ? ours->what_without_backtrace() : error.what();
}

/// Graded where at least one check came to its own end. A submission that crashes every check has crashed.
Verdict overall(const std::vector<CheckResult>& checks) {
  std::set<Outcome> outcomes;
  for (const auto& check : checks) outcomes.insert(check.outcome);
  outcomes.erase(Outcome::kNotRun);
  if (outcomes == std::set{Outcome::kCrashed}) return Verdict::kCrashed;
  if (outcomes == std::set{Outcome::kTimedOut}) return Verdict::kTimedOut;
  if (outcomes == std::set{Outcome::kOverMemory}) return Verdict::kOverMemory;
  return Verdict::kGraded;
}

std::vector<CheckInfo> chosen_checks(const Assignment& assignment, const RunOptions& options) {
  std::vector<CheckInfo> chosen;
  for (const auto& check : assignment.checks)
    if (!check.answer && (options.with_hidden || !check.hidden) && matches(check.name, options.filter))
      chosen.push_back(check);
  TORCH_CHECK_VALUE(!chosen.empty(), "no check of ", assignment.name, " matches the filter ", options.filter);
  return chosen;
}

}  // namespace

/// One submission on its way through the compiler and its checks.
class SubmissionRun::Run {
 public:
  Run(const Assignment& assignment, const RunOptions& options)
      : assignment_(assignment), options_(options), chosen_(chosen_checks(assignment, options)) {
    report_.seed = options.seed;
    report_.layers = layers_json();
  }

  /// Checkers and workers load LibTorch, and the compiler its prelude, while somebody edits (`all`), or one of
  /// each while the compiler is at work.
  void prepare(bool all) {
    job_.emplace(assignment_);
    if (all && WarmCompiler::is_possible()) warm_.emplace(assignment_, *job_);
    lanes_.emplace(make_lanes(options_.lanes));
    lanes_->prepare(all);
  }

  Report of(const fs::path& source) {
    try {
      std::string text;
      auto refusal = read_source(assignment_, source, text);
      if (!refusal) refusal = build_and_check(text);
      end(refusal ? *refusal : Refusal{overall(report_.checks), ""});
    } catch (const std::exception& error) {
      end({Verdict::kInfrastructureFailure, message_of(error)});
    }
    return std::move(report_);
  }

 private:
  void end(const Refusal& how) {
    report_.verdict = how.verdict;
    report_.detail = how.detail;
  }

  std::optional<Refusal> build_and_check(const std::string& text) {
    if (!job_) prepare(/*all=*/false);
    const auto start = Clock::now();
    auto refusal = build(assignment_, *job_, text, warm_ ? &*warm_ : nullptr);
    report_.compile_seconds = seconds_since(start);
    if (!refusal) check();
    return refusal;
  }

  CheckerPool make_lanes(int count) const {
    return {count, [this](std::size_t lane) {
              return Checker(assignment_.name + "-checker",
                             {job_->worker_files(lane),
                              options_.seed,
                              {assignment_.limits.check_seconds, assignment_.limits.memory_bytes}},
                             job_->checker_log(lane));
            }};
  }

  void check() {
    const auto start = Clock::now();
    const auto lost = collect(*lanes_, leave_out_those_without_data(), false);
    if (!lost.empty()) {  // once more, with all anew: the machine may have been at fault
      auto again = make_lanes(1);
      collect(again, lost, true);
    }
    sort_as_listed();
    report_.check_seconds = seconds_since(start);
  }

  std::vector<CheckInfo> leave_out_those_without_data() {
    std::vector<CheckInfo> checks;
    for (const auto& check : chosen_) {
      const auto missing =
          std::find_if_not(check.data_sets.begin(), check.data_sets.end(), options_.has_data);
      if (missing == check.data_sets.end())
        checks.push_back(check);
      else
        add({check.name, Outcome::kNotRun, "needs a data set: spinlab data fetch " + *missing});
    }
    return checks;
  }

  void add(const CheckResult& result) {
    report_.checks.push_back(result);
    if (options_.on_check) options_.on_check(result);
  }

  /// Returns the checks whose worker was lost as a whole; the last time they count as crashed.
  std::vector<CheckInfo> collect(CheckerPool& lanes, const std::vector<CheckInfo>& checks, bool last_time) {
    std::vector<CheckInfo> lost;
    auto check = checks.begin();  // lines come in the order of the checks
    lanes.run(checks, {options_.seed, !options_.with_hidden, options_.every_run}, [&](const CheckReply& line) {
      TORCH_CHECK(!line.machine_fault, line.result.message);
      if (line.worker_lost && !last_time)
        lost.push_back(*check);
      else
        add(line.result);
      ++check;
    });
    return lost;
  }

  void sort_as_listed() {
    std::map<std::string, std::size_t> places;
    for (const auto& check : assignment_.checks) places.emplace(check.name, places.size());
    std::sort(report_.checks.begin(), report_.checks.end(),
              [&](const auto& a, const auto& b) { return places[a.name] < places[b.name]; });
  }

  const Assignment& assignment_;
  const RunOptions& options_;
  const std::vector<CheckInfo> chosen_;
  std::optional<Job> job_;
  std::optional<WarmCompiler> warm_;
  std::optional<CheckerPool> lanes_;
  Report report_;
};

int checkers_of_one_run() { return std::min(usable_cores(), 4); }

void require_sandbox(const RunOptions& options) {
  TORCH_CHECK(options.allow_weak_sandbox || sandbox::strong_enough(sandbox::probe()),
              "the sandbox does not hold on this machine: install bubblewrap and allow user namespaces "
              "(spinlab doctor "
              "says which layers hold), or pass --allow-weak-sandbox for code that you trust");
}

SubmissionRun::SubmissionRun(const Assignment& assignment, const RunOptions& options) {
  require_sandbox(options);
  run_ = std::make_unique<Run>(assignment, options);
}

SubmissionRun::~SubmissionRun() = default;

void SubmissionRun::prepare() { run_->prepare(/*all=*/true); }

Report SubmissionRun::run(const fs::path& source) { return run_->of(source); }

Report run_submission(const Assignment& assignment, const fs::path& source, const RunOptions& options) {
  return SubmissionRun(assignment, options).run(source);
}

}  // namespace spinlab::judging
