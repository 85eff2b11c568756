#include "src/judging/sandbox/process_memory.h"

#include <string>

#include "src/judging/sandbox/kernel_files.h"

namespace spinlab::sandbox {
namespace {

std::optional<std::uint64_t> bytes_behind(pid_t process, std::initializer_list<std::string_view> names) {
  const auto kib = sum_behind("/proc/" + std::to_string(process) + "/status", names);
  if (!kib) return std::nullopt;
  return static_cast<std::uint64_t>(*kib) << 10;
}

}  // namespace

pid_t number_of(const Descriptor& process) {
  const auto number = sum_behind("/proc/self/fdinfo/" + std::to_string(process.get()), {"Pid:"});
  return static_cast<pid_t>(number.value_or(-1));
}

std::optional<std::uint64_t> private_bytes(pid_t process) {
  return bytes_behind(process, {"RssAnon:", "RssShmem:", "VmPTE:", "VmSwap:"});
}

std::optional<std::uint64_t> data_bytes(pid_t process) { return bytes_behind(process, {"VmData:"}); }

}  // namespace spinlab::sandbox
