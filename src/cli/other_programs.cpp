#include "src/cli/other_programs.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "src/core/build_on_demand.h"
#include "src/core/config.h"
#include "src/core/files.h"

namespace spinlab::cli {
namespace {

void require_zoo() {
  require_built({"the zoo of models and data sets", {"spinlab-zoo"}, {"src", "datasets", "models"}});
}

ExitCode become(const std::string& program, const std::vector<std::string>& words) {
  const auto file = (program_folder() / program).string();
  std::vector<char*> argv{const_cast<char*>(file.c_str())};
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execv(file.c_str(), argv.data());
  TORCH_CHECK(false, file, " cannot be started (", std::strerror(errno),
              "): build the project's default target");
  return ExitCode::kOurFault;
}

}  // namespace

ExitCode become_zoo(const std::vector<std::string>& words) {
  if (words.front() != "complete") require_zoo();  // who presses Tab does not wait for a build
  return become("spinlab-zoo", words);
}

ExitCode become_bench(const std::vector<std::string>& words) {
  require_built(
      {"the benchmarks", {"spinlab-bench", "spinlab-zoo"}, {"src", "datasets", "models", "benchmarks"}});
  return become("spinlab-bench", words);
}

ExitCode become_demo(const std::vector<std::string>& words) {
  require_built({"the demo", {"spinlab-demo"}, {"src", "datasets", "models/networks", "models/layers"}});
  return become("spinlab-demo", words);
}

ExitCode become_experiments(const std::vector<std::string>& words) {
  require_built({"the course's experiments", {"spinlab-experiments"}, {"src", "datasets", "models", "experiments"}});
  return become("spinlab-experiments", words);
}

std::vector<ZooEntry> zoo_entries() {
  require_zoo();
  std::vector<ZooEntry> entries;
  for (const auto& entry : read_json(program_folder() / "spinlab-zoo.json"))
    entries.push_back({entry.at("kind"), entry.at("name"), entry.at("summary")});
  return entries;
}

}  // namespace spinlab::cli
