#include "src/judging/compile/toolchain.h"

#include <sstream>

#include "src/core/config.h"
#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

std::vector<fs::path> paths(const Config& config, const std::string& key) {
  const auto texts = config.get<std::vector<std::string>>(key);
  return {texts.begin(), texts.end()};
}

Toolchain read_toolchain() {
  const auto folder = program_folder().parent_path() / "grading";
  const auto file = folder / "toolchain.json";
  TORCH_CHECK(fs::exists(file), file.string(), " is missing: configure and build the project again");
  const Config config(read_json(file), file);
  return {folder,
          config.get<std::string>("compiler"),
          config.get<std::vector<std::string>>("flags"),
          paths(config, "readable"),
          config.get<std::vector<std::string>>("link_flags"),
          paths(config, "libraries"),
          config.get<bool>("prelude_libraries")};
}

}  // namespace

std::vector<fs::path> Toolchain::library_folders() const {
  constexpr std::uintmax_t kMaxBytes = 1 << 16;
  std::istringstream lines(read_file(folder / "library_folders.txt", kMaxBytes));
  std::vector<fs::path> folders;
  for (std::string line; std::getline(lines, line);) folders.emplace_back(line);
  return folders;
}

const Toolchain& toolchain() {
  static const auto read = read_toolchain();
  return read;
}

}  // namespace spinlab::judging
