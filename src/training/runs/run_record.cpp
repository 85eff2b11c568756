#include "src/training/runs/run_record.h"

#include <torch/version.h>
#include <unistd.h>

#include <fstream>

#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/utc_time.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string packed(const fs::path& git, const std::string& reference) {
  std::ifstream in(git / "packed-refs");
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with(' ' + reference)) return line.substr(0, line.find(' '));
  }
  return "";
}

/// The hash that HEAD stands at, read as git stores it: starting git would cost more than the first step.
std::string commit() {
  const auto git = root() / ".git";
  const auto head = first_line(git / "HEAD");
  if (!head.starts_with("ref: ")) return head;
  const auto reference = head.substr(5), hash = first_line(git / reference);
  return hash.empty() ? packed(git, reference) : hash;
}

std::string host() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace

Json run_record(const std::string& command, int ranks) {
  Json record = {{"command", clean_utf8(command)},
                 {"started", utc_now()},
                 {"host", host()},
                 {"commit", commit()},
                 {"versions", {{"spinlab", SPINLAB_VERSION}, {"libtorch", TORCH_VERSION}}}};
  if (ranks > 1) record["ranks"] = ranks;
  return record;
}

}  // namespace spinlab::training
