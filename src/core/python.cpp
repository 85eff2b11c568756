#include "src/core/python.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include <cstdlib>

#include "src/core/files.h"
#include "src/core/run_program.h"

extern char** environ;

namespace fs = std::filesystem;

namespace spinlab {
namespace {

using OnLine = std::function<void(const std::string&)>;

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// This program's environment, in which scripts find each other as headers do: by their path in the
/// repository. They leave no compiled copies among the sources.
std::vector<std::string> environment_of_scripts() {
  constexpr std::string_view kPath = "PYTHONPATH=";
  std::string path(kPath);
  path += root().string();
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!text.starts_with(kPath))
      variables.emplace_back(text);
    else if (text.size() > kPath.size())
      path.append(":").append(text.substr(kPath.size()));
  }
  variables.insert(variables.end(), {path, "PYTHONDONTWRITEBYTECODE=1"});
  return variables;
}

}  // namespace

fs::path python() {
  if (const char* set = std::getenv("SPINLAB_PYTHON"); set != nullptr && *set != '\0') return set;
  const auto venv = root() / ".spinlab" / "venv" / "bin" / "python";
  return fs::exists(venv) ? venv : fs::path("python3");
}

void run_python(const fs::path& script, const std::vector<std::string>& arguments, const OnLine& on_line) {
  std::vector<std::string> words{python().string(), script.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const auto end = run_program(std::move(words), environment_of_scripts(), on_line);
  TORCH_CHECK(end.code == 0, script.filename().string(), " failed: ", last_line(end.said));
}

}  // namespace spinlab
