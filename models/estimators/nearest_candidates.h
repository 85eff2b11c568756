#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace spinlab::models {

/// For each query the training rows that can be among its k nearest, as far as float32 tells: every row whose
/// score is at most the k-th smallest plus `slack`.
class NearestCandidates {
 public:
  NearestCandidates(int64_t queries, int64_t k, float slack);

  /// scores: (queries, block) float32, contiguous, on the CPU: of the rows first, first + 1, …
  void see(const at::Tensor& scores, int64_t first);
  /// The rows, in rising order.
  std::vector<int64_t> of(int64_t query) const;

 private:
  struct Candidate {
    float score;
    int64_t row;
  };
  struct Query {
    std::vector<Candidate> found;
    /// The k smallest scores so far, the largest first.
    std::vector<float> smallest;
    float limit;
  };
  void see_row(Query& query, const float* scores, int64_t count, int64_t first);
  void take(Query& query, float score, int64_t row);

  size_t k_;
  float slack_;
  std::vector<Query> queries_;
};

}  // namespace spinlab::models
