#pragma once

#include <string>
#include <vector>

#include "benchmarks/growth.h"
#include "benchmarks/turns.h"
#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// Support vector machines against scikit-learn's (svm_peer.py); data in memory. Each row also with ours and
/// the peer on one thread, NAME/one-thread. Rows of linear machines, each side with its loosest tolerance
/// whose objective, looked at in float64 on the peer's side too, is within a thousandth of the minimum, the
/// conversion of the rows included:
/// - linear/mnist: 60,000 × 784 pixels / 255, ten classes one against the rest, squared hinge, C 1; against
///   LIBLINEAR's fastest solver, dual or primal;
/// - linear/sparse: 100,000 × 100,000 with 100 numbers a row, two classes by a hidden w with noise, squared
///   hinge, C 1.
/// Rows of kernel machines, Gaussian with γ 0.02, C 5, LIBSVM's tolerance of 1e-3 and 200 MB of cache on
/// either side, pixels / 255, objectives (summed over machines) within 1e-5 of each other:
/// - kernel/mnist78: 7 against 8, and kernel/digits: the first 10,000, ten classes, one against one; against
///   LIBSVM; with /intelex in the name against scikit-learn-intelex (oneDAL);
/// - kernel/prediction: of the 10,000 test images by the machines of kernel/digits;
/// - kernel/mnist/all: all 60,000, once; against LIBSVM's time on 6,000, extrapolated by the exponent that it
/// has
///   from 3,000 to 6,000.
/// `chosen`: the rows whose names hold this text. Throws c10::ValueError where MNIST's files are not in
/// `data`, c10::Error where an objective is not the other side's.
void svm(const datasets::DataFolders& data, const std::string& chosen, int repetitions, const EachRow& each);

/// Of the machine of 7 against 8: time, memory, pairs and how much of the time goes into kernel rows, against
/// n, C and γ.
std::vector<Growth> svm_growth(const datasets::DataFolders& data, const MachinePeaks& peaks,
                               const EachGrowth& each);

}  // namespace spinlab::benchmarks
