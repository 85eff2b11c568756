#include "src/authoring/validate.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <mutex>

#include "src/authoring/handout.h"
#include "src/authoring/lint.h"
#include "src/authoring/master.h"
#include "src/authoring/trivial.h"
#include "src/authoring/validation_report.h"
#include "src/authoring/variants.h"
#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/core/progress.h"
#include "src/judging/answers/answer_key.h"
#include "src/judging/check_filter.h"

namespace spinlab::authoring {
namespace {

constexpr int kAttempts = 3;

class Validator {
 public:
  Validator(const judging::Assignment& assignment, const ValidateOptions& options)
      : whole_(assignment),
        assignment_(assignment),
        options_(options),
        questions_(judging::question_names(assignment.checks)) {
    const auto rubric =
        judging::make_rubric(assignment, options.run.filter, options.has_data, options.allow_missing_data);
    assignment_.checks = rubric.counted;
    if (options.run.filter == "*")
      for (const auto& [check, why] : rubric.left_out) note(check.name + ": " + why);
    validation_.seeds = has_master(assignment) ? options.seeds : 0;
  }

  Validation validation() {
    if (!well_formed()) return std::move(validation_);
    for (const auto& check : assignment_.checks) validation_.checks.push_back({check});
    stubs_.push_back(
        {"the stubs", {stubs(whole_), judging::answers_text({}, questions_)}, options_.run.seed});
    if (has_master(whole_))
      plan();
    else
      note("there is no master in this tree: only that the stubs compile and earn nothing was tested");
    run();
    write_report();
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
    for (auto& line : lint(whole_)) problem(std::move(line));
    for (auto& line : lint_names(whole_, options_.course)) problem(std::move(line));
    if (!validation_.problems.empty()) return false;
    holds([this] { handout_files(whole_); });
    if (!has_master(whole_)) return validation_.problems.empty();
    holds([this] { key_ = judging::AnswerKey(whole_); });
    holds([this] { samples_ = load_samples(whole_); });
    holds([this] { mutants_ = load_mutants(whole_); });
    holds([this] { variants_ = load_variants(whole_); });
    holds([this] { master_ = Master::load(whole_); });
    for (const auto& mutant : mutants_) holds([&] { submission_of(mutant); });
    return validation_.problems.empty();
  }

  void plan() {
    for (int i = 0; i < options_.seeds; ++i) {
      const auto seed = options_.run.seed + static_cast<std::uint64_t>(i);
      masters_.push_back({"the master, seed " + std::to_string(seed), submission_of({}), seed, "*", true});
    }
    plan_variants();
    for (const auto& trivial : trivial_submissions(whole_, master_))
      trivial_trials_.push_back({"the trivial submission " + trivial.name,
                                 {trivial.source, judging::answers_text({}, questions_)},
                                 options_.run.seed});
    std::erase_if(mutants_, [this](const Mutant& mutant) { return is_left_out(mutant); });
    if (options_.mutants > 0) draw_mutants(static_cast<size_t>(options_.mutants));
    for (const auto& mutant : mutants_)
      mutant_trials_.push_back({"the mutant " + mutant.name, submission_of(mutant), options_.run.seed,
                                judging::filter_of(mutant.caught_by)});
    // What a sample earns is said for all checks.
    if (assignment_.checks.size() != whole_.checks.size()) return;
    for (const auto& sample : samples_)
      sample_trials_.push_back({"the sample " + sample.id, sample.submission, options_.run.seed});
  }

  void plan_variants() {
    if (variants_.empty())
      note("there are no variants: whether a right solution of another style passes is untested");
    const auto right = judging::answers_text(key_.right(), questions_);
    for (const auto& variant : variants_) {
      for (int i = 0; i < options_.variant_seeds; ++i) {
        const auto seed = options_.run.seed + static_cast<std::uint64_t>(i);
        variant_trials_.push_back({"the variant " + variant.name + ", seed " + std::to_string(seed),
                                   {variant.source, right},
                                   seed});
      }
    }
  }

  void draw_mutants(size_t count) {
    const auto all = mutants_.size();
    mutants_ = drawn(std::move(mutants_), count, master_.whole());
    mutants_were_drawn_ = mutants_.size() < all;
    if (mutants_were_drawn_)
      note("of " + std::to_string(all) + " mutants " + std::to_string(count) + " were tried");
  }

  /// The master, all right but for what the mutant changes.
  judging::Submission submission_of(const Mutant& mutant) const {
    auto answers = mutant.answers;
    answers.merge(key_.right());
    return {
        mutant.replace.empty() ? master_.whole() : master_.mutated(mutant.replace, mutant.with, mutant.name),
        judging::answers_text(answers, questions_)};
  }

  /// With --filter, mutants whose checks are not all run say nothing.
  bool is_left_out(const Mutant& mutant) const {
    const auto runs = [this](const std::string& name) {
      const auto same = [&](const judging::CheckInfo& check) { return check.name == name; };
      return std::any_of(assignment_.checks.begin(), assignment_.checks.end(), same);
    };
    return !std::all_of(mutant.caught_by.begin(), mutant.caught_by.end(), runs);
  }

  void run() {
    std::vector<Trial*> trials;
    for (auto* list : {&masters_, &stubs_, &trivial_trials_, &variant_trials_, &mutant_trials_, &sample_trials_}) {
      for (auto& trial : *list) trials.push_back(&trial);
    }
    std::mutex mutex;
    Progress progress("validating " + assignment_.name, static_cast<int64_t>(trials.size()));
    int64_t done = 0;
    const auto one = [&](size_t i) {
      trials[i]->report = report_of(*trials[i]);
      const std::lock_guard lock(mutex);
      progress.update(++done, trials[i]->name);
    };
    parallel_for(trials.size(), options_.jobs, one, Interrupt::requested);
    TORCH_CHECK(!Interrupt::requested(), "stopped after ", done, " of ", trials.size(),
                " runs; nothing was decided");
  }

  judging::Report report_of(const Trial& trial) const {
    auto options = options_.run;
    options.seed = trial.seed;
    options.every_run = trial.is_master;
    if (trial.filter != "*") options.filter = trial.filter;
    auto checked = assignment_;
    std::erase_if(checked.checks, [&](const judging::CheckInfo& check) {
      return !judging::matches(check.name, options.filter);
    });
    return judging::run_with_retries(checked, trial.submission, key_, options, options_.runner, kAttempts).report;
  }

  void write_report() {
    ValidationReport report(assignment_, validation_);
    for (const auto& trial : masters_) report.master(trial);
    report.rates();
    report.nothing_earned(stubs_.front());
    for (const auto& trial : trivial_trials_) report.nothing_earned(trial);
    for (size_t i = 0; i < variant_trials_.size(); ++i)
      report.variant(variants_[i / options_.variant_seeds].name, variant_trials_[i]);
    for (size_t i = 0; i < mutants_.size(); ++i) report.mutant(mutants_[i], mutant_trials_[i]);
    for (size_t i = 0; i < sample_trials_.size(); ++i) report.sample(samples_[i], sample_trials_[i]);
    if (has_master(whole_) && !mutants_were_drawn_) report.note_untested();
  }

  void note(std::string text) { validation_.notes.push_back(std::move(text)); }
  void problem(std::string text) { validation_.problems.push_back(std::move(text)); }

  const judging::Assignment& whole_;
  judging::Assignment assignment_;  // with the checks that run
  const ValidateOptions& options_;
  Validation validation_;
  const std::vector<std::string> questions_;
  judging::AnswerKey key_;
  Master master_;
  std::vector<Mutant> mutants_;
  bool mutants_were_drawn_ = false;
  std::vector<Sample> samples_;
  std::vector<Variant> variants_;
  std::vector<Trial> masters_;
  std::vector<Trial> stubs_;           // one
  std::vector<Trial> trivial_trials_;
  std::vector<Trial> variant_trials_;  // variant_seeds of each, one variant behind the other
  std::vector<Trial> mutant_trials_;
  std::vector<Trial> sample_trials_;
};

}  // namespace

Validation validate(const judging::Assignment& assignment, const ValidateOptions& options) {
  return Validator(assignment, options).validation();
}

}  // namespace spinlab::authoring
