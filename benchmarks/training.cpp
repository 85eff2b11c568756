#include "benchmarks/training.h"

#include <ATen/ATen.h>

#include "benchmarks/peer_process.h"
#include "datasets/dataset.h"
#include "src/core/files.h"
#include "src/judging/sandbox/temporary_folder.h"
#include "src/training/device.h"
#include "src/training/trainer.h"

namespace spinlab::benchmarks {
namespace {

using datasets::Dataset;

datasets::Split noise(int64_t n) {
  return {at::randint(0, 256, {n, 1, 28, 28}, at::kByte), at::randint(0, 10, {n}, at::kLong), {}};
}

Dataset synthetic() {
  Dataset set;
  set.name = "noise in MNIST's shapes";
  set.train = noise(60'000);
  set.test = noise(10'000);
  set.classes.resize(10);
  set.mean = at::full({1, 1, 1}, 0.5, at::kDouble);
  set.deviation = at::full({1, 1, 1}, 0.29, at::kDouble);
  return set;
}

Dataset images(const datasets::DataFolders& data) {
  if (!data.look_up("mnist/train-images-idx3-ubyte")) return synthetic();
  return datasets::load_dataset({{"name", "mnist"}}, data, 0);
}

/// Raw bytes for the peer, in a folder that goes with the object.
class Exported {
 public:
  explicit Exported(const Dataset& set) {
    write("train_images", set.train.inputs);
    write("train_labels", set.train.targets);
    write("test_images", set.test.inputs);
    write("test_labels", set.test.targets);
  }
  std::string path() const { return folder_.path(); }

 private:
  void write(const std::string& name, const at::Tensor& tensor) {
    const auto plain = tensor.contiguous();
    write_file(folder_.path() / name, {static_cast<const char*>(plain.const_data_ptr()), plain.nbytes()});
  }
  sandbox::TemporaryFolder folder_;
};

struct Job {
  std::string model = "mlp";
  int64_t batch = 64;
  std::string loader = "python";
  bool compile = false;

  std::string name() const {
    return model + "/" + std::to_string(batch) + "/" + (compile ? "compile" : loader);
  }
  Json json() const { return {{"model", model}, {"batch", batch}, {"loader", loader}, {"compile", compile}}; }
};

training::TrainingConfig config(const Job& job) {
  const Json recipe = {{"model", {{"name", job.model}}},
                       {"data", {{"name", "mnist"}}},
                       {"optimizer", {{"name", "sgd"}, {"lr", 0.01}, {"momentum", 0.9}}},
                       {"batch", job.batch},
                       {"epochs", 1000}};
  return training::parse_config(training::complete_config(recipe, "bench"), "bench");
}

double epoch_seconds(training::Trainer& trainer, const Dataset& set) {
  return seconds([&] {
    trainer.train_epoch();
    trainer.evaluate(set.test);
  });
}

Row measure(const Dataset& set, PeerProcess& peer, const Job& job, int repetitions) {
  training::Trainer trainer(config(job), set, at::kCPU);
  trainer.set_step_threads(trainer.measured_step_threads());
  std::string setting;
  auto row = compare(
      job.name(), [&] { return epoch_seconds(trainer, set); },
      [&] {
        const auto answer = peer.ask(job.json());
        setting = answer.at("setting").get<std::string>();
        return answer.at("seconds").get<double>();
      },
      repetitions);
  row.note = "epoch with evaluation, " + set.name + ", " + std::to_string(trainer.config().step_threads) +
             " threads; peer: PyTorch, " + setting;
  return row;
}

}  // namespace

void training(const datasets::DataFolders& data, int repetitions,
              const std::function<void(const Row&)>& each) {
  training::keep_freed_memory();  // as every run does
  const auto set = images(data);
  const Exported files(set);
  PeerProcess peer(
      root() / "benchmarks" / "training_peer.py",
      {files.path(), std::to_string(set.mean.item<double>()), std::to_string(set.deviation.item<double>())});
  const Job jobs[] = {{.batch = 16},
                      {.batch = 64},
                      {.batch = 512},
                      {.compile = true},
                      {.loader = "dataloader"},
                      {.loader = "dataloader-tensors"},
                      {.model = "lenet5"}};
  for (const auto& job : jobs) each(measure(set, peer, job, repetitions));
}

}  // namespace spinlab::benchmarks
