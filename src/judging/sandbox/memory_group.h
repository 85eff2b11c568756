#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

// Memory cgroups, of version 1 and 2: the kernel itself counts what processes take, however they take it, and
// kills one of them when there is no more.
namespace spinlab::sandbox {

/// A group by its folder, for whoever puts processes in or asks what became of them. What a process took
/// before it came, it has not taken from this group: pages that it shares with a parent outside count there.
class MemoryGroup {
 public:
  explicit MemoryGroup(std::filesystem::path folder);

  bool is_version_2() const;
  /// Swap included. False where the kernel refuses.
  bool set_limit(std::uint64_t bytes) const;
  /// Puts a process with all its threads in; its children begin there. False where the kernel refuses.
  bool enter(pid_t process) const;
  /// How many were killed for lack of memory so far, as long as the group's own limit was ever met.
  std::uint64_t kills() const;

 private:
  bool was_full() const;

  std::filesystem::path folder_;
};

/// A new group without processes or limit, removed at its end, which waits for the processes in it a second
/// at most. One whose owner was killed is removed by the next process that makes one.
class TemporaryMemoryGroup {
 public:
  TemporaryMemoryGroup();
  ~TemporaryMemoryGroup();
  TemporaryMemoryGroup(const TemporaryMemoryGroup&) = delete;
  TemporaryMemoryGroup& operator=(const TemporaryMemoryGroup&) = delete;

  /// Empty where none can be made here.
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// Finds out whether and where groups can be made. Under version 2 this process may have to move for that, so
/// that it comes before any child that is to outlive it; the first group does it otherwise.
void prepare_memory_groups();

/// Where this process can make groups, by the texts of /proc/self/cgroup and /proc/self/mountinfo; empty
/// where nowhere. May move it as prepare_memory_groups() does.
std::filesystem::path memory_group_home(const std::string& groups, const std::string& mounts);

/// Removes the groups in `home` whose owners have ended.
void remove_abandoned_groups(const std::filesystem::path& home);

}  // namespace spinlab::sandbox
