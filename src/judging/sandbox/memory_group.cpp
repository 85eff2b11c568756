#include "src/judging/sandbox/memory_group.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

#include "src/judging/sandbox/kernel_files.h"

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

constexpr std::string_view kPrefix = "spinlab-";
constexpr auto kPatience = std::chrono::seconds(1);

struct Mount {
  std::string root;  // the group that is seen at `point`
  fs::path point;
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::int64_t number_in(const fs::path& file) {
  std::int64_t number = 0;
  std::ifstream(file) >> number;
  return number;
}

/// Whether a list with commas or spaces holds `word`.
bool lists(std::string list, const std::string& word) {
  std::replace(list.begin(), list.end(), ',', ' ');
  std::istringstream words(list);
  return std::find(std::istream_iterator<std::string>(words), {}, word) !=
         std::istream_iterator<std::string>();
}

/// Of file systems of a type and, where it is not empty, with an option of their own. A line of mountinfo:
/// number, parent's, device, root, point, options, any number of fields, "-", type, source, options of the
/// file system.
std::vector<Mount> mounts_of(const std::string& mounts, const std::string& wanted,
                             const std::string& option) {
  std::vector<Mount> found;
  std::istringstream lines(mounts);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string skipped, root, point, type, options;
    fields >> skipped >> skipped >> skipped >> root >> point;
    while (fields >> skipped && skipped != "-") {
    }
    fields >> type >> skipped >> options;
    if (type == wanted && (option.empty() || lists(options, option))) found.push_back({root, point});
  }
  return found;
}

/// The third field of the line of /proc/self/cgroup that names these controllers (none: version 2).
std::optional<std::string> own_group(const std::string& groups, const std::string& controller) {
  std::istringstream lines(groups);
  for (std::string number, names, group;
       std::getline(lines, number, ':') && std::getline(lines, names, ':') && std::getline(lines, group);)
    if (controller.empty() ? number == "0" && names.empty() : lists(names, controller)) return group;
  return std::nullopt;
}

/// Where a mount shows a group; empty where it lies outside of what is mounted.
fs::path shown(const Mount& mount, const fs::path& group) {
  const auto below = group.lexically_relative(mount.root);
  if (below.empty() || *below.begin() == "..") return {};
  return below == "." ? mount.point : mount.point / below;
}

bool may_write(const fs::path& path) { return ::access(path.c_str(), W_OK) == 0; }

/// Whether groups in `folder` can have processes of ours, and where it is of version 2, limits of their own.
bool can_have_groups(const fs::path& folder, bool version_2) {
  return may_write(folder) && may_write(folder / "cgroup.procs") &&
         (!version_2 || lists(text_of(folder / "cgroup.subtree_control"), "memory"));
}

std::string owned_name(unsigned number) {
  return std::string(kPrefix) + std::to_string(::getpid()) + "-" + std::to_string(number);
}

bool make_folder(const fs::path& folder) {
  std::error_code error;
  return fs::create_directory(folder, error);
}

bool remove_folder(const fs::path& folder) { return ::rmdir(folder.c_str()) == 0 || errno != EBUSY; }

/// In version 2 a group with limited groups in it, unless it is the root, has no processes itself: this one
/// goes into a leaf. False, and all as it was, where the group is not ours, or others are in it too.
bool divide(const fs::path& group) {
  const auto control = group / "cgroup.subtree_control";
  if (!may_write(control) || !lists(text_of(group / "cgroup.controllers"), "memory")) return false;
  if (tell_kernel(control, "+memory")) return true;
  const auto process = std::to_string(::getpid());
  const auto leaf = group / owned_name(0);
  if (!make_folder(leaf)) return false;
  if (tell_kernel(leaf / "cgroup.procs", process) && tell_kernel(control, "+memory")) return true;
  tell_kernel(group / "cgroup.procs", process);
  remove_folder(leaf);
  return false;
}

fs::path home_of_version_1(const std::string& groups, const std::string& mounts) {
  const auto group = own_group(groups, "memory");
  if (!group) return {};
  for (const auto& mount : mounts_of(mounts, "cgroup", "memory"))
    if (const auto folder = shown(mount, *group); !folder.empty() && can_have_groups(folder, false))
      return folder;
  return {};
}

/// Beside our own group, which may be full of processes, or in it.
fs::path home_of_version_2(const std::string& groups, const std::string& mounts) {
  const auto group = own_group(groups, "");
  if (!group) return {};
  for (const auto& mount : mounts_of(mounts, "cgroup2", "")) {
    const auto folder = shown(mount, *group);
    if (folder.empty()) continue;
    if (folder != mount.point && can_have_groups(folder.parent_path(), true)) return folder.parent_path();
    if (can_have_groups(folder, true) || divide(folder)) return folder;
  }
  return {};
}

fs::path find_home() {
  // A container may let nobody make groups; this tries how grading does there.
  if (std::getenv("SPINLAB_WITHOUT_MEMORY_GROUPS") != nullptr) return {};
  const auto found = memory_group_home(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"));
  if (!found.empty()) remove_abandoned_groups(found);
  return found;
}

const fs::path& home() {
  static const auto found = find_home();
  return found;
}

/// Whether a group is named after a process that has ended.
bool is_abandoned(const std::string& name) {
  if (!name.starts_with(kPrefix)) return false;
  pid_t owner = 0;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), owner);
  return owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH;
}

}  // namespace

MemoryGroup::MemoryGroup(fs::path folder) : folder_(std::move(folder)) {}

bool MemoryGroup::is_version_2() const { return fs::exists(folder_ / "memory.max"); }

/// The file for swap is missing where the kernel does not account for it. Version 1 takes no limit of memory
/// above that of memory and swap together.
bool MemoryGroup::set_limit(std::uint64_t bytes) const {
  const auto limit = std::to_string(bytes);
  if (is_version_2()) {
    const auto swap = folder_ / "memory.swap.max";
    return tell_kernel(folder_ / "memory.max", limit) && (!fs::exists(swap) || tell_kernel(swap, "0"));
  }
  const auto both = folder_ / "memory.memsw.limit_in_bytes";
  const bool counts_swap = fs::exists(both) && tell_kernel(both, "-1");
  return tell_kernel(folder_ / "memory.limit_in_bytes", limit) && (!counts_swap || tell_kernel(both, limit));
}

bool MemoryGroup::enter(pid_t process) const {
  return process > 0 && tell_kernel(folder_ / "cgroup.procs", std::to_string(process));
}

/// A machine that is full as a whole kills too, and not for what the group did.
bool MemoryGroup::was_full() const {
  constexpr std::int64_t kTenths = 9;
  if (is_version_2()) return sum_behind(folder_ / "memory.events", {"oom"}).value_or(0) > 0;
  const auto most = std::max(number_in(folder_ / "memory.max_usage_in_bytes"),
                             number_in(folder_ / "memory.memsw.max_usage_in_bytes"));
  return most / kTenths >= number_in(folder_ / "memory.limit_in_bytes") / 10;
}

std::uint64_t MemoryGroup::kills() const {
  const auto file = folder_ / (is_version_2() ? "memory.events" : "memory.oom_control");
  const auto kills = sum_behind(file, {"oom_kill"}).value_or(0);
  return kills > 0 && was_full() ? static_cast<std::uint64_t>(kills) : 0;
}

TemporaryMemoryGroup::TemporaryMemoryGroup() {
  static std::atomic<unsigned> made{0};
  if (home().empty()) return;
  const auto folder = home() / owned_name(++made);
  if (make_folder(folder)) folder_ = folder;
}

TemporaryMemoryGroup::~TemporaryMemoryGroup() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!folder_.empty() && !remove_folder(folder_) && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void prepare_memory_groups() { home(); }

fs::path memory_group_home(const std::string& groups, const std::string& mounts) {
  const auto found = home_of_version_1(groups, mounts);
  return found.empty() ? home_of_version_2(groups, mounts) : found;
}

void remove_abandoned_groups(const fs::path& home) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(home, ignored))
    if (is_abandoned(entry.path().filename())) remove_folder(entry.path());
}

}  // namespace spinlab::sandbox
