#include "benchmarks/convolution.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

#include "benchmarks/exported_tensors.h"
#include "benchmarks/short_resnet.h"
#include "src/core/files.h"
#include "src/training/batches/make_batches.h"
#include "src/training/device.h"
#include "src/training/trainer.h"

namespace spinlab::benchmarks {
namespace {

using datasets::Dataset;

Dataset images(const datasets::DataFolders& data) {
  if (!data.look_up("cifar10/data_batch_1.bin")) return noise_like_cifar10(50'000, 10'000);
  return datasets::load_dataset({{"name", "cifar10"}}, data, 0);
}

void export_images(const Dataset& set, ExportedTensors& files) {
  files.add("train_images", set.train.inputs);
  files.add("train_labels", set.train.targets);
  files.add("test_images", set.test.inputs);
  files.add("test_labels", set.test.targets);
  files.add("mean", set.mean.view(-1).to(at::kFloat));
  files.add("deviation", set.deviation.view(-1).to(at::kFloat));
}

void epochs(const Turns& turns, const Dataset& set) {
  if (!turns.has_any({"convolution/epoch", "convolution/loader", "convolution/compile"})) return;
  const ShortResnet network;
  training::Trainer trainer(network.config(), set, at::kCPU);
  trainer.set_step_threads(trainer.measured_step_threads());
  const training::ThreadScope threads(trainer.config().step_threads);
  const auto what = "epoch with augmentation and evaluation, " + set.name;
  for (const auto* kind : {"epoch", "loader", "compile"})
    turns.row(c10::str("convolution/", kind), what,
              [&] {
                trainer.train_epoch();
                trainer.evaluate(set.test);
              },
              {{"job", kind}, {"batch", network.batch}});
}

void augmentation(const Turns& turns, const Dataset& set) {
  const auto config = ShortResnet().config();
  const training::Normalizer normalizer(set, at::kFloat, at::kCPU);
  const auto batches = training::make_batches(config, set, set.train.targets, normalizer, at::kCPU);
  turns.row("convolution/augmentation", "an epoch's batches of " + set.name + " alone",
            [&] {
              batches->start_epoch(0, 0);
              for (int64_t b = 0; b < batches->per_epoch(); ++b) batches->next();
            },
            {{"job", "augmentation"}, {"batch", config.batch}});
}

/// A layer's forward pass and both gradients, as often as an epoch has them; the fastest of three.
double alone(const ConvolutionShape& shape, int64_t batch, int64_t steps) {
  const auto format = at::MemoryFormat::ChannelsLast;
  const auto x = at::randn({batch, shape.in, shape.side, shape.side}).contiguous(format);
  const auto w = at::randn({shape.out, shape.in, shape.kernel, shape.kernel}).contiguous(format);
  const auto edge = shape.kernel / 2;
  double best = 1e300;
  for (int repetition = 0; repetition < 3; ++repetition) {
    best = std::min(best, seconds([&] {
                      const auto y = at::conv2d(x, w, {}, 1, edge);
                      at::convolution_backward(y, x, w, at::OptionalIntArrayRef(), {1, 1}, {edge, edge},
                                               {1, 1}, false, {0, 0}, 1, {!shape.is_first, true, false});
                    }));
  }
  return best * static_cast<double>(steps);
}

void peak(const Turns& turns, const Dataset& set) {
  if (!turns.has("convolution/peak")) return;
  const ShortResnet network;
  training::Trainer trainer(network.config(), set, at::kCPU);
  trainer.set_step_threads(trainer.measured_step_threads());
  const auto steps = trainer.steps_per_epoch();
  double convolutions = 0, largest = 0, rate = 0;
  for (const auto& shape : network.convolutions()) {
    const auto taken = alone(shape, network.batch, steps);
    convolutions += taken;
    if (shape.step_flops() < largest) continue;
    largest = shape.step_flops();
    rate = largest * static_cast<double>(network.batch * steps) / taken;
  }
  trainer.train_epoch();
  const auto whole = seconds([&] { trainer.train_epoch(); });
  turns.measured(
      {.name = "convolution/peak",
       .unit = "s",
       .ours = whole,
       .peer = convolutions,
       .note = c10::str("an epoch's training, ", set.name, ", ", trainer.config().step_threads,
                        " threads; peer: its trained convolutions alone, of which the largest is at ",
                        rate / 1e9, " Gflop/s of this machine's ", machine_peaks().float32_flops / 1e9)});
}

}  // namespace

void convolution(const datasets::DataFolders& data, const std::string& rows, int repetitions,
                 const EachRow& each) {
  training::keep_freed_memory();  // as every run does
  const auto set = images(data);
  ExportedTensors files;
  export_images(set, files);
  PeerProcess peer(root() / "benchmarks" / "convolution_peer.py", {files.folder()});
  peer.ask({{"job", "ready"}});  // what it does at its start would disturb how we choose our threads
  const Turns turns(peer, rows, repetitions, each);
  epochs(turns, set);
  augmentation(turns, set);
  peak(turns, set);
}

std::vector<Growth> convolution_growth(const MachinePeaks& peaks, const EachGrowth& each) {
  training::keep_freed_memory();
  constexpr int64_t kImages = 2560;
  const auto set = noise_like_cifar10(kImages, 10);
  const auto measured = [&](const std::string& along, std::vector<int64_t> sizes, auto network_of) {
    return Measured{
        "convolution/epoch",
        "the convolutions' multiplications at the peak of matrix products in float32",
        std::move(sizes),
        [=](int64_t n) { training::Trainer(network_of(n).config(), set, at::kCPU).train_epoch(); },
        [=](double n) {
          double flops = 0;
          for (const auto& shape : network_of(static_cast<int64_t>(n)).convolutions())
            flops += shape.step_flops();
          return flops * kImages / peaks.float32_flops;
        },
        along};
  };
  const auto of_width = [](int64_t n) { return ShortResnet{.widths = {n, 2 * n, 4 * n}}; };
  const auto of_depth = [](int64_t n) { return ShortResnet{.branches = {n, n, n}}; };
  const auto of_batch = [](int64_t n) { return ShortResnet{.batch = n}; };
  return measure({measured("width of the first stage", {8, 16, 32, 64, 128}, of_width),
                  measured("convolutions a residual branch", {1, 2, 4, 8}, of_depth),
                  measured("images a batch", {16, 32, 64, 128, 256, 512}, of_batch)},
                 each);
}

}  // namespace spinlab::benchmarks
