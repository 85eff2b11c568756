#pragma once

#include <string>

#include "benchmarks/growth.h"
#include "benchmarks/turns.h"

namespace spinlab::benchmarks {

/// The theory of wide networks (src/theory) against neural-tangents, torch.func and a Cholesky
/// factorisation's other users, each with its fastest setting (infinite_width_peer.py), in turns. Float64
/// but where a row says float32. Both sides' numbers are compared, and a row is refused where they differ.
/// Rows:
/// - mlp/relu, mlp/erf (and /float32): NNGP and NTK of 5 hidden layers between 5,000 inputs of 784 numbers;
///   with /20000 between 20,000, which is measured only where `chosen` has that number;
/// - mlp/relu/machine, mlp/erf/machine: the same, against what this machine could do at most;
/// - conv/flatten and conv/pool: 3 convolutions of 3 × 3, of 500 and of 16 images of 28 × 28;
/// - empirical/mlp (3 × 512, 500 inputs), empirical/lenet5 (100): tangent kernels of networks with weights;
/// - process: mean and evidence of 10,000 rows with given covariances.
/// `chosen`: the rows whose names hold this text. Throws c10::Error where numbers differ.
void infinite_width(const std::string& chosen, int repetitions, const EachRow& each);

/// Time and memory of these against the number of inputs and against depth, ours alone.
std::vector<Growth> infinite_width_growth(const MachinePeaks& peaks, const EachGrowth& each);

/// What any program needs for the kernels of `depth` dense layers between n inputs of d numbers: a product of
/// two operations a number and pair, for half of the pairs, as fast as the fastest product, and for each
/// layer one reading and one writing of two matrices' half at the speed of memory.
double least_seconds(const MachinePeaks& peaks, double n, double d, double depth);

}  // namespace spinlab::benchmarks
