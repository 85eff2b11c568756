#include "src/grading/check/serve.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <new>

#include "src/grading/channel/socket.h"
#include "src/grading/check/not_implemented.h"

namespace spinlab::grading {
namespace {

// The checker ends the worker when its time is up; this side need not.
const auto kNever = std::chrono::hours(24);

Message error_reply(const char* kind, const std::string& what) {
  return {{{"error", kind}, {"what", nlohmann::json::binary({what.begin(), what.end()})}}, {}};
}

bool is_out_of_memory(const std::string& what) {
  return what.find("allocate memory") != std::string::npos ||
         what.find("not enough memory") != std::string::npos;
}

Message call(const std::string& name, const Message& arguments) {
  const auto function = find_export(name);
  if (function == nullptr) return error_reply("not exported", name);
  auto result = function(arguments);
  return {{{"value", std::move(result.head)}}, std::move(result.payload)};
}

Message answer(Message request) {
  try {
    return call(request.head.at("call").get<std::string>(),
                {std::move(request.head.at("arguments")), std::move(request.payload)});
  } catch (const NotImplemented& error) {
    return error_reply("not implemented", error.what());
  } catch (const std::bad_alloc&) {
    return error_reply("memory", "std::bad_alloc");
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    return error_reply(is_out_of_memory(what) ? "memory" : "exception", what);
  } catch (const std::exception& error) {
    return error_reply("exception", error.what());
  } catch (...) {
    return error_reply("exception", "something that is no std::exception");
  }
}

}  // namespace
}  // namespace spinlab::grading

void spinlab_serve(int descriptor, std::uint64_t seed) {
  using namespace spinlab::grading;
  at::set_num_threads(1);
  at::manual_seed(seed);
  Socket socket(descriptor);
  try {
    for (;;)
      socket.send(answer(socket.receive(std::chrono::steady_clock::now() + kNever)),
                  std::chrono::steady_clock::now() + kNever);
  } catch (const ChannelClosed&) {
  }
}
