#pragma once

#include <ATen/core/Tensor.h>

#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// Rows and targets, float64 but for classes.
struct Problem {
  at::Tensor X, y;
};

/// y = X w + noise, a tenth of the weights not 0; neighbouring columns have the correlation given.
Problem linear_problem(int64_t n, int64_t d, double correlation);

/// Values of a smooth function of 8 columns with a little noise.
Problem smooth_problem(int64_t n);

/// MNIST's images as rows of pixels from 0 to 255, train and test.
struct Digits {
  Problem train, test;
};
/// Throws c10::ValueError with what to do where its files are not there.
Digits digits(const datasets::DataFolders& data);

}  // namespace spinlab::benchmarks
