#pragma once

#include <torch/types.h>

#include <string>

#include "datasets/files/data_folders.h"
#include "datasets/formats/idx.h"
#include "problems.h"

/// Digits of MNIST to classify, and how well the plainest kernel does.
namespace infinite_width::digits {

using namespace problems;

struct Digits {
  Tensor images, labels, queries, answers;  // (n, 784) in [0, 1]; (n); (m, 784); (m)
};

/// Of MNIST's smaller file, drawn, with a little noise in each pixel: none is known by its bytes.
inline Digits draw(int64_t n, int64_t m, const std::string& purpose) {
  using namespace spinlab::datasets;
  const DataFolders folders;
  static const auto all = read_idx(folders.find("mnist/t10k-images-idx3-ubyte", "mnist"), 3, 10'000, "");
  static const auto labels = read_idx(folders.find("mnist/t10k-labels-idx1-ubyte", "mnist"), 1, 10'000, "");
  const auto order =
      torch::randperm(10'000, spinlab::make_generator(spinlab::check_seed(), purpose), torch::kLong);
  const auto old = order.slice(0, 0, n), fresh = order.slice(0, n, n + m);
  const auto images = [&](const Tensor& of) {
    const auto grey = all.index_select(0, of).flatten(1).to(torch::kFloat64) / 255;
    return 0.96 * grey + uniform(grey.sizes(), 0, 0.04, purpose + std::to_string(of[0].item<int64_t>()));
  };
  const auto labels_of = [&](const Tensor& of) { return labels.index_select(0, of).to(torch::kLong); };
  return {images(old), labels_of(old), images(fresh), labels_of(fresh)};
}

inline int64_t errors(const Tensor& said, const Tensor& answers) {
  return said.ne(answers).sum().item<int64_t>();
}

/// Errors of the plainest kernel of the course: the NNGP of one hidden layer of ReLUs.
inline int64_t reference_errors(const Digits& digits) {
  const auto n = digits.images.size(0);
  const auto points = torch::cat({digits.images, digits.queries});
  const auto K = 0.1 + 2 * points.matmul(digits.images.t()) / 784;  // all against the training images
  const auto deviation = (0.1 + 2 * points.square().sum(1) / 784).sqrt();
  const auto scale = deviation.unsqueeze(1) * deviation.slice(0, 0, n);
  const auto angle = (K / scale).clamp(-1, 1).acos();
  const auto nngp = 0.1 + scale * (angle.sin() + (kPi - angle) * angle.cos()) / kPi;
  const auto train = nngp.slice(0, 0, n);
  const auto targets = digits.labels.unsqueeze(1).eq(torch::arange(10)).to(torch::kFloat64) - 0.1;
  const auto weights = torch::linalg_solve(train + 0.01 * train.diagonal().mean() * eye(n), targets);
  return errors(nngp.slice(0, n).matmul(weights).argmax(1), digits.answers);
}

}  // namespace infinite_width::digits
