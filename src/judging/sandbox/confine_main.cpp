// spinlab-confine OPTIONS -- PROGRAM ARGUMENTS: gives up what the options say, for good, and becomes the
// program.
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "src/judging/sandbox/landlock.h"
#include "src/judging/sandbox/limits.h"
#include "src/judging/sandbox/self_test.h"
#include "src/judging/sandbox/system_calls.h"

namespace {

using namespace spinlab::sandbox;

struct Options {
  ProcessLimits limits;
  uid_t user = 0;
  std::vector<std::filesystem::path> readable, writable;
  std::vector<const char*> environment;
  std::vector<char*> command;
};

void require(bool done, const char* what) {
  if (!done) throw std::system_error(errno, std::generic_category(), what);
}

Options parse(int argc, char** argv) {
  Options options;
  const std::map<std::string, std::function<void(const char*)>> known{
      {"--user", [&](auto text) { options.user = static_cast<uid_t>(std::stoul(text)); }},
      {"--cpu-seconds", [&](auto text) { options.limits.cpu_seconds = std::stoull(text); }},
      {"--memory-bytes", [&](auto text) { options.limits.memory_bytes = std::stoull(text); }},
      {"--file-bytes", [&](auto text) { options.limits.file_bytes = std::stoull(text); }},
      {"--open-files", [&](auto text) { options.limits.open_files = std::stoull(text); }},
      {"--processes", [&](auto text) { options.limits.processes = std::stoull(text); }},
      {"--read", [&](auto text) { options.readable.emplace_back(text); }},
      {"--write", [&](auto text) { options.writable.emplace_back(text); }},
      {"--env", [&](auto text) { options.environment.push_back(text); }}};
  int i = 1;
  for (; i < argc && std::strcmp(argv[i], "--") != 0; i += 2) {
    const auto found = known.find(argv[i]);
    if (found == known.end() || i + 1 >= argc)
      throw std::invalid_argument(std::string("no such option: ") + argv[i]);
    found->second(argv[i + 1]);
  }
  for (++i; i < argc; ++i) options.command.push_back(argv[i]);
  if (options.command.empty()) throw std::invalid_argument("no program to run");
  options.command.push_back(nullptr);
  return options;
}

/// From root to a user who owns nothing; its capabilities go with it.
void become(uid_t user) {
  require(::setgroups(0, nullptr) == 0, "setgroups");
  require(::setresgid(user, user, user) == 0, "setresgid");
  require(::setresuid(user, user, user) == 0, "setresuid");
}

void confine(const Options& options) {
  if (options.user != 0) become(options.user);
  require(::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "PR_SET_PDEATHSIG");
  set_limits(options.limits);
  restrict_files(options.readable, options.writable);
  forbid_dangerous_calls();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 2 && std::strcmp(argv[1], "--version") == 0) return 0;
    const auto options = parse(argc, argv);
    confine(options);
    if (std::strcmp(options.command[0], "self-test") == 0) return self_test(options.command[1]);
    for (const auto* setting : options.environment) ::putenv(const_cast<char*>(setting));
    ::execv(options.command[0], options.command.data());
    require(false, options.command[0]);
  } catch (const std::exception& error) {
    std::cerr << "spinlab-confine: " << error.what() << '\n';
  }
  return 125;
}
