#include "src/core/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string_view>

namespace spinlab {
namespace {

constexpr std::array<int, 4> kSignals{SIGINT, SIGTERM, SIGUSR1, SIGPIPE};
std::atomic<int> times{0}, last{SIGINT};
static_assert(std::atomic<int>::is_always_lock_free, "the signal handler may not lock");
std::array<struct sigaction, kSignals.size()> before{};

constexpr std::string_view kPatience =
    "\nspinlab: ending in good order, what is done is being saved; once more ends it at once\n";

void ask(int signal) {
  last = signal;
  const int time = ++times;
  if (time == 2) [[maybe_unused]]
    const auto written = ::write(STDERR_FILENO, kPatience.data(), kPatience.size());
  if (time > 2) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }
}

/// A handler rather than SIG_IGN, which child processes would inherit.
void let_the_write_fail(int) {}

}  // namespace

Interrupt::Interrupt() {
  times = 0;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    const bool pipe = kSignals[i] == SIGPIPE;
    struct sigaction action{};
    action.sa_handler = pipe ? let_the_write_fail : ask;
    action.sa_flags = SA_RESTART;
    ::sigaction(kSignals[i], &action, &before[i]);
  }
}

Interrupt::~Interrupt() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
  times = 0;
}

bool Interrupt::requested() { return times != 0; }

void end_interrupted() {
  const int by = last;
  ::signal(by, SIG_DFL);
  ::raise(by);
  std::abort();
}

}  // namespace spinlab
