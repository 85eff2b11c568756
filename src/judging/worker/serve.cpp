#include "src/judging/worker/serve.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <new>

#include "src/judging/channel/out_of_memory.h"
#include "src/judging/channel/socket.h"
#include "src/judging/worker/exports.h"
#include "src/judging/worker/not_implemented.h"

namespace spinlab::judging {
namespace {

// The checker ends the worker when its time is up; this side need not.
const auto kNever = std::chrono::hours(24);

/// Of a longer text nobody would read the rest.
constexpr std::size_t kMaxText = std::size_t{1} << 14;

Message error_reply(const char* kind, const std::string& text) {
  const auto what = text.substr(0, kMaxText);
  return {{{"error", kind}, {"what", nlohmann::json::binary({what.begin(), what.end()})}}, {}};
}

/// The calls that come in, one after the other, and the calls back that their functions make meanwhile.
class Server {
 public:
  Server(int descriptor, std::uint64_t seed) : socket_(descriptor), seed_(seed) {}

  void run() {
    for (;;) {
      auto request = receive();
      reply(answer(request));
      ++calls_;
    }
  }

 private:
  static Deadline never() { return std::chrono::steady_clock::now() + kNever; }
  Message receive() { return socket_.receive(never()); }
  void send(const Message& message) { socket_.send(message, never()); }

  void reply(const Message& answer) {
    try {
      send(answer);
    } catch (const ProtocolError& error) {  // nothing of it is sent
      send(error_reply("too large", error.what()));
    }
  }

  Message answer(Message& request) {
    try {
      return call(request);
    } catch (const NotImplemented& error) {
      return error_reply("not implemented", error.what());
    } catch (const BrokenRule& error) {
      return error_reply("broken rule", error.what());
    } catch (const std::bad_alloc&) {
      return error_reply("memory", "std::bad_alloc");
    } catch (const c10::Error& error) {
      const std::string what = error.what_without_backtrace();
      return error_reply(says_out_of_memory(what) ? "memory" : "exception", what);
    } catch (const std::exception& error) {
      return error_reply("exception", error.what());
    } catch (...) {
      return error_reply("exception", "something that is no std::exception");
    }
  }

  Message call(Message& request) {
    const auto name = request.head.at("call").get<std::string>();
    const auto function = find_export(name);
    if (function == nullptr) return error_reply("not exported", name);
    if (request.head.contains("again")) at::manual_seed(seed_);  // as it was at the first call
    const auto call_back = [this, of = calls_](std::size_t place, const Message& arguments) {
      return ask(of, place, arguments);
    };
    auto result =
        function({std::move(request.head.at("arguments")), std::move(request.payload), {}, call_back});
    return {{{"value", std::move(result.head)}}, std::move(result.payload)};
  }

  Message ask(std::size_t call, std::size_t place, const Message& arguments) {
    if (call != calls_)
      throw std::logic_error("a function that came as an argument was called after that call had ended");
    send({{{"call back", place}, {"arguments", arguments.head}}, arguments.payload});
    auto reply = receive();
    if (reply.head.contains("value")) return {std::move(reply.head["value"]), std::move(reply.payload)};
    const auto& what = reply.head.at("what").get_binary();
    throw std::runtime_error(std::string(what.begin(), what.end()));
  }

  Socket socket_;
  const std::uint64_t seed_;
  std::size_t calls_ = 0;
};

}  // namespace
}  // namespace spinlab::judging

void spinlab_serve(int descriptor, std::uint64_t seed) {
  using namespace spinlab::judging;
  at::set_num_threads(1);
  at::manual_seed(seed);
  try {
    Server(descriptor, seed).run();
  } catch (const ChannelClosed&) {
  }
}
