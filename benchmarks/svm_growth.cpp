#include <ATen/ATen.h>

#include <cmath>
#include <memory>
#include <numeric>

#include "benchmarks/classic_problems.h"
#include "benchmarks/svm.h"
#include "models/estimators/svm/machine.h"
#include "models/kernels/matrices/matrices.h"
#include "src/training/device.h"

namespace spinlab::benchmarks {
namespace {

constexpr double kGamma = 0.02, kCost = 5;
constexpr int64_t kRows = 8000, kGammasInOne = 1000;

/// How long rows took and how many numbers they had.
struct Spent {
  double seconds = 0, numbers = 0;
};

class TimedColumns : public models::KernelColumns {
 public:
  TimedColumns(std::unique_ptr<models::KernelColumns> columns, Spent& spent)
      : columns_(std::move(columns)), spent_(spent) {}
  int64_t count() const override { return columns_->count(); }
  void rows(std::span<const int64_t> rows, std::span<float* const> into) const override {
    spent_.seconds += seconds([&] { columns_->rows(rows, into); });
    spent_.numbers += static_cast<double>(rows.size()) * static_cast<double>(count());
  }

 private:
  std::unique_ptr<models::KernelColumns> columns_;
  Spent& spent_;
};

/// A kernel matrix whose rows are timed.
class TimedMatrix : public models::KernelMatrix {
 public:
  TimedMatrix(std::unique_ptr<models::KernelMatrix> matrix, Spent& spent)
      : matrix_(std::move(matrix)), spent_(spent) {}
  int64_t size() const override { return matrix_->size(); }
  at::Tensor diagonal() const override { return matrix_->diagonal(); }
  std::unique_ptr<models::KernelColumns> columns(std::span<const int64_t> points) const override {
    return std::make_unique<TimedColumns>(matrix_->columns(points), spent_);
  }
  double rounding() const override { return matrix_->rounding(); }
  at::Tensor exact(std::span<const int64_t> rows, std::span<const int64_t> columns) const override {
    return matrix_->exact(rows, columns);
  }

 private:
  std::unique_ptr<models::KernelMatrix> matrix_;
  Spent& spent_;
};

/// 7 against 8 with a machine's last run.
struct SevensAndEights {
  at::Tensor X;
  std::vector<double> y;
  models::Machine found;
  double whole = 0;
  Spent kernel;

  void fit(int64_t rows, double C, double gamma) {
    kernel = {};
    whole = seconds([&] {
      const auto function = models::make_kernel({{"name", "gaussian"}, {"gamma", gamma}}, {}, "bench");
      const TimedMatrix matrix(models::kernel_matrix(function, X.slice(0, 0, rows)), kernel);
      found = models::classify(matrix, {y.begin(), y.begin() + rows},
                               std::vector(static_cast<size_t>(rows), C), {});
    });
  }
};

std::shared_ptr<SevensAndEights> sevens_and_eights(const datasets::DataFolders& data) {
  const auto [X, y] = digits(data).train;
  const auto which = at::isin(y, at::tensor({7, 8})).nonzero().flatten();
  auto both = std::make_shared<SevensAndEights>();
  both->X = X.index_select(0, which) / 255;
  const auto labels = y.index_select(0, which);
  for (int64_t i = 0; i < labels.size(0); ++i) both->y.push_back(labels[i].item<int64_t>() == 7 ? 1 : -1);
  return both;
}

}  // namespace

std::vector<Growth> svm_growth(const datasets::DataFolders& data, const MachinePeaks& peaks,
                               const EachGrowth& each) {
  training::keep_freed_memory();
  const auto both = sevens_and_eights(data);
  const auto d = static_cast<double>(both->X.size(1));
  const auto measured = [&](const std::string& along, std::vector<int64_t> sizes,
                            std::function<void(int64_t)> work) {
    return Measured{"svm/mnist78",
                    "the kernel's rows as products in float32",
                    std::move(sizes),
                    std::move(work),
                    [=](double) { return 2 * d * both->kernel.numbers / peaks.float32_flops; },
                    along,
                    [=]() -> std::map<std::string, double> {
                      return {{"pairs", static_cast<double>(both->found.pairs)},
                              {"support vectors", static_cast<double>(both->found.support)},
                              {"share of the time in kernel rows", both->kernel.seconds / both->whole}};
                    }};
  };
  return measure(
      {measured("training rows n", {1000, 2000, 4000, 8000, 12'000},
                [=](int64_t n) { both->fit(n, kCost, kGamma); }),
       measured("C", {1, 10, 100, 1000},
                [=](int64_t C) { both->fit(kRows, static_cast<double>(C), kGamma); }),
       measured("gamma x 1000", {1, 5, 20, 80, 320},
                [=](int64_t gamma) { both->fit(kRows, kCost, static_cast<double>(gamma) / kGammasInOne); })},
      each);
}

}  // namespace spinlab::benchmarks
