#pragma once

#include <string>
#include <vector>

#include "benchmarks/growth.h"
#include "benchmarks/turns.h"
#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// The network of the recipe cifar10-resnet on CIFAR-10, or on noise of its shape where the data is not
/// there, against PyTorch in Python:
///   convolution/epoch         an epoch with augmentation and evaluation; peer: tensors by hand
///   convolution/loader        the same; peer: a DataLoader over images with torchvision's steps
///   convolution/compile       the same; peer: tensors by hand and torch.compile, its warm-up not counted
///   convolution/augmentation  a whole epoch's batches without training; peer: the faster of NumPy and
///   PyTorch convolution/peak          an epoch's training; in place of a peer what its convolutions take
///   alone, so that
///                             the ratio is their share
void convolution(const datasets::DataFolders& data, const std::string& rows, int repetitions,
                 const EachRow& each);

/// Seconds and memory of an epoch of 2,560 images against the width, the depth and the batch.
std::vector<Growth> convolution_growth(const MachinePeaks& peaks, const EachGrowth& each);

}  // namespace spinlab::benchmarks
