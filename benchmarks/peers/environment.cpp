#include "benchmarks/peers/environment.h"

#include <c10/util/Exception.h>

#include <iostream>

#include "src/core/files.h"
#include "src/core/run_program.h"

namespace fs = std::filesystem;

namespace spinlab::benchmarks {
namespace {

constexpr std::uintmax_t kMaxBytes = 1 << 16;

void run(std::vector<std::string> words, const std::string& what) {
  const auto end = run_program(std::move(words));
  TORCH_CHECK(end.code == 0, what, " failed: ", end.said);
}

}  // namespace

fs::path peers_python(const PeerLibraries& libraries) {
  const auto folder = root() / ".spinlab" / libraries.folder;
  const auto list = root() / "benchmarks" / "peers" / libraries.list;
  const auto installed = folder / "requirements.txt", interpreter = folder / "bin" / "python";
  const auto wanted = read_file(list, kMaxBytes);
  if (fs::exists(installed) && read_file(installed, kMaxBytes) == wanted) return interpreter;
  std::cerr << "installing what we are measured against in " << folder.string() << " (once, a minute)\n";
  fs::remove_all(folder);
  run({"python3", "-m", "venv", folder.string()}, "python3 -m venv");
  std::vector<std::string> install{interpreter.string(),         "-m", "pip", "install", "--quiet",
                                   "--disable-pip-version-check"};
  if (libraries.list_is_complete) install.push_back("--no-deps");
  install.insert(install.end(), {"--requirement", list.string()});
  run(install, "pip install");
  write_file(installed, wanted);  // last: without it the environment is not whole
  return interpreter;
}

}  // namespace spinlab::benchmarks
