#include "src/judging/runner/submission_run.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "src/core/called_as.h"
#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/judging/check_filter.h"
#include "src/judging/compile/build.h"
#include "src/judging/runner/checker_pool.h"
#include "src/judging/runner/master_trial.h"
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

/// One submission on its way through the compiler and its checks.
class Run {
 public:
  Run(const Assignment& assignment, const RunOptions& options, Templates& templates)
      : assignment_(assignment),
        options_(options),
        templates_(templates),
        budget_(assignment.limits.total_seconds),
        chosen_(chosen_checks(assignment, options)) {
    report_.seed = options.seed;
    report_.layers = layers_json();
  }

  SubmissionRun of(const fs::path& source) {
    try {
      std::string text;
      auto refusal = read_source(assignment_, source, text);
      if (!refusal) refusal = build_and_check(text);
      end(refusal ? *refusal : Refusal{overall(report_.checks), ""});
    } catch (const std::exception& error) {
      clean_ = false;
      end({Verdict::kInfrastructureFailure, message_of(error)});
    }
    return {std::move(report_), clean_};
  }

 private:
  void end(const Refusal& how) {
    report_.verdict = how.verdict;
    report_.detail = how.detail;
  }

  std::optional<Refusal> build_and_check(const std::string& text) {
    auto pool = make_pool(options_.checkers);
    prepare(pool);
    const auto start = Clock::now();
    auto refusal = build(assignment_, templates_.folder(), text, templates_.compiler());
    report_.compile_seconds = seconds_since(start);
    if (!refusal) check(pool);
    return refusal;
  }

  /// The first checker starts while the compiler is at work. A template that died while it waited is replaced.
  void prepare(CheckerPool& pool) {
    try {
      pool.prepare();
    } catch (const c10::Error&) {
      templates_.restart();
      pool.prepare();
    }
  }

  CheckerPool make_pool(int size) {
    return checker_pool(templates_, assignment_.limits, options_.seed, size, budget_);
  }

  void check(CheckerPool& pool) {
    const auto start = Clock::now();
    auto lost = collect(pool, leave_out_those_without_data(), /*last_time=*/false);
    clean_ = pool.end();
    while (!lost.empty()) {  // once more, with all anew: the machine may have been at fault
      templates_.restart();
      auto again = make_pool(1);
      lost = collect(again, lost, /*last_time=*/true);
      clean_ = again.end();
    }
    if (!suspected_.empty()) require_master_comes_through(assignment_, suspected_, seeds());
    sort_as_listed();
    report_.check_seconds = seconds_since(start);
  }

  CheckSeeds seeds() const { return {options_.seed, !options_.with_hidden, options_.every_run}; }

  std::vector<CheckInfo> leave_out_those_without_data() {
    std::vector<CheckInfo> checks;
    for (const auto& check : chosen_) {
      const auto missing =
          std::find_if_not(check.data_sets.begin(), check.data_sets.end(), options_.has_data);
      if (missing == check.data_sets.end())
        checks.push_back(check);
      else
        add({check.name, Outcome::kNotRun, "needs a data set: " + called_as() + " data fetch " + *missing});
    }
    return checks;
  }

  void add(const CheckResult& result) {
    report_.checks.push_back(result);
    if (options_.on_check) options_.on_check(result);
  }

  /// Returns the checks that have no result: whose worker was lost as a whole, and those behind a checker or template
  /// that ended. The last time the first count as crashed, and so does the check that its checker ended with.
  std::vector<CheckInfo> collect(CheckerPool& pool, const std::vector<CheckInfo>& checks, bool last_time) {
    std::vector<CheckInfo> lost;
    auto check = checks.begin();  // replies come in the order of the checks
    bool machine_fault = false;
    try {
      pool.run(checks, seeds(), [&](const CheckReply& reply) {
        machine_fault = reply.machine_fault;
        TORCH_CHECK(!machine_fault, reply.result.message);
        if (reply.out_of_checkers_memory) suspected_.push_back(*check);
        if (reply.worker_lost && !last_time)
          lost.push_back(*check);
        else
          add(reply.result);
        ++check;
      });
    } catch (const c10::Error&) {
      if (Interrupt::requested() || check == checks.end()) throw;
      if (last_time && (machine_fault || templates_.have_ended())) throw;
      if (last_time) suspect(*check++);
      lost.insert(lost.end(), check, checks.end());
    }
    return lost;
  }

  void suspect(const CheckInfo& check) {
    suspected_.push_back(check);
    add({check.name, Outcome::kCrashed, "what the submission returned ended the check itself, twice; the master does not"});
  }

  void sort_as_listed() {
    std::map<std::string, std::size_t> places;
    for (const auto& check : assignment_.checks) places.emplace(check.name, places.size());
    std::sort(report_.checks.begin(), report_.checks.end(),
              [&](const auto& a, const auto& b) { return places[a.name] < places[b.name]; });
  }

  const Assignment& assignment_;
  const RunOptions& options_;
  Templates& templates_;
  TimeBudget budget_;
  const std::vector<CheckInfo> chosen_;
  std::vector<CheckInfo> suspected_;  // whose checker ran out of memory, or ended
  bool clean_ = true;
  Report report_;
};

}  // namespace

int checkers_of_one_run() { return std::min(usable_cores(), 4); }

void require_sandbox(const RunOptions& options) {
  TORCH_CHECK(options.allow_weak_sandbox || sandbox::strong_enough(sandbox::probe()),
              "the sandbox does not hold on this machine: install bubblewrap and allow user namespaces "
              "(",
              called_as(),
              " doctor says which layers hold), or pass --allow-weak-sandbox for code that you trust");
}

void require_checks(const Assignment& assignment, const RunOptions& options) { chosen_checks(assignment, options); }

SubmissionRun run_with(Templates& templates, const Assignment& assignment, const fs::path& source,
                       const RunOptions& options) {
  require_sandbox(options);
  return Run(assignment, options, templates).of(source);
}

}  // namespace spinlab::judging
