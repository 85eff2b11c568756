#include "benchmarks/runs.h"

#include <c10/util/Exception.h>

#include <chrono>

#include "datasets/files/data_folders.h"
#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/find_program.h"
#include "src/core/parallel.h"
#include "src/core/python.h"
#include "src/core/run_program.h"
#include "src/judging/sandbox/temporary_folder.h"

namespace fs = std::filesystem;

namespace spinlab::benchmarks {
namespace {

constexpr auto kRecipe = R"({"model": {"name": "mlp"}, "data": {"name": "mnist"},
  "optimizer": {"name": "sgd", "lr": 0.01, "momentum": 0.9}, "batch": 64, "epochs": 2})";

double seconds(const std::vector<std::string>& words) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::string command;
  for (const auto& word : words) command += shell_quoted(word) + ' ';
  const auto end = run_program({"sh", "-c", "exec " + command + "> /dev/null"});
  TORCH_CHECK(end.code == 0, words[0], " ", words[1], " failed: ", end.said);
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Programs {
  fs::path data, recipe;

  double peer(const std::string& what) const {
    return seconds(
        {python().string(), (root() / "benchmarks" / "runs_peer.py").string(), what, data.string()});
  }
  double start() const {
    return seconds({zoo(), "train", recipe.string(), "--dry-run", "--json", "--data", data.string()});
  }
  double sweep(int jobs) const {
    const sandbox::TemporaryFolder out;
    return seconds({zoo(), "sweep", recipe.string(), "--set", "optimizer.lr=0.003,0.01,0.03,0.1", "--seeds",
                    "4", "-j", std::to_string(jobs), "--no-plots", "--data", data.string(), "--out",
                    (out.path() / "sweep").string()});
  }
  /// Two epochs of LeNet-5 in batches of 256, evaluated; by 0 ranks: in one process on all threads.
  double lenet(int ranks) const {
    const sandbox::TemporaryFolder out;
    std::vector<std::string> words;
    if (ranks > 0) words = {"mpirun", "--allow-run-as-root", "-n", std::to_string(ranks)};
    for (const auto& word : {zoo(), std::string("train"), std::string("mnist-lenet"),
                             std::string("--no-plots"), std::string("--data"), data.string(),
                             std::string("--set"), std::string("epochs=2"), std::string("--set"),
                             std::string("batch=256"), std::string("--out"), (out.path() / "run").string()})
      words.push_back(word);
    if (ranks == 0) words.insert(words.end(), {"--set", "step_threads=" + std::to_string(usable_cores())});
    return seconds(words);
  }
  static std::string zoo() { return (program_folder() / "spinlab-zoo").string(); }
};

/// The folder that has MNIST's files.
fs::path mnist(const fs::path& data) {
  return datasets::DataFolders(data)
      .find("mnist/train-images-idx3-ubyte", "mnist")
      .parent_path()
      .parent_path();
}

}  // namespace

void runs(const fs::path& data, int repetitions, const std::function<void(const Row&)>& each) {
  const sandbox::TemporaryFolder folder;
  const Programs programs{mnist(data), folder.path() / "bench.json"};
  write_file(programs.recipe, kRecipe);
  auto start = compare(
      "start/python", [&] { return programs.start(); }, [&] { return programs.peer("start"); }, repetitions);
  start.note = "until the first step, files read; peer: PyTorch";
  each(start);
  const int cores = usable_cores();
  auto loop = compare(
      "sweep/16/python", [&] { return programs.sweep(cores); }, [&] { return programs.peer("sweep"); },
      repetitions);
  loop.note = "16 runs of two epochs on " + std::to_string(cores) +
              " cores; peer: a loop in PyTorch, 1 thread, fused SGD";
  each(loop);
  auto single = compare(
      "sweep/16/one-by-one", [&] { return programs.sweep(cores); }, [&] { return programs.sweep(1); },
      repetitions);
  single.note = "the same; peer: ours with -j 1";
  each(single);
  if (find_program("mpirun").empty() || find_program("mpicxx").empty()) return;
  auto ranks = compare(
      "lenet5/256/mpirun", [&] { return programs.lenet(cores); }, [&] { return programs.lenet(0); },
      repetitions);
  ranks.note = "mpirun -n " + std::to_string(cores) + ", an epoch and start; peer: one process, " +
               std::to_string(cores) + " threads";
  each(ranks);
}

}  // namespace spinlab::benchmarks
