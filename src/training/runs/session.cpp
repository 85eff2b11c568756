#include "src/training/runs/session.h"

#include <c10/util/Exception.h>

#include <cstdio>
#include <optional>

#include "datasets/split.h"
#include "src/core/interrupt.h"
#include "src/training/not_finite.h"

namespace spinlab::training {
namespace {

/// How much work a crash may cost (Ctrl-C costs none), unless saving is so cheap that each epoch can be kept.
constexpr auto kBetweenSaves = std::chrono::seconds(20);
constexpr int kCheap = 50;

double seconds_of(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string per_second(double examples) {
  char text[48];
  const bool many = examples >= 10'000;
  std::snprintf(text, sizeof text, "%.0f%s examples/s", many ? examples / 1000 : examples, many ? "k" : "");
  return text;
}

/// "test accuracy 97.12 %".
std::string headline(const Metrics& values, const std::vector<Metric>& known,
                     const std::optional<Goal>& goal) {
  auto name = headline_of(values, known, goal ? goal->metric : "");
  const auto text = text_of(name, values.at(name), known);
  return name.replace(name.find('_'), 1, " ") + ' ' + text;
}

}  // namespace

Session::Session(const TrainingConfig& config, Learner& learner, Selection* selection, RunFolder& folder,
                 const datasets::Dataset& set, Ranks& ranks)
    : config_(config),
      learner_(learner),
      selection_(selection),
      folder_(folder),
      set_(set),
      ranks_(ranks),
      seconds_before_(folder.seconds()),
      first_step_(learner.step()),
      bar_(config.recipe, learner.epochs() * learner.steps_per_epoch(), first_step_) {}

bool Session::run() {
  // A fit in one call has nothing to save before its end: it is ended at once.
  std::optional<Interrupt> interrupt;
  if (!learner_.is_one_call()) interrupt.emplace();
  while (!finished()) {
    if (learner_.train_epoch([this] { return between_steps(); })) end_epoch();
    if (asked_to_stop() && !finished()) break;
  }
  save();
  // Only now is it known what the last epoch came to.
  if (finished()) bar_.update(learner_.epochs() * learner_.steps_per_epoch(), last_note());
  return finished();
}

double Session::seconds() const { return seconds_before_ + seconds_of(Clock::now() - start_); }

bool Session::between_steps() {
  const auto done = learner_.step() + 1;
  if (done < learner_.epochs() * learner_.steps_per_epoch()) bar_.update(done, [this] { return note(); });
  return !asked_to_stop();
}

/// All stop after the same step, whichever heard of it.
bool Session::asked_to_stop() const { return any(ranks_, Interrupt::requested()); }

std::string Session::note() const {
  const auto progress = learner_.progress();
  std::string text =
      "epoch " + std::to_string(learner_.epoch() + 1) + '/' + std::to_string(learner_.epochs());
  if (const auto loss = progress.find("running_loss"); loss != progress.end())
    text += ", loss " + number(loss->second);
  const auto steps = static_cast<double>(learner_.step() + 1 - first_step_);
  text += ", " + per_second(steps * static_cast<double>(config_.batch) / seconds_of(Clock::now() - start_));
  return last_epoch_.empty() ? text : text + ", " + last_epoch_;
}

std::string Session::last_note() const {
  return "epoch " + std::to_string(learner_.epoch()) + (stopped_early() ? ", stopped early, " : ", ") +
         last_epoch_;
}

void Session::end_epoch() {
  auto judged = prefixed("test_", learner_.evaluate(set_.test));
  Json line = {{"epoch", learner_.epoch()}, {"step", learner_.step()}};
  for (const auto& [name, value] : learner_.progress()) line[name] = value;
  if (const auto part = set_.parts.find("validation"); part != set_.parts.end()) {
    const auto validation = learner_.evaluate(datasets::judged_once(part->second));
    judged.merge(prefixed("validation_", validation));
    if (selection_ != nullptr) selection_->see(learner_, validation);
  }
  for (const auto& [name, value] : judged) line[name] = value;
  last_epoch_ = headline(judged, learner_.metrics(), config_.goal);
  line["seconds"] = seconds();
  if (ranks_.is_first()) folder_.append_metrics(line);
  const auto since = Clock::now() - saved_;
  if (since >= kBetweenSaves || since >= kCheap * saving_) save();
}

void Session::save() {
  if (!ranks_.is_first()) return;
  const auto began = Clock::now();
  auto state = learner_.state();
  const auto broken = first_not_finite(state);
  TORCH_CHECK_VALUE(broken.empty(), "after step ", learner_.step(), ": ", broken,
                    " is no longer finite; the checkpoint before it is kept. Take smaller steps "
                    "(optimizer.lr) or bound them "
                    "(clip_norm=1), and start again with --overwrite");
  if (selection_ != nullptr) state.merge(selection_->state());
  folder_.save(state, seconds());
  saved_ = Clock::now();
  saving_ = saved_ - began;
}

}  // namespace spinlab::training
