#pragma once

namespace spinlab {

/// While one lives, Ctrl-C, SIGTERM and SIGUSR1 (which mpirun passes on to its ranks; on SIGTERM it kills
/// them) ask for an orderly end in place of ending the program; a second one is answered by a line that says
/// so, a third ends it at once. Ctrl-C ends child processes as well: writing to the pipe of one that is gone
/// then fails and does not end the program. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether the end was asked for; never without an Interrupt. Safe from every thread.
  static bool requested();
};

/// Ends the process by the signal that asked for it, once everything is saved, so that shells and scripts see
/// an interrupted program.
[[noreturn]] void end_interrupted();

}  // namespace spinlab
