#pragma once

#include <c10/util/Exception.h>

#include <functional>
#include <iosfwd>

namespace spinlab {

/// How every command ends. A user's mistake is thrown by TORCH_CHECK_VALUE (c10::ValueError) and prints its
/// message alone; a failure of the machine or of Spinlab by TORCH_CHECK. A message says what was expected,
/// what was got, and what to do.
enum class ExitCode : int { kDone = 0, kChecksFailed = 1, kUserMistake = 2, kOurFault = 3 };

/// Runs `body`; turns an exception into one line on `out` and the exit code of its kind, a warning
/// (TORCH_WARN) of this thread into one line.
ExitCode report_errors(const std::function<ExitCode()>& body, std::ostream& out);

}  // namespace spinlab
