#pragma once

#include "models/estimators/distance_bounds.h"
#include "models/estimators/estimator.h"

namespace spinlab::models {

/// What one query finds: squares of Euclidean distances and rows of the training set, nearest first, of equal
/// ones the lower row first.
struct Neighbours {
  /// Both (m, k): float64 and int64.
  at::Tensor squared_distances, rows;
};

/// The k nearest rows of the training set vote [Cover and Hart, IEEE Trans. Inf. Theory 13 (1967)]: the class
/// of most of them, of several the lowest; of values their mean. Exact: lower bounds of all distances, by
/// blocks of float32 matrix products, leave few rows to look at in float64, and none is missed. Memory beyond
/// the training set does not grow with the number of queries.
class NearestNeighbours : public Estimator {
 public:
  explicit NearestNeighbours(int64_t k) : k_(k) {}

  /// X as for predict; k: at most the number of training rows.
  Neighbours neighbours(const at::Tensor& X, int64_t k) const;

  int64_t features() const override { return rows_.defined() ? rows_.size(1) : 0; }
  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

 protected:
  /// Throws c10::ValueError for fewer rows than k.
  void learn(const at::Tensor& X, const at::Tensor& y) override;
  at::Tensor answer(const at::Tensor& X) const override;

 private:
  at::Tensor vote(const at::Tensor& rows) const;
  /// The neighbours of queries that one core handles at once.
  Neighbours search(const at::Tensor& X, int64_t k) const;

  int64_t k_;
  /// (n, d) float64, and y.
  at::Tensor rows_, targets_;
  DistanceBounds bounds_;
};

}  // namespace spinlab::models
