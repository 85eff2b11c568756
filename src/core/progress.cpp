#include "src/core/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <utility>

namespace spinlab {
namespace {

constexpr int kWidth = 28;
constexpr auto kRedraw = std::chrono::milliseconds(100);

std::string clock_text(double seconds) {
  const auto s = static_cast<int64_t>(seconds + 0.5);
  char text[32];
  if (s < 3600) {
    std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(s / 60), static_cast<int>(s % 60));
  } else {
    std::snprintf(text, sizeof text, "%d:%02d:%02d", static_cast<int>(s / 3600),
                  static_cast<int>(s / 60 % 60), static_cast<int>(s % 60));
  }
  return text;
}

}  // namespace

Progress::Progress(std::string title, int64_t total, int64_t from)
    : Progress(std::move(title), total, std::cerr, ::isatty(STDERR_FILENO) == 1, from) {}

Progress::Progress(std::string title, int64_t total, std::ostream& out, bool terminal, int64_t from)
    : title_(std::move(title)),
      total_(std::max<int64_t>(total, 1)),
      from_(from),
      out_(out),
      terminal_(terminal),
      tenths_(from * 10 / total_),
      done_(from) {}

Progress::~Progress() { finish(); }

bool Progress::due(int64_t done) {
  done_ = done;
  if (!terminal_) {
    const auto tenths = done * 10 / total_;
    return tenths > std::exchange(tenths_, std::max(tenths, tenths_));
  }
  if (Clock::now() - drawn_ < kRedraw) return false;
  drawn_ = Clock::now();
  return true;
}

void Progress::update(int64_t done, const std::string& note) {
  note_ = note;
  if (due(done)) draw(done, note_);
}

void Progress::update(int64_t done, const std::function<std::string()>& note) {
  if (!due(done)) return;
  note_ = note();
  draw(done, note_);
}

void Progress::finish() {
  if (finished_) return;
  finished_ = true;
  if (!terminal_) return;
  draw(done_, note_);
  out_ << '\n';
  out_.flush();
}

void Progress::draw(int64_t done, const std::string& note) {
  const auto percent = done * 100 / total_;
  if (terminal_) {
    out_ << "\r\033[K" << title_ << " [";
    for (int i = 0; i < kWidth; ++i) out_ << (i * total_ < done * kWidth ? "█" : "·");
    out_ << "] " << percent << " %  ETA " << remaining(done) << "  " << note;
  } else {
    out_ << title_ << ": " << percent << " %, ETA " << remaining(done) << (note.empty() ? "" : ", ") << note
         << '\n';
  }
  out_.flush();
}

std::string Progress::remaining(int64_t done) const {
  if (done <= from_) return "–";
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  return clock_text(elapsed * static_cast<double>(total_ - done) / static_cast<double>(done - from_));
}

}  // namespace spinlab
