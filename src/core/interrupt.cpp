#include "src/core/interrupt.h"

#include <signal.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace spinlab {
namespace {

constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGPIPE};
std::atomic<int> asked{0}, last{SIGINT};
static_assert(std::atomic<int>::is_always_lock_free, "the signal handler may not lock");
std::array<struct sigaction, kSignals.size()> before{};

void ask(int signal) { asked = last = signal; }

/// A handler rather than SIG_IGN, which child processes would inherit.
void let_the_write_fail(int) {}

}  // namespace

Interrupt::Interrupt() {
  asked = 0;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    const bool pipe = kSignals[i] == SIGPIPE;
    struct sigaction action{};
    action.sa_handler = pipe ? let_the_write_fail : ask;
    action.sa_flags = static_cast<int>(pipe ? SA_RESTART : SA_RESETHAND | SA_RESTART);
    ::sigaction(kSignals[i], &action, &before[i]);
  }
}

Interrupt::~Interrupt() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
  asked = 0;
}

bool Interrupt::requested() { return asked != 0; }

void end_interrupted() {
  const int by = last;
  ::signal(by, SIG_DFL);
  ::raise(by);
  std::abort();
}

}  // namespace spinlab
