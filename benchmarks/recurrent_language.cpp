#include "benchmarks/recurrent_language.h"

#include "benchmarks/exported_tensors.h"
#include "benchmarks/shakespeare.h"
#include "src/core/files.h"
#include "src/generation/continuation.h"
#include "src/training/device.h"
#include "src/training/recipe.h"
#include "src/training/trainer.h"

namespace spinlab::benchmarks {

training::TrainingConfig RecurrentSize::config() const {
  auto recipe = training::load_recipe("shakespeare-lstm");
  recipe["model"]["hidden"] = hidden;
  recipe["data"]["context"] = context;
  recipe["batch"] = batch;
  recipe["epoch_steps"] = steps;
  recipe["epochs"] = 1'000'000;
  recipe["objective"]["ngram"] = 0;
  return training::parse_config(training::complete_config(recipe, "bench"), "bench");
}

namespace {

void steps(const Turns& turns, const datasets::Dataset& set) {
  if (!turns.has("recurrent/step")) return;
  const RecurrentSize size;
  training::Trainer ours(size.config(), set, at::kCPU);
  ours.set_step_threads(ours.measured_step_threads());
  const training::ThreadScope threads(ours.config().step_threads);
  turns.row("recurrent/step", c10::str(size.steps, " steps of ", size.batch, " rows of 64 characters"),
            [&] { ours.train_epoch(); },
            {{"job", "step"}, {"batch", size.batch}, {"steps", size.steps}, {"hidden", size.hidden}});
}

void sampling(const Turns& turns, const datasets::Dataset& set) {
  if (!turns.has("recurrent/sample")) return;
  constexpr int64_t kCharacters = 1000;
  const RecurrentSize size;
  training::Trainer network(size.config(), set, at::kCPU);
  network.network()->module->eval();
  const training::ThreadScope one(1);
  turns.row("recurrent/sample", c10::str(kCharacters, " characters"),
            [&] {
              generation::Continuation text(*network.network(), {0}, {.next = {.temperature = 0.8}});
              for (int64_t i = 0; i < kCharacters; ++i) text.next();
            },
            {{"job", "sample"}, {"length", kCharacters}, {"hidden", size.hidden}});
}

}  // namespace

void recurrent_language(const datasets::DataFolders& data, const std::string& rows, int repetitions,
                        const EachRow& each) {
  training::keep_freed_memory();  // as every run does
  const auto letters = shakespeare(data);
  const auto set = character_windows(letters, 64);
  ExportedTensors files;
  files.add("codes", set.tokenizer->encode(letters));
  PeerProcess peer(root() / "benchmarks" / "recurrent_language_peer.py", {files.folder()});
  const Turns turns(peer, rows, repetitions, each);
  steps(turns, set);
  sampling(turns, set);
}

}  // namespace spinlab::benchmarks
