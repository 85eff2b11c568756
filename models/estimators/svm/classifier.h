#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/estimators/class_weights.h"
#include "models/estimators/estimator.h"
#include "models/estimators/svm/machine.h"
#include "models/estimators/svm/sigmoid.h"
#include "models/kernels/kernel.h"

namespace spinlab::models {

struct SvmOptions {
  /// Of a slack; ∞: the hard margin.
  double C = 1;
  /// ν-classification in place of C.
  std::optional<double> nu = std::nullopt;
  /// C_k = C × the weight of class k.
  ClassWeights class_weights = {};
  enum class Split { kOneAgainstOne, kOneAgainstRest } split = Split::kOneAgainstOne;
  /// Sigmoids for probabilities, of values that five-fold cross-validation gives.
  bool probabilities = false;
  DualOptions dual = {};
};

/// Support vector machines for any number of classes: the class with most votes of the machines of all pairs,
/// of equal ones the lowest, or of the largest value of those against the rest [Chang and Lin, ACM TIST 2
/// (2011), section 7].
class SvmClassifier : public Estimator {
 public:
  SvmClassifier(MakeKernel kernel, int64_t classes, SvmOptions options)
      : make_kernel_(std::move(kernel)), classes_(classes), options_(std::move(options)) {}

  int64_t features() const override { return rows_.defined() ? rows_.size(1) : 0; }
  /// Support vectors of all machines, (s, d), what they weigh in each, (s, machines), and the machines'
  /// biases.
  const at::Tensor& rows() const { return rows_; }
  const at::Tensor& weights() const { return weights_; }
  const at::Tensor& biases() const { return biases_; }
  /// Of each machine the class of positive values and the other, -1 for the rest.
  const std::vector<std::pair<int64_t, int64_t>>& machines() const { return machines_; }

  /// f of each machine, (m, machines).
  at::Tensor decisions(const at::Tensor& X) const;
  /// (m, classes), rows that sum to 1. Throws c10::ValueError where the option was not given.
  at::Tensor probabilities(const at::Tensor& X) const;

  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;
  at::Tensor answer(const at::Tensor& X) const override;

 private:
  struct Fitted;
  void choose_machines(const at::Tensor& rows_of_class);
  /// (p) int64, in their order.
  at::Tensor classes_of_machines() const;
  Fitted fit_machine(const KernelMatrix& kernel, const at::Tensor& y, const at::Tensor& costs,
                     size_t which) const;
  void keep(const at::Tensor& X, const std::vector<Fitted>& fitted);

  MakeKernel make_kernel_;
  int64_t classes_;
  SvmOptions options_;
  KernelPtr kernel_;
  at::Tensor rows_, weights_, biases_;
  std::vector<std::pair<int64_t, int64_t>> machines_;
  std::vector<Sigmoid> sigmoids_;
};

}  // namespace spinlab::models
