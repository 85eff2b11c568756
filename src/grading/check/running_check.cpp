#include "src/grading/check/running_check.h"

#include <signal.h>
#include <sys/wait.h>

#include <cmath>

#include "src/core/seed.h"
#include "src/grading/check/check.h"
#include "src/grading/check/printable.h"

namespace spinlab::grading {
namespace {

RunningCheck* running = nullptr;
constexpr auto kGrace = std::chrono::milliseconds(1000);

/// Ends a check; no kind of StudentError, so that no check can take it for an expected exception.
struct CheckEnded : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string seconds_text(double seconds) {
  auto text = std::to_string(seconds);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

}  // namespace

RunningCheck::RunningCheck(Worker& worker, std::string name, std::uint64_t seed, const CheckLimits& limits)
    : worker_(worker), limits_(limits) {
  order_.cpu_seconds = static_cast<std::uint64_t>(std::ceil(limits.seconds));
  order_.memory_bytes = static_cast<std::uint64_t>(limits.memory_bytes);
  order_.seed = derive_seed(seed, name);
  running = this;
}

RunningCheck::~RunningCheck() {
  running = nullptr;
  if (!socket_) return;
  try {
    worker_.end(std::chrono::milliseconds(0));
  } catch (const std::exception&) {  // the next begin() says so
  }
}

RunningCheck& RunningCheck::current() {
  TORCH_CHECK(running != nullptr, "a STUDENT function can only be called while a check runs");
  return *running;
}

void RunningCheck::end(End end) {
  if (!end_) end_ = std::move(end);
  throw CheckEnded(end_->why);
}

Message RunningCheck::call(const std::string& function, const Message& arguments) {
  if (end_) throw CheckEnded(end_->why);
  return open(function, exchange(function, arguments));
}

/// The check's clock starts here: what the worker needs to get ready is not the student's.
void RunningCheck::start_child() {
  try {
    socket_ = worker_.begin(order_);
  } catch (const c10::Error& error) {
    end({.why = error.what_without_backtrace(), .machine_fault = true});
  }
  deadline_ = seconds_from_now(limits_.seconds);
}

Message RunningCheck::exchange(const std::string& function, const Message& arguments) {
  try {
    if (!socket_) start_child();
    socket_->send({{{"call", function}, {"arguments", arguments.head}}, arguments.payload}, deadline_);
    return socket_->receive(deadline_);
  } catch (const ChannelTimeout&) {
    end(out_of_time(function));
  } catch (const ChannelClosed&) {
    end(diagnose(function));
  } catch (const ProtocolError& error) {
    end({Outcome::kFailed, function + ": " + error.what()});
  }
}

Message RunningCheck::open(const std::string& function, Message reply) {
  auto& head = reply.head;
  if (head.is_object() && head.size() == 1 && head.contains("value"))
    return {std::move(head["value"]), std::move(reply.payload)};
  if (!head.is_object() || head.size() != 2 || !head.contains("what") || !head["what"].is_binary() ||
      !head.contains("error"))
    end({Outcome::kFailed, function + ": the worker's answer is not one"});
  const auto& bytes = head["what"].get_binary();
  const auto what = printable({bytes.begin(), bytes.end()});
  if (head["error"] == "exception") throw StudentError(function + " threw: " + what);
  if (head["error"] == "memory")
    end({Outcome::kOverMemory, function + " asked for too much memory: " + what});
  if (head["error"] == "not exported") end({Outcome::kFailed, function + " is not in exports.cpp"});
  end({Outcome::kFailed, what});
}

RunningCheck::End RunningCheck::out_of_time(const std::string& function) const {
  return {Outcome::kTimedOut, function + ": no answer within the check's " + seconds_text(limits_.seconds)};
}

/// The worker's end of the socket is closed: why?
RunningCheck::End RunningCheck::diagnose(const std::string& function) {
  Worker::Ending ending;
  try {
    ending = worker_.end(kGrace);
    socket_.reset();
  } catch (const c10::Error&) {
    return {Outcome::kCrashed, function + ": the worker's parent process ended as well", true};
  }
  const bool full = ending.peak_bytes > 0.9 * static_cast<double>(limits_.memory_bytes);
  if (full)
    return {Outcome::kOverMemory,
            function + " used more than " + std::to_string(limits_.memory_bytes >> 20) + " MiB"};
  if (WIFSIGNALED(ending.wait_status) && WTERMSIG(ending.wait_status) == SIGXCPU)
    return out_of_time(function);
  return {Outcome::kCrashed,
          function + " ended the process: " + sandbox::describe_status(ending.wait_status)};
}

Message call_student(const std::string& name, const Message& arguments) {
  return RunningCheck::current().call(name, arguments);
}

void end_check(const std::string& why) { RunningCheck::current().end({Outcome::kFailed, why}); }

}  // namespace spinlab::grading
