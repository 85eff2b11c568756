#include "src/judging/checker/check_listener.h"

#include <chrono>
#include <filesystem>

#include "src/core/printable.h"
#include "src/judging/channel/out_of_memory.h"
#include "src/judging/checker/check.h"

namespace spinlab::judging {
namespace {

std::uint64_t seed_of_this_run = 0;

std::string full_name(const testing::TestInfo& test) {
  return std::string(test.test_suite_name()) + "." + test.name();
}

/// GoogleTest wraps what an uncaught exception says, and LibTorch adds a stack trace; the student needs just
/// that.
std::string without_wrapping(std::string message) {
  const std::string refusal = " throws an exception of type StudentError.";
  if (const auto at = message.find(refusal); message.starts_with("Expected: ") && at != std::string::npos)
    message.replace(at, refusal.size(), " throws.");
  const std::string before = "C++ exception with description \"", after = "\" thrown in ";
  const auto begin = message.find(before), end = message.rfind(after);
  if (begin != 0 || end == std::string::npos) return message;
  message = message.substr(before.size(), end - before.size());
  return message.substr(0, message.find("\nException raised from "));
}

std::string place(const testing::TestPartResult& part) {
  if (part.file_name() == nullptr) return "";
  return " (" + std::filesystem::path(part.file_name()).filename().string() + ":" +
         std::to_string(part.line_number()) + ")";
}

bool is_out_of_memory(const testing::TestResult& result) {
  for (int i = 0; i < result.total_part_count(); ++i) {
    const std::string message = result.GetTestPartResult(i).message();
    if (message.starts_with("C++ exception") && says_out_of_memory(message)) return true;
  }
  return false;
}

/// The first thing that failed, and how many others did.
std::string first_failure(const testing::TestResult& result) {
  std::string message;
  int others = -1;
  for (int i = 0; i < result.total_part_count(); ++i) {
    const auto& part = result.GetTestPartResult(i);
    if (part.passed()) continue;
    if (++others == 0) message = printable(without_wrapping(part.message())) + place(part);
  }
  return others > 0 ? message + "; and " + std::to_string(others) + " more" : message;
}

}  // namespace

std::uint64_t check_seed() { return seed_of_this_run; }

CheckListener::CheckListener(const CheckerSettings& settings, std::unique_ptr<Worker> worker,
                             std::function<void(const CheckReply&)> report)
    : settings_(settings), worker_(std::move(worker)), report_(std::move(report)) {
  use_seed(settings.seed);
}

void CheckListener::use_seed(std::uint64_t seed) { seed_of_this_run = settings_.seed = seed; }

void CheckListener::wait_for_worker() {
  try {
    worker_->wait_until_ready();
  } catch (const c10::Error&) {
  }
}

void CheckListener::OnTestStart(const testing::TestInfo& test) {
  check_.emplace(*worker_, full_name(test), settings_.seed, settings_.limits);
}

void CheckListener::OnTestEnd(const testing::TestInfo& test) {
  const auto body_ended = std::chrono::steady_clock::now();
  if (test.result()->Passed()) check_->call_again();
  auto line = line_for(test);
  line.result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - body_ended).count();
  check_.reset();
  report_(line);
}

CheckReply CheckListener::line_for(const testing::TestInfo& test) const {
  const auto& result = *test.result();
  CheckReply line{{full_name(test), Outcome::kPassed, "", static_cast<double>(result.elapsed_time()) / 1000}};
  if (const auto& end = check_->ended()) {
    line.result.outcome = end->outcome;
    line.result.message = end->why;
    line.worker_lost = end->worker_lost;
    line.machine_fault = end->machine_fault;
  } else if (result.Skipped()) {
    line.result = {line.result.name, Outcome::kNotRun, first_failure(result), line.result.seconds};
  } else if (result.Failed() && is_out_of_memory(result)) {
    line.result = {line.result.name, Outcome::kOverMemory,
                   "what the functions returned is so large that the check itself ran out of memory, " +
                       std::to_string(settings_.limits.checker_bytes() >> 20) + " MiB",
                   line.result.seconds};
    line.out_of_checkers_memory = true;
  } else if (result.Failed()) {
    line.result = {line.result.name, Outcome::kFailed, first_failure(result), line.result.seconds};
  }
  return line;
}

}  // namespace spinlab::judging
