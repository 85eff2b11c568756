#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "benchmarks/growth.h"
#include "benchmarks/svm_rows.h"
#include "models/estimators/svm/classifier.h"
#include "src/training/device.h"

namespace spinlab::benchmarks {
namespace {

constexpr double kGamma = 0.02, kCost = 5, kTolerance = 1e-3, kSameObjective = 1e-5;
constexpr int64_t kCacheBytes = 200'000'000, kRows = 10'000, kExtrapolatedFrom = 6000;
/// Of 10,000 queries: of either side's machines some values are within the tolerance of 0.
constexpr int64_t kSameQueries = 10;

/// The first rows of some classes.
Problem some(const Problem& all, const std::vector<int64_t>& classes, int64_t rows) {
  const auto which = at::isin(all.y, at::tensor(classes)).nonzero().flatten().slice(0, 0, rows);
  return {all.X.index_select(0, which), all.y.index_select(0, which)};
}

models::SvmClassifier machines() {
  const auto kernel = [](const at::Tensor& X) {
    return models::make_kernel({{"name", "gaussian"}, {"gamma", kGamma}}, X, "bench");
  };
  return {kernel, 10, {.C = kCost, .dual = {.tolerance = kTolerance, .cache_bytes = kCacheBytes}}};
}

/// Of the duals, summed: ½ Σ αᵀQα - Σ α.
double objective(const models::SvmClassifier& model) {
  const auto kernel = models::make_kernel({{"name", "gaussian"}, {"gamma", kGamma}}, {}, "bench");
  const auto W = model.weights();
  return ((W * models::gram(*kernel, model.rows()).mm(W)).sum() / 2 - W.abs().sum()).item<double>();
}

struct Job {
  std::string name, words;
  std::vector<int64_t> classes;
  int64_t rows;
};

Json json_of(const Job& job, const std::string& library, int threads, bool predict = false) {
  return {{"job", "kernel"},    {"library", library},
          {"threads", threads}, {"classes", job.classes},
          {"rows", job.rows},   {"gamma", kGamma},
          {"C", kCost},         {"tolerance", kTolerance},
          {"predict", predict}, {"cache_mb", kCacheBytes / 1'000'000}};
}

const std::vector<int64_t> kAll{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

void fit(const Turns& turns, const Problem& train, const Job& job, const std::string& library, int threads) {
  const auto name = job.name + (library == "intelex" ? "/intelex" : "") + (threads == 1 ? kOneThread : "");
  if (!turns.has(name)) return;
  const training::ThreadScope scope(threads);
  const auto part = some(train, job.classes, job.rows);
  auto model = machines();
  turns.row(
      name, job.words, [&] { model.fit(part.X, part.y); }, json_of(job, library, threads),
      [&](const Json& answer) {
        const auto ours = objective(model), theirs = answer.at("objective").get<double>();
        TORCH_CHECK(std::abs(ours - theirs) <= kSameObjective * std::abs(theirs),
                    "the two objectives differ: ", ours, " and ", theirs);
      });
}

void prediction(const Turns& turns, const Digits& digits, int threads) {
  const auto name = "kernel/prediction" + (threads == 1 ? kOneThread : "");
  if (!turns.has(name)) return;
  const training::ThreadScope scope(threads);
  const Job job{"", "", kAll, kRows};
  const auto part = some(digits.train, kAll, kRows);
  auto model = machines();
  model.fit(part.X, part.y);
  int64_t right = 0;
  turns.row(
      name,
      c10::str(digits.test.y.size(0), " images by 45 machines, ", model.rows().size(0), " support vectors"),
      [&] { right = model.predict(digits.test.X).eq(digits.test.y).sum().item<int64_t>(); },
      json_of(job, "libsvm", threads, true),
      [&](const Json& answer) {
        const auto theirs = answer.at("right").get<int64_t>();
        TORCH_CHECK(std::abs(right - theirs) <= kSameQueries, "of the images ", right, " and ", theirs,
                    " are right");
      });
}

/// Once: minutes.
void whole(const Turns& turns, PeerProcess& peer, const Digits& digits) {
  if (!turns.has("kernel/mnist/all")) return;
  auto model = machines();
  double ours = 0;
  const auto memory = mebibytes([&] { ours = seconds([&] { model.fit(digits.train.X, digits.train.y); }); });
  const auto wrong = model.predict(digits.test.X).ne(digits.test.y).to(at::kDouble).mean().item<double>();
  const auto theirs = [&](int64_t rows) {
    const Job job{"", "", kAll, rows};
    return peer.ask(json_of(job, "libsvm", 1)).at("seconds").get<double>();
  };
  const auto half = theirs(kExtrapolatedFrom / 2), tenth = theirs(kExtrapolatedFrom);
  const auto power = std::log2(tenth / half);
  turns.measured(
      {.name = "kernel/mnist/all",
       .unit = "s",
       .ours = ours,
       .peer = tenth * std::pow(10, power),
       .note = c10::str("60,000 images, 10 classes, once; ", at::get_num_threads(), " threads, ",
                        static_cast<int64_t>(memory), " MiB beside the data, ", model.rows().size(0),
                        " support vectors, ", 100 * wrong, " % of the test images wrong; peer: LIBSVM's ",
                        tenth, " s on ", kExtrapolatedFrom, " extrapolated by its power of ", power)});
}

}  // namespace

void kernel_machines(const Turns& turns, PeerProcess& peer, const Digits& digits) {
  const Job jobs[] = {{"kernel/mnist78", "7 against 8, all of MNIST", {7, 8}, 60'000},
                      {"kernel/digits", "10,000 digits, 45 machines", kAll, kRows}};
  for (const auto threads : {at::get_num_threads(), 1}) {
    for (const auto* library : {"libsvm", "intelex"})
      for (const auto& job : jobs) fit(turns, digits.train, job, library, threads);
    prediction(turns, digits, threads);
  }
  whole(turns, peer, digits);
}

}  // namespace spinlab::benchmarks
