#include "src/training/session.h"

#include <cstdio>

#include "src/core/interrupt.h"

namespace spinlab::training {
namespace {

/// How much work a crash may cost; Ctrl-C costs none.
constexpr auto kBetweenSaves = std::chrono::seconds(20);

std::string note(int64_t epoch, const Metrics& test) {
  const auto accuracy = test.find("accuracy");
  char text[80];
  if (accuracy != test.end()) {
    std::snprintf(text, sizeof text, "epoch %lld, test accuracy %.2f %%", static_cast<long long>(epoch),
                  100 * accuracy->second);
  } else {
    std::snprintf(text, sizeof text, "epoch %lld, test R² %.4f", static_cast<long long>(epoch),
                  test.at("r2"));
  }
  return text;
}

}  // namespace

Session::Session(Trainer& trainer, const RunFolder& folder, const datasets::Dataset& set)
    : trainer_(trainer),
      folder_(folder),
      set_(set),
      seconds_before_(folder.seconds()),
      bar_(trainer.config().recipe, trainer.config().epochs * trainer.steps_per_epoch()) {}

bool Session::run() {
  const Interrupt interrupt;
  while (!trainer_.finished()) {
    if (trainer_.train_epoch([this] { return between_steps(); })) end_epoch();
    if (Interrupt::requested() && !trainer_.finished()) break;
  }
  folder_.save(trainer_.state());
  return trainer_.finished();
}

double Session::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

bool Session::between_steps() {
  bar_.update(trainer_.step() + 1, note_);
  return !Interrupt::requested();
}

void Session::end_epoch() {
  const auto test = trainer_.evaluate(set_.test);
  note_ = note(trainer_.epoch(), test);
  Json line = {{"epoch", trainer_.epoch()}, {"step", trainer_.step()}, {"train_loss", trainer_.train_loss()}};
  for (const auto& [name, value] : prefixed("test_", test)) line[name] = value;
  line["seconds"] = seconds();
  folder_.append_metrics(line);
  if (Clock::now() - saved_ < kBetweenSaves) return;
  folder_.save(trainer_.state());
  saved_ = Clock::now();
}

}  // namespace spinlab::training
