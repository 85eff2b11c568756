#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace spinlab {

/// A bar with ETA on a terminal, redrawn at most ten times a second; elsewhere a plain line each time that a
/// tenth of the work is done. Writes to `out` (standard error by default) so that standard output stays for
/// results.
class Progress {
 public:
  /// `from`: how much was done before: the remaining time is judged by what follows.
  explicit Progress(std::string title, int64_t total, int64_t from = 0);
  Progress(std::string title, int64_t total, std::ostream& out, bool terminal, int64_t from = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of total; `note` stands behind the bar ("loss 0.231  accuracy 97.1 %").
  void update(int64_t done, const std::string& note = "");
  /// The same for a note that costs something: it is asked for when something is drawn.
  void update(int64_t done, const std::function<std::string()>& note);
  /// Ends the line; called by the destructor otherwise.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  bool due(int64_t done);
  void draw(int64_t done, const std::string& note);
  std::string remaining(int64_t done) const;

  std::string title_;
  int64_t total_, from_;
  std::ostream& out_;
  bool terminal_;
  bool finished_ = false;
  int64_t tenths_ = 0;
  int64_t done_ = 0;
  std::string note_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
};

}  // namespace spinlab
