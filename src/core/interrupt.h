#pragma once

namespace spinlab {

/// While one lives, Ctrl-C and SIGTERM ask for an orderly end in place of ending the program; a second one
/// ends it at once. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether the end was asked for. Safe from every thread.
  static bool requested();
};

}  // namespace spinlab
