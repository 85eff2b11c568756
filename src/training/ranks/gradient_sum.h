#pragma once

#include <ATen/core/Tensor.h>

#include <unordered_map>
#include <vector>

#include "src/training/ranks/ranks.h"

namespace spinlab::training {

/// The gradients of all ranks, added up while the backward pass still runs: in buckets, the last layers'
/// first, each begun when all of its gradients are there [Li et al., arXiv:2006.15704, section 3.2].
///
///     sum.start();
///     loss.backward();    // or sum.ready(parameter), where no graph says it
///     sum.finish();       // .grad: the same on every rank
class GradientSum {
 public:
  /// parameters: float32 or float64 on the CPU, the first layer's first. Hears of each gradient that a
  /// graph's backward pass has written, as long as this object lives.
  GradientSum(std::vector<at::Tensor> parameters, Ranks& ranks, int64_t bucket_bytes = 1 << 20);
  ~GradientSum();
  GradientSum(const GradientSum&) = delete;
  GradientSum& operator=(const GradientSum&) = delete;

  /// The next backward pass is the one whose gradients are to be added up.
  void start();
  /// The parameter's gradient is written.
  void ready(const at::Tensor& parameter);
  /// Waits for the sums and puts them into the gradients. A parameter that has none stays so.
  void finish();

  /// Of the numbers that each rank gives to a sum.
  int64_t bytes() const;

 private:
  struct Bucket {
    size_t parameters = 0;
    at::Tensor numbers;
    size_t missing = 0;
  };
  struct Place {
    size_t bucket;
    int64_t offset;
    bool ready = false;
  };

  void make_buckets(int64_t bytes);
  void put(size_t parameter);
  void start_complete_buckets();

  std::vector<at::Tensor> parameters_;
  Ranks& ranks_;
  std::vector<Bucket> buckets_;
  std::vector<Place> places_;
  std::unordered_map<const c10::TensorImpl*, size_t> index_;
  /// Buckets that were begun: one after the other, the same on every rank.
  size_t started_ = 0;
  bool listening_ = false;
};

}  // namespace spinlab::training
