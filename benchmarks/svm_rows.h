#pragma once

#include "benchmarks/classic_problems.h"
#include "benchmarks/exported_tensors.h"
#include "benchmarks/turns.h"

namespace spinlab::benchmarks {

/// The rows of `bench svm`, as svm.h says. digits: pixels / 255, exported as mnist_X, mnist_y, test_X and
/// test_y; undefined where no row that is chosen needs them.
void linear_machines(const Turns& turns, ExportedTensors& files, const Digits& digits);
void kernel_machines(const Turns& turns, PeerProcess& peer, const Digits& digits);

/// The last part of a row's name where both sides have one thread.
inline const std::string kOneThread = "/one-thread";

}  // namespace spinlab::benchmarks
