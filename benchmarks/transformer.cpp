#include "benchmarks/transformer.h"

#include <ATen/ATen.h>

#include "benchmarks/exported_tensors.h"
#include "benchmarks/peers/environment.h"
#include "benchmarks/shakespeare.h"
#include "datasets/tokens/byte_pairs.h"
#include "src/core/files.h"
#include "src/generation/continuation.h"
#include "src/training/device.h"
#include "src/training/recipe.h"
#include "src/training/trainer.h"

namespace spinlab::benchmarks {
namespace {

using datasets::Dataset;

constexpr int64_t kSteps = 100, kCharacters = 1000, kVocabulary = 1000;

/// Sizes of the recipe's network.
struct Size {
  int64_t batch = 12, width = 128, context = 64, steps = kSteps;

  training::TrainingConfig config() const {
    auto recipe = training::load_recipe("shakespeare-gpt");
    recipe["model"]["width"] = width;
    recipe["model"]["positions"] = "learned";  // as the peer has them
    recipe["data"]["context"] = context;
    recipe["batch"] = batch;
    recipe["epoch_steps"] = steps;
    recipe["epochs"] = 1'000'000;
    recipe["objective"] = {{"name", "language_modelling"}, {"ngram", 0}};
    return training::parse_config(training::complete_config(recipe, "bench"), "bench");
  }

  /// Of the matrix products of a step, forward and backward: 6 for each parameter of a matrix and token, and
  /// 12 · layers · width · context for each token's scores and values, half of them behind the mask.
  double flops(int64_t tokens) const {
    constexpr double kLayers = 4;
    const auto w = static_cast<double>(width), t = static_cast<double>(context);
    const auto matrices = 12 * kLayers * w * w + w * static_cast<double>(tokens);
    return static_cast<double>(batch * context) * (6 * matrices + 6 * kLayers * w * t);
  }
};

training::Trainer trainer(const Size& size, const Dataset& set) {
  training::Trainer made(size.config(), set, at::kCPU);
  made.set_step_threads(made.measured_step_threads());
  return made;
}

void steps(const Turns& turns, const Dataset& set) {
  for (const int64_t batch : {12, 64}) {
    const auto name = [&](const char* kind) { return c10::str("transformer/", kind, "-", batch); };
    if (!turns.has_any({name("step"), name("compile")})) continue;
    auto ours = trainer({.batch = batch}, set);
    const training::ThreadScope threads(ours.config().step_threads);
    const auto what = c10::str(kSteps, " steps of ", batch, " contexts of 64 characters");
    for (const auto* kind : {"step", "compile"})
      turns.row(name(kind), what, [&] { ours.train_epoch(); },
                {{"job", kind}, {"batch", batch}, {"steps", kSteps}});
  }
}

void sampling(const Turns& turns, const Dataset& set) {
  if (!turns.has_any({"transformer/sample", "transformer/sample-cache"})) return;
  training::Trainer network({Size().config(), set, at::kCPU});
  network.network()->module->eval();
  const training::ThreadScope one(1);
  const auto write = [&] {
    generation::Continuation text(*network.network(), {0}, {.next = {.temperature = 0.8}, .context = 64});
    for (int64_t i = 0; i < kCharacters; ++i) text.next();
  };
  const auto what = c10::str(kCharacters, " characters of a context of 64");
  turns.row("transformer/sample", what, write,
            {{"job", "sample"}, {"cache", false}, {"length", kCharacters}});
  turns.row("transformer/sample-cache", what, write,
            {{"job", "sample"}, {"cache", true}, {"length", kCharacters}});
}

void byte_pairs(const std::string& letters, const std::string& folder, const Turns& others) {
  if (!others.has_any({"transformer/bpe-train", "transformer/bpe-encode"})) return;
  PeerProcess peer(root() / "benchmarks" / "byte_pairs_peer.py", {folder},
                   peers_python({.list = "transformer.txt", .folder = "peers-transformer"}));
  const auto turns = others.with(peer);
  const auto pairs = datasets::BytePairs::train(letters, kVocabulary);
  const auto what = c10::str(letters.size(), " bytes, ", kVocabulary, " tokens");
  turns.row("transformer/bpe-train", what, [&] { datasets::BytePairs::train(letters, kVocabulary); },
            {{"job", "bpe-train"}, {"vocabulary", kVocabulary}});
  turns.row(
      "transformer/bpe-encode", what, [&] { pairs.encode(letters); },
      {{"job", "bpe-encode"}, {"vocabulary", kVocabulary}},
      [&](const Json& answer) {
        TORCH_CHECK(answer.at("tokens") == pairs.encode(letters).numel(),
                    "the peer's tokens are others than ours");
      });
}

void peak(const Turns& turns, const Dataset& set) {
  if (!turns.has("transformer/peak")) return;
  const Size size{.batch = 64};
  auto ours = trainer(size, set);
  const auto tokens = static_cast<int64_t>(set.classes.size());
  const auto least = size.flops(tokens) * static_cast<double>(kSteps) / machine_peaks().float32_flops;
  turns.row_of_ours(
      "transformer/peak",
      c10::str(kSteps, " steps of 64, ", ours.config().step_threads,
               " threads; peer: their matrix products at the machine's ", machine_peaks().float32_flops / 1e9,
               " Gflop/s"),
      [&] { ours.train_epoch(); }, least);
}

}  // namespace

void transformer(const datasets::DataFolders& data, const std::string& rows, int repetitions,
                 const EachRow& each) {
  training::keep_freed_memory();  // as every run does
  const auto letters = shakespeare(data);
  const auto set = character_windows(letters, 64);
  ExportedTensors files;
  files.add("codes", set.tokenizer->encode(letters));
  files.add("letters", at::tensor(at::ArrayRef<std::uint8_t>(
                           reinterpret_cast<const std::uint8_t*>(letters.data()), letters.size())));
  PeerProcess peer(root() / "benchmarks" / "transformer_peer.py", {files.folder()});
  peer.ask({{"job", "ready"}});  // what it does at its start would disturb how we choose our threads
  const Turns turns(peer, rows, repetitions, each);
  steps(turns, set);
  sampling(turns, set);
  byte_pairs(letters, files.folder(), turns);
  peak(turns, set);
}

std::vector<Growth> transformer_growth(const MachinePeaks& peaks, const EachGrowth& each) {
  training::keep_freed_memory();
  constexpr int64_t kFew = 20;
  const auto letters = shakespeare(datasets::DataFolders());
  const auto measured = [&](const std::string& along, std::vector<int64_t> sizes, auto size_of) {
    return Measured{
        "transformer/step",
        "the matrix products at their peak in float32",
        std::move(sizes),
        [=](int64_t n) {
          const Size size = size_of(n);
          training::Trainer(size.config(), character_windows(letters, size.context), at::kCPU).train_epoch();
        },
        [=](double n) { return size_of(static_cast<int64_t>(n)).flops(65) * kFew / peaks.float32_flops; },
        along};
  };
  const auto of_width = [](int64_t n) { return Size{.width = n, .steps = kFew}; };
  const auto of_context = [](int64_t n) { return Size{.context = n, .steps = kFew}; };
  const auto of_batch = [](int64_t n) { return Size{.batch = n, .steps = kFew}; };
  return measure({measured("width", {64, 128, 256, 512}, of_width),
                  measured("characters a context", {32, 64, 128, 256, 512, 1024}, of_context),
                  measured("contexts a batch", {4, 8, 16, 32, 64, 128}, of_batch)},
                 each);
}

}  // namespace spinlab::benchmarks
