#include "src/cli/drawn_experiment.h"

#include <unistd.h>

#include <iostream>

#include "src/core/files.h"
#include "src/core/python.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

/// Beside the files that it becomes, so that a rename moves them.
class Aside {
 public:
  explicit Aside(const fs::path& folder) : path_(folder / (".experiment" + std::to_string(::getpid()))) {
    fs::create_directory(path_);
  }
  ~Aside() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

void write_experiment(const Json& numbers, const fs::path& script, const fs::path& folder,
                      const std::string& name) {
  make_writable_folder(folder);
  const Aside aside(folder);
  const auto drawn = aside.path() / name;
  const auto file = drawn.string() + ".json";
  write_file(file, numbers.dump(1) + "\n");
  run_python(script, {file, drawn});
  for (const char* ending : {".json", ".svg", ".png"}) {
    if (!fs::exists(drawn.string() + ending)) continue;
    const auto to = folder / (name + ending);
    fs::rename(drawn.string() + ending, to);
    std::cout << "wrote " << to.string() << '\n';
  }
}

}  // namespace spinlab::cli
