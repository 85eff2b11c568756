#include "src/judging/checker/running_check.h"

#include <signal.h>
#include <sys/wait.h>

#include <cmath>
#include <map>

#include "src/core/printable.h"
#include "src/core/seed.h"
#include "src/judging/checker/check.h"
#include "src/judging/rules.h"

namespace spinlab::judging {
namespace {

RunningCheck* running = nullptr;
constexpr auto kGrace = std::chrono::milliseconds(1000);

/// A function that hangs would cost every check that calls it the whole limit: so often is it waited for in a
/// run.
constexpr int kPatience = 2;
std::map<std::string, int> time_outs;

/// Ends a check; no kind of StudentError, so that no check can take it for an expected exception.
struct CheckEnded : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Message error_reply(const std::string& what) {
  return {{{"error", "exception"}, {"what", nlohmann::json::binary({what.begin(), what.end()})}}, {}};
}

/// What the check's own function makes of arguments that may be anything. Throws ProtocolError where they are
/// none, or there is no such function.
Message call_back(const std::vector<Message::Function>& functions, const Promise& promise, Message request) {
  auto& head = request.head;
  if (head.size() != 2 || !head.contains("arguments") || !head["call back"].is_number_unsigned() ||
      head["call back"].get<std::uint64_t>() >= functions.size())
    throw ProtocolError("the worker calls a function that it was not given");
  const auto place = head["call back"].get<std::size_t>();
  if (const auto why = promise.refuses(place, head["arguments"]); !why.empty())
    return error_reply("a function was called with " + why);
  try {
    auto result = functions[place]({std::move(head["arguments"]), std::move(request.payload)});
    return {{{"value", std::move(result.head)}}, std::move(result.payload)};
  } catch (const ProtocolError&) {
    throw;
  } catch (const c10::Error& error) {
    return error_reply(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return error_reply(error.what());
  }
}

Message call_of(const std::string& function, const Message& arguments) {
  return {{{"call", function}, {"arguments", arguments.head}}, arguments.payload};
}

/// A submission's own words: no line of them may pass for one of ours.
std::string quoted(const std::string& words) {
  std::string text;
  for (const char c : printable(words)) text += c == '\n' ? std::string("\n  | ") : std::string(1, c);
  return text;
}

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
  order_.seed = one_way_seed(seed, name);
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

Message RunningCheck::call(const std::string& function, const char* contract, const Message& arguments,
                           bool repeatable) {
  if (end_) throw CheckEnded(end_->why);
  TORCH_CHECK(!called_back_, "a check's function that a student's calls must not call a student's itself");
  if (time_outs[function] >= kPatience)
    end({Outcome::kTimedOut, function + ": ran out of time " + std::to_string(kPatience) +
                                 " times before, so it was not called again"});
  static std::map<std::string, ShapeContract> contracts;  // a check may call a function thousands of times
  const Promise promise(contracts.try_emplace(contract, contract).first->second, arguments.head);
  const bool is_first = !socket_;
  if (is_first && repeatable) first_.emplace(function, arguments);
  if (!is_first && first_) first_->see(function, arguments);
  const auto answer = exchange(function, call_of(function, arguments), [&](Message request) {
    const auto kept = is_first && first_ ? std::optional(request) : std::nullopt;
    auto reply = call_back(arguments.functions, promise, std::move(request));
    if (kept) first_->add_call_back(*kept, reply);
    return reply;
  });
  if (is_first && first_) first_->set_answer(answer);
  auto result = open(function, answer);
  if (const auto why = promise.broken_by(result.head); !why.empty())
    end({Outcome::kFailed, function + " returned " + why});
  return result;
}

void RunningCheck::call_again() {
  if (!first_ || !may_call_again_ || end_ || !socket_) return;
  const int repetitions = first_->repetitions();
  try {
    if (repetitions > 0 && first_->said_too_much())
      end({Outcome::kFailed, first_->function() + ' ' + std::string(rules::kSaidTooMuch)});
    for (int i = 0; i < repetitions; ++i) repeat_first_call();
  } catch (const CheckEnded&) {
    if (end_->outcome != Outcome::kTimedOut) return;
    --time_outs[first_->function()];
    end_.reset();
  }
}

void RunningCheck::repeat_first_call() {
  const auto& function = first_->function();
  const auto differs = [&](const std::string& what) {
    end({Outcome::kFailed, function + what + ' ' + std::string(rules::kCalledAgain)});
  };
  auto call = call_of(function, first_->arguments());
  call.head["again"] = true;
  std::size_t calls_back = 0;
  const auto answer = exchange(function, call, [&](const Message& request) {
    const auto* reply = first_->reply_to(calls_back++, request);
    if (reply == nullptr) differs(" called a function of its arguments with other values");
    return Message{reply->head, reply->payload};
  });
  if (!first_->is_answer(answer)) differs(" returned something else");
}

/// The check's clock starts here: what the worker needs to get ready is not the student's.
void RunningCheck::start_child() {
  try {
    socket_ = worker_.begin(order_);
  } catch (const c10::Error& error) {
    end({.why = error.what_without_backtrace(), .machine_fault = true});
  }
  deadline_ = seconds_from_now(limits_.wall_seconds());
}

Message RunningCheck::exchange(const std::string& function, const Message& call, const CallBack& call_back) {
  try {
    if (!socket_) start_child();
    try {
      socket_->send(call, deadline_);
    } catch (const ChannelClosed&) {  // it may have said why before it left
    }
    return answer_calls_back(call_back);
  } catch (const ChannelTimeout&) {
    end(out_of_time(function, "no answer within " + seconds_text(limits_.wall_seconds())));
  } catch (const ChannelClosed&) {
    end(diagnose(function));
  } catch (const ProtocolError& error) {
    end({Outcome::kFailed, function + ": " + error.what()});
  }
}

Message RunningCheck::answer_calls_back(const CallBack& call_back) {
  for (;;) {
    auto message = socket_->receive(deadline_);
    if (!message.head.is_object() || !message.head.contains("call back")) return message;
    called_back_ = true;
    const auto reply = call_back(std::move(message));
    called_back_ = false;
    socket_->send(reply, deadline_);
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
  const auto what = quoted({bytes.begin(), bytes.end()});
  if (head["error"] == "exception") throw StudentError(function + std::string(kThrew) + what);
  if (head["error"] == "memory")
    end({Outcome::kOverMemory, function + " asked for too much memory: " + what});
  if (head["error"] == "not loaded") end({Outcome::kCrashed, what});
  if (head["error"] == "broken rule") end({Outcome::kFailed, function + ": " + what});
  if (head["error"] == "too large") end({Outcome::kFailed, function + " returned " + what});
  if (head["error"] == "not exported") end({Outcome::kFailed, function + " is not in calls.h"});
  end({Outcome::kFailed, what});
}

RunningCheck::End RunningCheck::out_of_time(const std::string& function, const std::string& how) const {
  ++time_outs[function];
  return {Outcome::kTimedOut, function + ": " + how};
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
  if (full || ending.over_memory)
    return {Outcome::kOverMemory,
            function + " used more than " + std::to_string(limits_.memory_bytes >> 20) + " MiB"};
  // The kernel sends SIGXCPU, and a second later, to who ignores that, SIGKILL.
  const bool used_up = static_cast<double>(ending.cpu_ms) >= 1000 * limits_.seconds;
  if (WIFSIGNALED(ending.wait_status) && (WTERMSIG(ending.wait_status) == SIGXCPU || used_up))
    return out_of_time(function,
                       "used up the check's " + seconds_text(limits_.seconds) + " of processor time");
  return {Outcome::kCrashed,
          function + " ended the process: " + sandbox::describe_status(ending.wait_status)};
}

Message call_student(const std::string& name, const char* contract, const Message& arguments,
                     bool repeatable) {
  return RunningCheck::current().call(name, contract, arguments, repeatable);
}

void end_check(const std::string& why) { RunningCheck::current().end({Outcome::kFailed, why}); }

void not_called_again(const std::string&) { RunningCheck::current().never_again(); }

}  // namespace spinlab::judging
