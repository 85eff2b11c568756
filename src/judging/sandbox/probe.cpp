#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "src/judging/sandbox/captured_run.h"
#include "src/judging/sandbox/memory_group.h"
#include "src/judging/sandbox/sandbox.h"
#include "src/judging/sandbox/temporary_folder.h"

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

constexpr std::array kLayers{"namespaces", "landlock", "seccomp", "limits", "user"};
constexpr auto kPatience = std::chrono::seconds(20);

std::vector<Layer> parse(const std::string& text) {
  std::vector<Layer> layers;
  std::istringstream lines(text);
  for (std::string name, holds, detail;
       std::getline(lines, name, '\t') && std::getline(lines, holds, '\t') && std::getline(lines, detail);)
    layers.push_back({name, holds == "1", detail});
  if (layers.size() == kLayers.size()) return layers;
  layers.clear();
  for (const char* name : kLayers) layers.push_back({name, false, "the sandbox does not start: " + text});
  return layers;
}

/// Groups are made outside, and so is this tried.
Layer memory() {
  constexpr std::uint64_t kAnyLimit = 1 << 30;
  const TemporaryMemoryGroup made;
  const MemoryGroup group(made.folder());
  if (made.folder().empty() || !group.set_limit(kAnyLimit))
    return {"memory", false, "no cgroup can be made: memory is only looked at, twenty times a second"};
  return {"memory", true, std::string("cgroups, version ") + (group.is_version_2() ? "2" : "1")};
}

std::vector<Layer> try_all() {
  const TemporaryFolder folder;
  let_in(folder.path());
  const auto secret = folder.path() / "secret";
  std::ofstream(secret) << "expected values\n";
  const auto command = sandboxed({}, {"self-test", secret});
  auto layers = parse(run_captured(command, std::chrono::steady_clock::now() + kPatience, 1 << 16).text);
  layers.push_back(memory());
  return layers;
}

}  // namespace

const std::vector<Layer>& probe() {
  static const auto layers = try_all();
  return layers;
}

bool strong_enough(const std::vector<Layer>& layers) {
  const auto holds = [&](const char* name) {
    return std::any_of(layers.begin(), layers.end(),
                       [&](const Layer& layer) { return layer.name == name && layer.holds; });
  };
  return holds("seccomp") && holds("limits") && (holds("namespaces") || (holds("landlock") && holds("user")));
}

}  // namespace spinlab::sandbox
