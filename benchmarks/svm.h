#pragma once

#include <string>

#include "benchmarks/turns.h"
#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// Support vector machines against scikit-learn's (svm_peer.py), each side with its loosest tolerance whose
/// objective, looked at in float64 on the peer's side too, is within a thousandth of the minimum; data in
/// memory, the conversion of the rows included. Rows:
/// - linear/mnist: 60,000 × 784 pixels / 255, ten classes one against the rest, squared hinge, C 1; against
///   LIBLINEAR's fastest solver, dual or primal; and linear/mnist/one-thread, ours on one;
/// - linear/sparse: 100,000 × 100,000 with 100 numbers a row, two classes by a hidden w with noise, squared
/// hinge,
///   C 1; and linear/sparse/one-thread.
/// `chosen`: the rows whose names hold this text. Throws c10::ValueError where MNIST's files are not in
/// `data`, c10::Error where an objective is not within a thousandth of the other side's.
void svm(const datasets::DataFolders& data, const std::string& chosen, int repetitions, const EachRow& each);

}  // namespace spinlab::benchmarks
