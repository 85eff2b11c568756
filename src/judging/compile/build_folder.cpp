#include "src/judging/compile/build_folder.h"

#include <sys/stat.h>

#include "src/core/files.h"
#include "src/judging/compile/toolchain.h"
#include "src/judging/sandbox/sandbox.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

/// Readable whatever the caller's umask: the sandbox may be another user.
void make_folder(const fs::path& folder) {
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms(0755));
}

void put(const fs::path& file, std::string_view text) {
  write_file(file, text);
  fs::permissions(file, fs::perms(0644));
}

}  // namespace

BuildFolder::BuildFolder(const Assignment& assignment, fs::path debugged)
    : prelude_(assignment.prelude), file_(assignment.file), debugged_(std::move(debugged)) {
  constexpr std::uintmax_t kMaxHeaderBytes = 1 << 20;
  sandbox::let_in(folder_.path());
  for (const auto& folder : {source(), output(), run()}) make_folder(folder);
  sandbox::hand_over(output());
  put(source() / assignment.header, read_file(assignment.folder / assignment.header, kMaxHeaderBytes));
  // The header's path in the repository leads to the same file.
  const auto alias = source() / "assignments" / assignment.name;
  make_folder(alias.parent_path());
  make_folder(alias);
  fs::create_symlink(fs::path("../..") / assignment.header, alias / assignment.header);
}

fs::path BuildFolder::empty_file() const {
  const auto file = source() / "empty.cpp";
  put(file, "");
  return file;
}

void BuildFolder::put_submission(const std::string& text) const { put(source() / file_, text); }

WorkerFiles BuildFolder::worker_files() const {
  return {loadable(), toolchain().prelude_library(prelude_), log("worker")};
}

/// The folders stay: sandboxes hold them.
void BuildFolder::clear() const {
  fs::remove(source() / file_);
  fs::remove(loadable());
  for (const auto& left : fs::directory_iterator(output())) fs::remove_all(left.path());
}

void BuildFolder::release() const {
  // What the sandbox wrote is not believed to be a file: a link would lead anywhere.
  TORCH_CHECK(fs::symlink_status(linked()).type() == fs::file_type::regular,
              "the linker left no shared object");
  fs::rename(linked(), loadable());
  fs::permissions(loadable(), fs::perms(0644));
}

}  // namespace spinlab::judging
