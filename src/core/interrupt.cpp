#include "src/core/interrupt.h"

#include <signal.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace spinlab {
namespace {

constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};
std::atomic<int> asked{0}, last{SIGINT};
static_assert(std::atomic<int>::is_always_lock_free, "the signal handler may not lock");
std::array<struct sigaction, kSignals.size()> before{};

void ask(int signal) { asked = last = signal; }

}  // namespace

Interrupt::Interrupt() {
  asked = 0;
  struct sigaction action{};
  action.sa_handler = ask;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before[i]);
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
