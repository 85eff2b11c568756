#pragma once

#include <functional>

#include "benchmarks/row.h"
#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// An MLP 784-128-10 and LeNet-5 by SGD with momentum 0.9: an epoch over the 60,000 training images of MNIST
/// (shuffling and gathering the batches included) and an evaluation on the 10,000 test images, by Spinlab's
/// trainer and by PyTorch in Python (training_peer.py), both from tensors in memory. Rows mlp/16/python,
/// mlp/64/python, mlp/512/python (tensors indexed by hand), mlp/64/dataloader (torch.utils.data.DataLoader
/// over a set that turns each image into a normalised tensor, as torchvision's does) and
/// mlp/64/dataloader-tensors (over a TensorDataset of images normalised beforehand), mlp/64/compile (as
/// python, its model and loss by torch.compile, compiled beforehand), lenet5/64/python. The peer takes the
/// fastest of 1 or all threads, of the plain, foreach and fused optimizer, of 0 or 2 workers, of both memory
/// layouts of images. Without MNIST's files, noise of the same shapes, and the note says so. `each` gets a
/// row as soon as it is measured.
void training(const datasets::DataFolders& data, int repetitions,
              const std::function<void(const Row&)>& each);

}  // namespace spinlab::benchmarks
