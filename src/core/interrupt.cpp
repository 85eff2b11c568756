#include "src/core/interrupt.h"

#include <signal.h>

#include <array>
#include <atomic>

namespace spinlab {
namespace {

constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};
std::atomic<bool> asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the signal handler may not lock");
std::array<struct sigaction, kSignals.size()> before{};

void ask(int) { asked = true; }

}  // namespace

Interrupt::Interrupt() {
  asked = false;
  struct sigaction action{};
  action.sa_handler = ask;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before[i]);
}

Interrupt::~Interrupt() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
}

bool Interrupt::requested() { return asked; }

}  // namespace spinlab
