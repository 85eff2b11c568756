#pragma once

#include <functional>
#include <string>

#include "benchmarks/row.h"
#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// Models that are fitted in one call against scikit-learn, scikit-learn-intelex, celer and skglm, each with
/// its fastest setting that is as accurate (classic_peer.py), in turns, data in memory. Rows:
/// - nearest: one neighbour for all of MNIST's test set, 309 errors;
/// - softmax: MNIST's pixels / 255, λ = 1e-4, until the objective is within 1e-6 of its minimum;
/// - ridge, lasso and elastic-net on 20,000 rows and 500 columns, independent and with neighbours correlated
/// by
///   0.95: one solution; paths of 100 penalties over three decades with duality gaps of at most 1e-6 of the
///   objective at 0, against the fastest peer and against scikit-learn alone;
/// - kernel-ridge: a Gaussian kernel on 10,000 of MNIST;
/// - process: one gradient of the marginal likelihood, 3,000 rows, 8 widths.
/// `chosen`: the rows whose names hold this text. Throws c10::ValueError where MNIST's files are not in
/// `data`.
void classic(const datasets::DataFolders& data, const std::string& chosen, int repetitions,
             const std::function<void(const Row&)>& each);

}  // namespace spinlab::benchmarks
