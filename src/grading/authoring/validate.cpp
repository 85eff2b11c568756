#include "src/grading/authoring/validate.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <mutex>

#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/core/progress.h"
#include "src/grading/answers/answer_key.h"
#include "src/grading/authoring/handout.h"
#include "src/grading/authoring/master.h"
#include "src/grading/authoring/samples.h"
#include "src/grading/check/filter.h"
#include "src/grading/score.h"

namespace spinlab::grading {
namespace {

constexpr int kAttempts = 3;

/// One submission to grade: the master with a seed, the stubs, a mutant or a sample.
struct Job {
  std::string name;
  Submission submission;
  std::uint64_t seed = 0;
  std::string filter = "*";  // a mutant runs the checks that must catch it and no others
  bool is_master = false;
  Report report = {};
};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The checks that ran and did not pass; all of `checks` where the source was not graded at all, a crash of
/// every check say.
std::vector<std::string> failed(const std::vector<CheckInfo>& checks, const Report& report) {
  std::vector<std::string> names;
  for (const auto& check : checks) {
    const auto passed = [&](const CheckResult& result) {
      return result.name == check.name && result.outcome == Outcome::kPassed;
    };
    if (std::none_of(report.checks.begin(), report.checks.end(), passed)) names.push_back(check.name);
  }
  return names;
}

/// Whether the source got as far as its checks.
bool was_checked(const Report& report) {
  return report.verdict == Verdict::kGraded || report.verdict == Verdict::kCrashed ||
         report.verdict == Verdict::kTimedOut || report.verdict == Verdict::kOverMemory;
}

class Validator {
 public:
  Validator(const Assignment& assignment, const ValidateOptions& options)
      : whole_(assignment),
        assignment_(assignment),
        options_(options),
        questions_(question_names(assignment.checks)) {
    const auto rubric =
        make_rubric(assignment, options.run.filter, options.has_data, options.allow_missing_data);
    assignment_.checks = rubric.counted;
    if (options.run.filter == "*")
      for (const auto& [check, why] : rubric.left_out) note(check.name + ": " + why);
    validation_.seeds = has_master(assignment) ? options.seeds : 0;
    for (const auto& check : assignment_.checks) validation_.checks.push_back({check});
  }

  Validation validation() {
    if (!well_formed()) return std::move(validation_);
    stubs_.push_back({"the stubs", {stubs(whole_), answers_text({}, questions_)}, options_.run.seed});
    if (has_master(whole_))
      plan();
    else
      note("there is no master in this tree: only that the stubs compile and earn nothing was tested");
    run();
    for (const auto& job : masters_) judge_master(job);
    judge_rates();
    judge_stubs(stubs_.front());
    for (size_t i = 0; i < mutants_.size(); ++i) judge_mutant(mutants_[i], mutant_jobs_[i]);
    for (size_t i = 0; i < sample_jobs_.size(); ++i) judge_sample(samples_[i], sample_jobs_[i]);
    if (has_master(whole_)) note_untested();
    return std::move(validation_);
  }

 private:
  /// Everything that can be seen without running anything.
  bool well_formed() {
    const auto holds = [this](const auto& body) {
      try {
        body();
      } catch (const c10::ValueError& error) {
        problem(error.what_without_backtrace());
      }
    };
    holds([this] { handout_files(whole_); });
    if (!has_master(whole_)) return validation_.problems.empty();
    holds([this] { key_ = AnswerKey(whole_); });
    if (!questions_.empty() && !has_answer_key(whole_))
      problem(whole_.folder.string() + ": answer_key.json is missing; it has the expected answers");
    holds([this] { samples_ = load_samples(whole_); });
    holds([this] { mutants_ = load_mutants(whole_); });
    holds([this] { master_ = Master::load(whole_); });
    for (const auto& mutant : mutants_) holds([&] { submission_of(mutant); });
    return validation_.problems.empty();
  }

  void plan() {
    for (int i = 0; i < options_.seeds; ++i) {
      const auto seed = options_.run.seed + static_cast<std::uint64_t>(i);
      masters_.push_back({"the master, seed " + std::to_string(seed), submission_of({}), seed, "*", true});
    }
    std::erase_if(mutants_, [this](const Mutant& mutant) { return is_left_out(mutant); });
    for (const auto& mutant : mutants_)
      mutant_jobs_.push_back({"the mutant " + mutant.name, submission_of(mutant), options_.run.seed,
                              filter_of(mutant.caught_by)});
    // What a sample earns is said for all checks.
    if (assignment_.checks.size() != whole_.checks.size()) return;
    for (const auto& sample : samples_)
      sample_jobs_.push_back({"the sample " + sample.id, sample.submission, options_.run.seed});
  }

  /// The master, all right but for what the mutant changes.
  Submission submission_of(const Mutant& mutant) const {
    auto answers = mutant.answers;
    answers.merge(key_.right());
    return {mutant.replace.empty() ? master_.whole()
                                   : master_.mutated(mutant.replace, mutant.with, mutant.name),
            answers_text(answers, questions_)};
  }

  /// With --filter, mutants whose checks are not all run say nothing.
  bool is_left_out(const Mutant& mutant) const {
    const auto runs = [this](const std::string& name) {
      const auto same = [&](const CheckInfo& check) { return check.name == name; };
      return std::any_of(assignment_.checks.begin(), assignment_.checks.end(), same);
    };
    return !std::all_of(mutant.caught_by.begin(), mutant.caught_by.end(), runs);
  }

  void run() {
    std::vector<Job*> jobs;
    for (auto* list : {&masters_, &stubs_, &mutant_jobs_, &sample_jobs_}) {
      for (auto& job : *list) jobs.push_back(&job);
    }
    std::mutex mutex;
    Progress progress("validating " + assignment_.name, static_cast<int64_t>(jobs.size()));
    int64_t done = 0;
    const auto one = [&](size_t i) {
      jobs[i]->report = report_of(*jobs[i]);
      const std::lock_guard lock(mutex);
      progress.update(++done, jobs[i]->name);
    };
    parallel_for(jobs.size(), options_.jobs, one, Interrupt::requested);
    TORCH_CHECK(!Interrupt::requested(), "stopped after ", done, " of ", jobs.size(),
                " runs; nothing was decided");
  }

  Report report_of(const Job& job) const {
    auto options = options_.run;
    options.seed = job.seed;
    options.every_run = job.is_master;
    if (job.filter != "*") options.filter = job.filter;
    auto checked = assignment_;
    std::erase_if(checked.checks, [&](const CheckInfo& check) { return !matches(check.name, options.filter); });
    return attempt(checked, job.submission, key_, options, options_.runner, kAttempts).report;
  }

  void judge_master(const Job& job) {
    if (!was_checked(job.report)) return not_checked(job);
    for (const auto& result : job.report.checks) {
      auto& health = *std::find_if(validation_.checks.begin(), validation_.checks.end(),
                                   [&](const CheckHealth& each) { return each.check.name == result.name; });
      health.single.runs += result.runs;
      health.single.failed += result.runs - result.passes;
      if (result.outcome == Outcome::kPassed) continue;
      ++health.false_failures;
      if (health.check.stochastic.false_failures == 0)
        problem(job.name + " fails " + result.name + ": " + first_line(result.message));
    }
  }

  void judge_rates() {
    for (const auto& [check, failed, single, mutants] : validation_.checks) {
      const auto& [runs, majority, stated] = check.stochastic;
      if (stated > 0 && contradicts(single, runs, majority, stated))
        problem("the master fails " + std::to_string(single.failed) + " of " + std::to_string(single.runs) +
                " runs of " + check.name + ", more often than its \"false_failures\" allow");
    }
  }

  void judge_stubs(const Job& job) {
    if (!was_checked(job.report)) return not_checked(job);
    const auto earned = score(assignment_.checks, job.report).earned;
    if (earned == 0) return;
    std::vector<std::string> names;
    for (const auto& result : job.report.checks) {
      if (result.outcome == Outcome::kPassed) names.push_back(result.name);
    }
    problem("the stubs earn " + points_text(earned) + " points: they pass " + joined(names));
  }

  void judge_mutant(const Mutant& mutant, const Job& job) {
    if (!was_checked(job.report)) return not_checked(job);
    MutantHealth health{mutant.name, {}};
    const auto caught = failed(assignment_.checks, job.report);
    for (const auto& name : mutant.caught_by) {
      const bool by_this = std::count(caught.begin(), caught.end(), name) > 0;
      if (!by_this) health.missed.push_back(name);
      for (auto& check : validation_.checks) check.mutants += by_this && check.check.name == name;
    }
    if (!health.missed.empty())
      problem(job.name + " (" + mutant.mistake + ") passes " + joined(health.missed));
    validation_.mutants.push_back(std::move(health));
  }

  void judge_sample(const Sample& sample, const Job& job) {
    const auto earned = score(assignment_.checks, job.report).earned;
    if (job.report.verdict == sample.verdict && earned == sample.points) return;
    problem(job.name + ": " + to_string(job.report.verdict) + " with " + points_text(earned) +
            " points, where samples.json says " + to_string(sample.verdict) + " with " +
            points_text(sample.points));
  }

  void not_checked(const Job& job) {
    problem(job.name + ": not graded, " + to_string(job.report.verdict) + ", " +
            first_line(job.report.detail));
  }

  void note_untested() {
    for (const auto& health : validation_.checks) {
      if (health.mutants == 0) note(health.check.name + " is untested: no mutant is caught by it");
    }
  }

  void note(std::string text) { validation_.notes.push_back(std::move(text)); }
  void problem(std::string text) { validation_.problems.push_back(std::move(text)); }

  const Assignment& whole_;
  Assignment assignment_;  // with the checks that run
  const ValidateOptions& options_;
  Validation validation_;
  const std::vector<std::string> questions_;
  AnswerKey key_;
  Master master_;
  std::vector<Mutant> mutants_;
  std::vector<Sample> samples_;
  std::vector<Job> masters_;
  std::vector<Job> stubs_;  // one
  std::vector<Job> mutant_jobs_;
  std::vector<Job> sample_jobs_;
};

}  // namespace

Validation validate(const Assignment& assignment, const ValidateOptions& options) {
  return Validator(assignment, options).validation();
}

}  // namespace spinlab::grading
