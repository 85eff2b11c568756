#include "models/model_file.h"

#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <set>
#include <sstream>

#include "models/kernels/kernel.h"
#include "models/registry.h"
#include "src/core/cache_folder.h"
#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/run_program.h"
#include "src/core/sha256.h"

namespace fs = std::filesystem;

namespace spinlab::models {
namespace {

constexpr std::uintmax_t kMaxSource = 4 << 20, kMaxCommands = 64 << 20;

/// How one of our own modules was compiled, up to its output: with the same flags and precompiled header.
std::string compile_command() {
  const auto build = program_folder().parent_path();
  for (const auto& entry : Json::parse(read_file(build / "compile_commands.json", kMaxCommands))) {
    const auto command = entry.at("command").get<std::string>();
    const auto output = command.find(" -o models/");
    if (output == std::string::npos || command.find("spinlab_prelude_nn") == std::string::npos) continue;
    return "cd " + shell_quoted(build.string()) + " && " + command.substr(0, output);
  }
  TORCH_CHECK(false, build.string(),
              ": does not say how models are compiled; build it anew with ./spinlab --build all");
}

/// Changes when the program is built anew, whose headers the file was compiled with.
std::string program_stamp() {
  struct stat status{};
  ::stat("/proc/self/exe", &status);
  return std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec) + '.' +
         std::to_string(status.st_size);
}

std::string first_error(const std::string& said) {
  std::istringstream lines(said);
  std::string first;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("error:") != std::string::npos) return line;
    if (first.empty()) first = line;
  }
  return first;
}

/// The file's text, its own name in front for messages, to a library.
void compile(const fs::path& source, const std::string& text, const std::string& command,
             const fs::path& library) {
  const auto object = fs::path(library).replace_extension(".o"),
             copy = fs::path(library).replace_extension(".cpp");
  write_file(copy, "#line 1 " + Json(source.string()).dump() + '\n' + text);
  std::cerr << "spinlab: compiling " << source.string() << " …\n";
  const auto shell = command + " -o " + shell_quoted(object.string()) + " -c " + shell_quoted(copy.string()) +
                     " && " + command + " -shared -o " + shell_quoted(library.string() + ".new") + ' ' +
                     shell_quoted(object.string());
  const auto end = run_program({"sh", "-c", shell});
  std::error_code none;
  for (const auto& file : {object, copy}) fs::remove(file, none);
  TORCH_CHECK_VALUE(end.code == 0, "the model does not compile: ", first_error(end.said));
  fs::rename(library.string() + ".new", library);
}

/// Loads it in a process of its own: what crashes, throws or exits there would end this one without a word.
void require_loadable(const fs::path& library, const fs::path& source) {
  constexpr int kLoaded = 73;
  const pid_t child = ::fork();
  TORCH_CHECK(child >= 0, "no process can be started to try ", source.string());
  if (child == 0) {
    const RegistrationFaults faults;
    const bool loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr;
    ::_exit(loaded ? kLoaded : kLoaded + 1);  // why not, the parent's own attempt says
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  TORCH_CHECK_VALUE(
      WIFEXITED(status) && (WEXITSTATUS(status) == kLoaded || WEXITSTATUS(status) == kLoaded + 1),
      source.string(), ": ends the program while it is loaded; look at its static objects");
}

size_t registered() { return registry<ModelEntry>().size() + registry<KernelEntry>().size(); }

}  // namespace

void load_model_file(const fs::path& source) {
  static std::set<std::string> loaded;
  const auto text = read_file(source, kMaxSource), command = compile_command();
  const auto key = sha256_hex(text + command + program_stamp());
  if (!loaded.insert(key).second) return;
  const auto library = cache_folder() / "models" / (key + ".so");
  if (!fs::exists(library)) compile(fs::absolute(source), text, command, library);
  require_loadable(library, source);
  const auto before = registered();
  const RegistrationFaults faults;
  TORCH_CHECK_VALUE(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr, source.string(),
                    ": cannot be loaded: ", ::dlerror());
  TORCH_CHECK_VALUE(faults.names.empty(), source.string(), ": there is one named \"", faults.names.front(),
                    "\" already; give yours another name");
  TORCH_CHECK_VALUE(
      registered() > before, source.string(),
      ": registers no model; end it with a line like const Registered<ModelEntry> kMine{{.name "
      "= \"mine\", …}}; (docs/training.md), for a kernel Registered<KernelEntry> (docs/models.md)");
}

}  // namespace spinlab::models
