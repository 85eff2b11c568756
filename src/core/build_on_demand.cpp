#include "src/core/build_on_demand.h"

#include <c10/util/Exception.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "src/core/files.h"
#include "src/core/interrupt.h"

extern char** environ;

namespace fs = std::filesystem;

namespace spinlab {
namespace {

using Time = fs::file_time_type;

Time time_of(const fs::path& file) {
  std::error_code missing;
  const auto time = fs::last_write_time(file, missing);
  return missing ? Time::min() : time;
}

bool is_source(const fs::path& file) {
  const auto ending = file.extension();
  return ending == ".h" || ending == ".cpp" || ending == ".cmake" || file.filename() == "CMakeLists.txt";
}

Time newest(const fs::path& source) {
  if (!fs::is_directory(source)) return time_of(source);
  auto latest = Time::min();
  for (const auto& entry : fs::recursive_directory_iterator(source))
    if (is_source(entry.path())) latest = std::max(latest, time_of(entry.path()));
  return latest;
}

/// What every target depends on.
constexpr const char* kBuildFiles[] = {"CMakeLists.txt", "CMakePresets.json", "cmake"};

Time newest_source(const OnDemand& wanted, const BuildTree& tree) {
  auto latest = Time::min();
  for (const auto* file : kBuildFiles) latest = std::max(latest, newest(tree.project / file));
  for (const auto& source : wanted.sources) latest = std::max(latest, newest(tree.project / source));
  return latest;
}

/// When ./spinlab began the last build of a target, or of all, that came to its end.
Time built(const std::string& target, const BuildTree& tree) {
  return std::max(time_of(tree.build / "stamps" / target), time_of(tree.build / "stamps/all"));
}

bool is_missing(const std::string& target, const BuildTree& tree) {
  return !fs::exists(tree.build / "bin" / target) || built(target, tree) == Time::min();
}

/// Waits for ./spinlab --build. Who ends this process, perhaps while it waits for its turn, ends that as
/// well.
bool run_build(const OnDemand& wanted, const BuildTree& tree) {
  std::vector<std::string> words{tree.project / "spinlab", "--build", wanted.what};
  words.insert(words.end(), wanted.targets.begin(), wanted.targets.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ);
  TORCH_CHECK(failed == 0, words[0], " cannot be started: ", std::strerror(failed));
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (Interrupt::requested()) ::kill(child, SIGTERM);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

void build_where_stale(const OnDemand& wanted, const BuildTree& tree) {
  if (!fs::exists(tree.build / "configured")) return;  // ./spinlab writes it
  const auto any = [&](auto predicate) {
    return std::any_of(wanted.targets.begin(), wanted.targets.end(), predicate);
  };
  const bool missing = any([&](const auto& target) { return is_missing(target, tree); });
  const auto latest = newest_source(wanted, tree);
  if (!missing && !any([&](const auto& target) { return built(target, tree) < latest; })) return;
  std::cerr << "spinlab: builds " << wanted.what << (missing ? ": first use" : ": its sources have changed")
            << std::endl;
  const bool built_now = run_build(wanted, tree);
  TORCH_CHECK(built_now || !Interrupt::requested(), "the build of ", wanted.what,
              " was interrupted; the next start goes on with it");
  TORCH_CHECK(built_now, wanted.what, " could not be built; the lines above say why");
}

void require_built(const OnDemand& wanted) {
  static std::mutex mutex;
  static std::map<std::vector<std::string>, std::string> asked;  // the failure, if any
  const std::lock_guard lock(mutex);
  const auto [entry, first] = asked.try_emplace(wanted.targets);
  if (first) {
    try {
      build_where_stale(wanted, {SPINLAB_SOURCE_DIR, program_folder().parent_path()});
    } catch (const c10::Error& error) {
      entry->second = error.what_without_backtrace();
    }
  }
  TORCH_CHECK(entry->second.empty(), entry->second);
}

}  // namespace spinlab
