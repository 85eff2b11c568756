#include "src/judging/sandbox/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

// The system calls and constants by hand: Debian 12's headers are older than the kernels that it is run with.
// [Documentation/userspace-api/landlock.rst]
namespace spinlab::sandbox {
namespace {

constexpr long kCreateRuleset = 444, kAddRule = 445, kRestrictSelf = 446;
constexpr std::uint32_t kVersionQuery = 1;
constexpr int kPathBeneath = 1;

struct RulesetAttributes {
  std::uint64_t files, network, scoped;
};

struct __attribute__((packed)) PathRule {
  std::uint64_t allowed;
  std::int32_t parent;
};

constexpr std::uint64_t kExecute = 1 << 0, kWriteFile = 1 << 1, kReadFile = 1 << 2, kReadFolder = 1 << 3,
                        kTruncate = 1 << 14;
constexpr std::uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate;

std::uint64_t all_file_rights(int abi) {
  if (abi >= 5) return (1 << 16) - 1;  // device ioctls
  if (abi >= 3) return (1 << 15) - 1;  // truncate
  return abi == 2 ? (1 << 14) - 1 : (1 << 13) - 1;
}

std::size_t attribute_bytes(int abi) { return abi >= 6 ? 24 : abi >= 4 ? 16 : 8; }

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void allow(int ruleset, const std::filesystem::path& path, std::uint64_t rights) {
  const int parent = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (parent < 0) return;
  struct stat status{};
  if (::fstat(parent, &status) == 0 && !S_ISDIR(status.st_mode)) rights &= kOfFiles;
  const PathRule rule{rights, parent};
  const long added = ::syscall(kAddRule, ruleset, kPathBeneath, &rule, 0);
  ::close(parent);
  if (added != 0) fail("landlock_add_rule");
}

}  // namespace

int landlock_abi() {
  const long abi = ::syscall(kCreateRuleset, nullptr, 0, kVersionQuery);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

int restrict_files(const std::vector<std::filesystem::path>& readable,
                   const std::vector<std::filesystem::path>& writable) {
  const int abi = landlock_abi();
  if (abi == 0) return 0;
  const auto all = all_file_rights(abi);
  const RulesetAttributes attributes{all, 3 /* TCP bind, connect */, 3 /* abstract sockets, signals */};
  const int ruleset = static_cast<int>(::syscall(kCreateRuleset, &attributes, attribute_bytes(abi), 0));
  if (ruleset < 0) fail("landlock_create_ruleset");
  for (const auto& path : readable) allow(ruleset, path, (kExecute | kReadFile | kReadFolder) & all);
  for (const auto& path : writable) allow(ruleset, path, all);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("PR_SET_NO_NEW_PRIVS");
  const long restricted = ::syscall(kRestrictSelf, ruleset, 0);
  ::close(ruleset);
  if (restricted != 0) fail("landlock_restrict_self");
  return abi;
}

}  // namespace spinlab::sandbox
