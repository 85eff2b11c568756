#pragma once

#include <cstdint>
#include <filesystem>

#include "src/judging/verdict.h"
#include "src/judging/worker_files.h"

namespace spinlab::judging {

struct CheckLimits {
  double seconds = 10;  // of processor time, which another program on the machine does not use up
  /// On the clock: for what waits or sleeps, which uses no processor time.
  double wall_seconds() const { return 4 * seconds; }
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  /// What the checker may take itself, for the answers that it holds and what a check makes of them.
  std::uint64_t checker_bytes() const { return static_cast<std::uint64_t>(memory_bytes) + (std::uint64_t{1} << 30); }
};

/// What run_submission tells a checker, as one line of JSON on its standard input; the worker starts at once,
/// and {"ready": true} says on standard output when it waits. More lines follow when the shared object is
/// there, each a CheckRequest; the checker answers each with a line for every check and {"done": true}.
struct CheckerSettings {
  WorkerFiles files;
  std::uint64_t seed = 0;
  CheckLimits limits;
  std::filesystem::path memory_group = {};  // an empty one for the worker (sandbox/memory_group.h), or none
};

Json to_json(const CheckerSettings& settings);
CheckerSettings checker_settings(const Json& line);

/// Which checks to run: GoogleTest's filter, and the seed that they draw from.
struct CheckRequest {
  std::string filter;
  std::uint64_t seed = 0;
};

Json to_json(const CheckRequest& request);
CheckRequest check_request(const Json& line);

/// One line of a checker's answer.
struct CheckReply {
  CheckResult result;
  bool worker_lost = false;    // perhaps not the submission's fault: to be tried once more
  bool machine_fault = false;  // no worker could be started; the message says why
  bool out_of_checkers_memory = false;  // the submission's doing only if it does not happen to the master
};

Json to_json(const CheckReply& line);
CheckReply check_reply(const Json& line);

}  // namespace spinlab::judging
