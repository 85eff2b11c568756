#include "src/authoring/validation_stamp.h"

#include <set>

#include "src/core/files.h"
#include "src/core/sha256.h"
#include "src/judging/compile/toolchain.h"
#include "src/judging/sandbox/program_path.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::uintmax_t kMaxBytes = 1 << 30;

std::set<fs::path> files_below(const fs::path& folder) {
  std::set<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(folder))
    if (item.is_regular_file()) files.insert(item.path());
  return files;
}

std::set<fs::path> judges(const judging::Assignment& assignment) {
  const auto& tools = judging::toolchain();
  std::set<fs::path> files{tools.folder / "toolchain.json", tools.exports(assignment.name),
                           tools.prelude(assignment.prelude), tools.prelude_library(assignment.prelude)};
  const auto build = program_folder().parent_path().string();
  for (const auto& library : tools.libraries)  // ours; another LibTorch has all built again
    if (library.string().starts_with(build)) files.insert(library);
  for (const auto& program : {std::string("spinlab"), assignment.name + "-checker", std::string("spinlab-worker"),
                              std::string("spinlab-confine"), std::string("libspinlab-fork-point.so")})
    files.insert(sandbox::program_path(program));
  return files;
}

fs::path stamp(const judging::Assignment& assignment) {
  return program_folder().parent_path() / "validated" / assignment.name;
}

}  // namespace

std::string validation_sha256(const judging::Assignment& assignment, const ValidateOptions& options) {
  Sha256 hash;
  auto files = files_below(assignment.folder);
  files.merge(files_below(root() / "assignments/shared"));
  for (const auto& other : options.course) files.insert(other.folder / "assignment.json");
  files.merge(judges(assignment));
  for (const auto& file : files)
    if (fs::exists(file)) hash.update(file.string() + '\n' + sha256_hex(read_file(file, kMaxBytes)) + '\n');
  const auto rubric =
      judging::make_rubric(assignment, options.run.filter, options.has_data, options.allow_missing_data);
  for (const auto& check : rubric.counted) hash.update(check.name + '\n');
  for (const auto& name : assignment.forbidden) hash.update(name + '\n');  // shared groups written out
  hash.update(std::to_string(options.seeds) + '\n' + std::to_string(options.variant_seeds) + '\n' +
              std::to_string(options.run.seed) + '\n' + std::to_string(options.mutants));
  return hash.hex();
}

bool was_sound(const judging::Assignment& assignment, const std::string& sha256) {
  const auto file = stamp(assignment);
  return fs::exists(file) && read_file(file, 1 << 10) == sha256;
}

void remember_sound(const judging::Assignment& assignment, const std::string& sha256) {
  write_file(stamp(assignment), sha256);
}

}  // namespace spinlab::authoring
