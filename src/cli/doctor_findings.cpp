#include "src/cli/doctor_findings.h"

#include <sys/sysinfo.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "datasets/files/catalog.h"
#include "datasets/files/data_folders.h"
#include "src/core/called_as.h"
#include "src/core/config.h"
#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/python.h"
#include "src/judging/sandbox/captured_run.h"
#include "src/judging/sandbox/program_path.h"
#include "src/judging/sandbox/sandbox.h"
#include "src/judging/sandbox/temporary_folder.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

constexpr double kGiB = 1 << 30;
constexpr double kEnoughMemory = 3 * kGiB;  // a translation unit with LibTorch takes up to 1.5
constexpr double kEnoughDisk = 2 * kGiB;    // a build, or the largest data set unpacked

std::string gibibytes(double bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GiB", bytes / kGiB);
  return text;
}

Finding compiler() {
  Finding finding{"compiler", SPINLAB_COMPILER_ID " " SPINLAB_COMPILER_VERSION ", " SPINLAB_COMPILER};
  if (fs::exists(SPINLAB_COMPILER)) return finding;
  finding.state = State::kMissing;
  finding.remedy = "it built Spinlab but is gone: install it again, or start ./spinlab with CXX=another";
  return finding;
}

/// The word behind `label` in LibTorch's descriptions of its parts ("… Library Version 2024.2-Product …").
std::string word_after(const std::string& label, const std::string& text) {
  const auto start = text.find(label);
  if (start == std::string::npos) return "not in this LibTorch";
  return text.substr(start + label.size(), text.find(' ', start + label.size()) - start - label.size());
}

/// What LibTorch says of itself, in a process of its own: this one does not load it. Throws where it can't be
/// started.
Json describe_libtorch() {
  constexpr auto kPatience = std::chrono::seconds(60);
  constexpr std::size_t kMaxBytes = 1 << 16;
  const auto run = sandbox::run_captured({sandbox::program_path("spinlab-libtorch")},
                                         std::chrono::steady_clock::now() + kPatience, kMaxBytes,
                                         /*keep_environment=*/true);
  TORCH_CHECK(run.status == 0, run.text);
  return Json::parse(run.text);
}

std::vector<Finding> libtorch(const Json& said) {
  return {{"LibTorch", TORCH_VERSION " in " SPINLAB_LIBTORCH},
          {"processor", std::to_string(std::thread::hardware_concurrency()) + " cores, " +
                            said.at("cpu_capability").get<std::string>() + "; LibTorch uses " +
                            said.at("threads").dump() + " threads"},
          {"MKL", word_after("Version ", said.at("mkl"))},
          {"oneDNN", word_after("MKL-DNN ", said.at("onednn"))}};
}

/// The models that NVIDIA's driver lists.
std::vector<std::string> nvidia_gpus() {
  std::vector<std::string> models;
  std::error_code no_driver;
  for (const auto& gpu : fs::directory_iterator("/proc/driver/nvidia/gpus", no_driver)) {
    std::ifstream information(gpu.path() / "information");
    for (std::string line; std::getline(information, line);) {
      if (line.rfind("Model:", 0) == 0) models.push_back(line.substr(line.find_first_not_of(": \t", 5)));
    }
  }
  return models;
}

/// "CUDA Runtime 13.0", from LibTorch's own description of its build.
std::string cuda_runtime(const Json& said) {
  std::istringstream lines(said.at("build").get<std::string>());
  for (std::string line; std::getline(lines, line);) {
    if (const auto at = line.find("CUDA Runtime"); at != std::string::npos) return line.substr(at);
  }
  return "CUDA";
}

Finding cuda(const Json& said) {
  const auto models = nvidia_gpus();
  const int usable = said.at("cuda_devices").get<int>();
  if (usable > 0) {
    return {"CUDA", cuda_runtime(said) + ", " + std::to_string(usable) + " x " +
                        (models.empty() ? "GPU" : models.front())};
  }
  if (SPINLAB_CUDA) {
    return {"CUDA", cuda_runtime(said) + " in LibTorch, but it sees no GPU", State::kLesser,
            "where there is one: nvidia-smi must list it; a driver that is too old is ignored"};
  }
  if (models.empty()) return {"CUDA", "no: no NVIDIA GPU, and LibTorch is a CPU build"};
  return {"CUDA", "no: " + models.front() + ", but LibTorch is a CPU build", State::kLesser,
          "start ./spinlab once with SPINLAB_TORCH_INDEX=URL, a CUDA index of PyTorch's (docs/setup.md)"};
}

std::vector<Finding> libtorch_and_cuda() {
  try {
    const auto said = describe_libtorch();
    auto findings = libtorch(said);
    findings.push_back(cuda(said));
    return findings;
  } catch (const std::exception& error) {
    return {{"LibTorch", SPINLAB_LIBTORCH " does not load: " + one_line(error.what(), 200), State::kMissing,
             "rm -r .spinlab/venv .spinlab/built and start ./spinlab: it installs LibTorch anew"}};
  }
}

Finding memory() {
  struct sysinfo info{};
  ::sysinfo(&info);
  const double total = static_cast<double>(info.totalram) * info.mem_unit;
  if (total >= kEnoughMemory) return {"memory", gibibytes(total)};
  return {"memory", gibibytes(total), State::kLesser,
          "building takes 1.5 GiB a job: CMAKE_BUILD_PARALLEL_LEVEL=1 ./spinlab, or add swap"};
}

Finding disk(const std::string& name, const fs::path& folder) {
  std::error_code unknown;
  const auto space = fs::space(folder, unknown);
  if (unknown)
    return {name, folder.string() + ": " + unknown.message(), State::kMissing, "create it or mend it"};
  Finding finding{name, gibibytes(static_cast<double>(space.available)) + " free in " + folder.string()};
  if (static_cast<double>(space.available) < kEnoughDisk) {
    finding.state = State::kLesser;
    finding.remedy = "builds and data sets need 2 GiB: make room there";
  }
  return finding;
}

fs::path temporary_folder() {
  const char* set = std::getenv("TMPDIR");
  return set != nullptr && *set != '\0' ? set : "/tmp";
}

/// The versions of the project's Python and its packages; throws where it does not start.
Json python_versions() {
  const sandbox::TemporaryFolder folder;
  const auto file = folder.path() / "versions.json";
  run_python(root() / "src/cli/python_versions.py", {file.string()});
  return read_json(file);
}

Finding python_packages() {
  const std::string remedy =
      std::getenv("SPINLAB_PYTHON") == nullptr
          ? "rm -r .spinlab/venv .spinlab/built and start ./spinlab: it installs Python packages anew"
          : "SPINLAB_PYTHON names it: unset that, or install what is missing there";
  try {
    const auto versions = python_versions();
    Finding finding{"Python", python().string()};
    for (const auto& [package, version] : versions.items()) {
      finding.value += ", " + package + " " + (version.is_null() ? "missing" : version.get<std::string>());
    }
    if (versions.at("matplotlib").is_null()) {
      finding.state = State::kMissing;
      finding.remedy = remedy + "; without matplotlib no picture is drawn";
    } else if (versions.at("copydetect").is_null()) {
      finding.state = State::kMissing;
      finding.remedy = remedy + "; without copydetect `similarity` does not work";
    }
    return finding;
  } catch (const std::exception&) {
    return {"Python", python().string() + " does not start", State::kMissing, remedy};
  }
}

bool complete(const datasets::CatalogEntry& entry, const datasets::DataFolders& folders) {
  return std::all_of(entry.files.begin(), entry.files.end(), [&](const datasets::CatalogFile& file) {
    return folders.look_up(file.path).has_value();
  });
}

Finding data_sets() {
  const datasets::DataFolders folders;
  const auto catalog = datasets::Catalog::standard();
  std::string found, missing;
  for (const auto& entry : catalog.entries()) {
    auto& list = complete(entry, folders) ? found : missing;
    list += (list.empty() ? "" : " ") + entry.name;
  }
  Finding finding{"data", found.empty() ? "no data set of the catalog" : found};
  if (missing.empty()) return finding;
  finding.state = State::kLesser;
  finding.remedy = called_as() + " data fetch " + missing + "; or SPINLAB_DATA=DIR where they lie already";
  return finding;
}

std::string remedy_for(const std::string& layer) {
  if (layer == "namespaces")
    return "sudo apt-get install bubblewrap; on Ubuntu 24.04 see docs/setup.md as well";
  if (layer == "landlock") return "a kernel from 5.13 on that is started with landlock in its list lsm=";
  if (layer == "memory")
    return "as root where cgroups can be written, or: systemd-run --user --scope " + called_as() + " ...";
  return "a container may forbid it: grade on the machine itself";
}

/// Without namespaces, seccomp and limits grading refuses to run a stranger's code.
Finding sandbox_layer(const sandbox::Layer& layer) {
  Finding finding{"sandbox: " + layer.name, layer.detail};
  if (layer.holds) return finding;
  const bool is_second = layer.name == "landlock" || layer.name == "user" || layer.name == "memory";
  finding.state = is_second ? State::kLesser : State::kMissing;
  finding.remedy = remedy_for(layer.name);
  return finding;
}

std::vector<Finding> sandbox_layers() {
  try {
    std::vector<Finding> findings;
    for (const auto& layer : sandbox::probe()) findings.push_back(sandbox_layer(layer));
    return findings;
  } catch (const std::exception& error) {
    return {{"sandbox", std::string("could not be tried: ") + error.what(), State::kMissing,
             "mend what is marked above, temporary files first"}};
  }
}

}  // namespace

std::vector<Finding> examine_machine() {
  std::vector<Finding> findings{compiler()};
  const auto add = [&](const std::vector<Finding>& more) {
    findings.insert(findings.end(), more.begin(), more.end());
  };
  add(libtorch_and_cuda());
  add({memory(), disk("disk", root()), disk("temporary files", temporary_folder()), python_packages()});
  add(sandbox_layers());
  add({data_sets()});
  return findings;
}

}  // namespace spinlab::cli
