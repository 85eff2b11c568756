#include "benchmarks/infinite_width.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>

#include "benchmarks/exported_tensors.h"
#include "benchmarks/peers/environment.h"
#include "benchmarks/wide_network.h"
#include "models/registry.h"
#include "src/core/files.h"
#include "src/core/python.h"
#include "src/core/run_program.h"
#include "src/core/seed.h"
#include "src/theory/empirical/tangent_kernel.h"
#include "src/theory/inference/posterior.h"
#include "src/theory/kernels/network_kernel.h"
#include "src/training/device.h"

namespace spinlab::benchmarks {
namespace {

constexpr int64_t kComparedRows = 256;
/// In float32 an angle of 0 is uncertain by √ε = 3.5e-4, and a peer adds 5 layers' to an input's NTK with
/// itself.
constexpr double kAgreement = 1e-6, kAgreement32 = 2e-3;
constexpr int64_t kRows = 5000, kManyRows = 20'000, kColumns = 784, kImages = 500, kPooledImages = 16;
constexpr int64_t kProcessRows = 10'000, kOthers = 1000;
constexpr double kNoise = 0.1;

/// Every so many rows, as a peer gives them; the others are no longer held.
at::Tensor compared_rows(const at::Tensor& all) {
  return all.slice(0, 0, {}, std::max<int64_t>(all.size(0) / kComparedRows, 1))
      .to(at::kDouble, false, /*copy=*/true);
}

/// Against rows of ours; as close as the largest number allows.
void expect_same(const at::Tensor& rows, const std::string& file, double tolerance) {
  auto bytes = read_file(file, static_cast<std::uintmax_t>(rows.numel()) * sizeof(double));
  TORCH_CHECK(bytes.size() == static_cast<size_t>(rows.numel()) * sizeof(double),
              "the peer's result has another size than ours, ", rows.sizes());
  const auto theirs = at::from_blob(bytes.data(), rows.sizes(), at::kDouble);
  const auto apart = ((rows - theirs).abs().max() / rows.abs().max()).item<double>();
  TORCH_CHECK(apart <= tolerance, "the two sides differ by ", apart, " of the largest number, more than ",
              tolerance);
}

/// Looks at an answer's results, in their order.
std::function<void(const Json&)> same_as(const ExportedTensors& files,
                                         const std::function<std::vector<at::Tensor>()>& ours,
                                         double tolerance) {
  return [&files, ours, tolerance](const Json& answer) {
    const auto names = answer.at("results").get<std::vector<std::string>>();
    const auto all = ours();
    TORCH_CHECK(names.size() == all.size(), "the peer has ", names.size(), " results, not ", all.size());
    for (size_t i = 0; i < all.size(); ++i) expect_same(all[i], files.folder() + "/" + names[i], tolerance);
  };
}

/// One that a peer computes too. `blocks`: sides of the blocks that the peer may take; each device holds
/// copies of all of the results.
struct KernelRow {
  std::string name, inputs;
  WideNetwork network;
  at::Tensor X;
  std::vector<int64_t> blocks;
  bool blocks_only = false, one_device = false;

  std::string words() const {
    return std::to_string(X.size(0)) + " inputs, depth " + std::to_string(network.depth) + ", " +
           (X.scalar_type() == at::kFloat ? "float32" : "float64");
  }
};

void kernel(const Turns& turns, const ExportedTensors& files, const KernelRow& row) {
  const auto layers = row.network.layers();
  const bool is_float = row.X.scalar_type() == at::kFloat;
  std::vector<at::Tensor> found;
  auto job = row.network.json();
  job.update({{"job", "kernel"},
              {"X", row.inputs},
              {"dtype", is_float ? "float32" : "float64"},
              {"blocks", row.blocks},
              {"blocks_only", row.blocks_only},
              {"one_device", row.one_device}});
  turns.row(
      row.name, row.words(),
      [&] {
        const auto both = theory::kernels(*layers, row.X);
        found = {compared_rows(both.nngp), compared_rows(both.ntk)};
      },
      job, same_as(files, [&] { return found; }, is_float ? kAgreement32 : kAgreement));
}

void against_machine(const Turns& turns, const std::string& name, const WideNetwork& network,
                     const at::Tensor& X) {
  if (!turns.has(name)) return;
  const auto peaks = machine_peaks();
  const auto layers = network.layers();
  turns.row_of_ours(
      name,
      "the least that this machine needs, and its share as ratio: n² 784 operations at the speed of a "
      "product, and a reading and writing of n²/2 pairs of numbers for each of 5 layers at memory's",
      [&] { theory::kernels(*layers, X); },
      least_seconds(peaks, static_cast<double>(X.size(0)), static_cast<double>(X.size(1)),
                    static_cast<double>(network.depth)));
}

void dense_kernels(const Turns& turns, ExportedTensors& files) {
  const std::vector<std::string> phis{"relu", "erf"};
  const auto X = wide_inputs(kRows, {kColumns});
  files.add("vectors", X);
  for (const auto& phi : phis) {
    const auto name = "mlp/" + phi;
    const WideNetwork network{.phi = phi};
    kernel(turns, files, {name, "vectors", network, X, {500, 1250}});
    kernel(turns, files, {name + "/float32", "vectors", network, X.to(at::kFloat), {500, 1250}});
    against_machine(turns, name + "/machine", network, X);
  }
  if (turns.chosen().find("20000") == std::string::npos) return;
  const auto many = wide_inputs(kManyRows, {kColumns});
  files.add("many_vectors", many);
  for (const auto& phi : phis)
    kernel(turns, files,
           {"mlp/" + phi + "/20000",
            "many_vectors",
            {.phi = phi},
            many,
            {1000},
            /*blocks_only=*/true,
            /*one_device=*/true});
}

void image_kernels(const Turns& turns, ExportedTensors& files) {
  const auto X = wide_inputs(kImages, {1, 28, 28});
  const auto few = X.slice(0, 0, kPooledImages);
  files.add("images", X);
  files.add("few_images", few);
  kernel(turns, files,
         {"conv/flatten", "images", {.depth = 3, .end = "flatten"}, X, {25, 50}, /*blocks_only=*/true});
  kernel(turns, files, {"conv/pool", "few_images", {.depth = 3, .end = "average_pool"}, few, {8}});
}

/// A network with weights of variance 1/(fan-in).
models::Network drawn(const Json& model, const models::Problem& problem) {
  auto network = models::make_network(model, problem, "bench");
  network.module->to(at::kDouble);
  const at::NoGradGuard no_graph;
  const auto generator = make_generator(1, "weights");
  for (auto& parameter : network.module->parameters()) {
    const auto inputs = static_cast<double>(parameter[0].numel());
    parameter.normal_(0, 1 / std::sqrt(inputs), generator);
  }
  return network;
}

void empirical(const Turns& turns, ExportedTensors& files, const std::string& name, const Json& model,
               int64_t n) {
  if (!turns.has(name)) return;
  const models::Problem problem{.input = {1, 28, 28}, .outputs = 10};
  const auto network = drawn(model, problem);
  const auto X = wide_inputs(n, problem.input);
  files.add("inputs", X);
  for (const auto& parameter : network.module->named_parameters())
    files.add(parameter.key(), parameter.value().detach());
  at::Tensor found;
  const auto* what = model.at("name") == "mlp" ? " inputs, 3 x 512 hidden" : " images, LeNet-5";
  turns.row(
      name, std::to_string(n) + what + ", 10 outputs, float64",
      [&] { found = theory::tangent_kernel(network.plain_layers, X, theory::Outputs::kMean); },
      {{"job", "empirical"},
       {"model", model.at("name")},
       {"outputs", problem.outputs},
       {"options", models::with_defaults(model, "bench")}},
      same_as(files, [&] { return std::vector{compared_rows(found)}; }, kAgreement));
}

void process(const Turns& turns, ExportedTensors& files) {
  if (!turns.has("process")) return;
  const auto X = wide_inputs(kProcessRows + kOthers, {20});
  const auto train = X.slice(0, 0, kProcessRows), others = X.slice(0, kProcessRows);
  const auto layers = WideNetwork{.depth = 2}.layers();
  const auto K = theory::kernels(*layers, train, {.ntk = false}).nngp;
  const auto across = theory::kernels(*layers, others, train, {.ntk = false}).nngp;
  const auto y = train.select(1, 0).sin().unsqueeze(1);
  files.add("K", K);
  files.add("across", across);
  files.add("y", y);
  at::Tensor mean, evidence;
  turns.row(
      "process", "10,000 rows, mean at 1,000 others and evidence, float64",
      [&] {
        const theory::Posterior posterior(K, y, kNoise);
        mean = posterior.mean(across);
        evidence = at::full({1, 1}, posterior.log_evidence(), at::kDouble);
      },
      {{"job", "process"}, {"noise", kNoise}},
      same_as(files, [&] { return std::vector{compared_rows(mean), compared_rows(evidence)}; }, kAgreement));
}

std::string torch_folder() {
  const auto found =
      output_of({python().string(), "-c",
                 "import pathlib, torch; print(pathlib.Path(torch.__file__).parents[1], end='')"},
                std::chrono::seconds(60));
  TORCH_CHECK(found.code == 0, "the project's Python has no torch: ", found.said);
  return found.said;
}

}  // namespace

void infinite_width(const std::string& chosen, int repetitions, const EachRow& each) {
  training::keep_freed_memory();  // as every run does
  ExportedTensors files;
  const auto python = peers_python(
      {.list = "infinite_width.txt", .folder = "peers-infinite-width", .list_is_complete = true});
  PeerProcess peer(root() / "benchmarks" / "infinite_width_peer.py",
                   {files.folder(), root().string(), torch_folder()}, python);
  const Turns turns(peer, chosen, repetitions, each);
  dense_kernels(turns, files);
  image_kernels(turns, files);
  empirical(turns, files, "empirical/mlp", {{"name", "mlp"}, {"hidden", {512, 512, 512}}}, 500);
  empirical(turns, files, "empirical/lenet5", {{"name", "lenet5"}}, 100);
  process(turns, files);
}

}  // namespace spinlab::benchmarks
