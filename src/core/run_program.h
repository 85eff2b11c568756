#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace spinlab {

struct ProgramEnd {
  /// The exit code, or 128 and the number of the signal that ended it.
  int code = 0;
  /// Its standard error; of output_of() standard output too, in the order of writing.
  std::string said;
};

/// Runs a program of the PATH and waits; standard output goes where ours goes, `on_line` gets each line of
/// its standard error as it comes. `environment`: "NAME=VALUE", this program's where it is empty. Throws
/// c10::Error where it cannot be started.
ProgramEnd run_program(std::vector<std::string> words, std::vector<std::string> environment = {},
                       const std::function<void(const std::string&)>& on_line = nullptr);

/// The same for a program whose output is asked for; killed where that has not come to its end within
/// `patience`.
ProgramEnd output_of(std::vector<std::string> words, std::chrono::milliseconds patience);

}  // namespace spinlab
