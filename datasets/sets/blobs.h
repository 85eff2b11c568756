#pragma once

#include "datasets/known_classes.h"

namespace spinlab::datasets {

/// Isotropic Gaussians of one width, `components` for each class. All means lie in order on a ring in the
/// plane of the first two coordinates, neighbours `separation` apart (in one dimension on a line), and the
/// classes take turns: 2 classes of 2 components are the four corners of a square, the XOR problem. Further
/// dimensions hold noise alone.
struct BlobsOptions {
  int64_t samples = 1000;
  int64_t classes = 3;
  int64_t dimensions = 2;
  int64_t components = 1;
  double separation = 3;
  double noise = 1;                 // the deviation of each coordinate
  std::vector<double> priors = {};  // shares of the classes, in any scale; empty: equal
};

/// The means, float64 (classes · components, dimensions); row i belongs to class i mod `classes`.
at::Tensor blobs_means(const BlobsOptions& options);

/// log p(x | k) = log 1/m Σ_j N(x; μ_kj, noise²·1). Throws c10::ValueError where options are out of range, or
/// there are not as many priors as classes.
KnownClasses blobs(const BlobsOptions& options);

/// The exact p(class | x), whose argmax is the Bayes rule. x: float64 (n, dimensions); returns float64
/// (n, classes). Of one component a class it is the softmax of linear functions; of two equally frequent
/// classes the Bayes error is Φ(-separation / 2 noise). [Bishop, PRML, section 4.2.1]
at::Tensor blobs_posterior(const at::Tensor& x, const BlobsOptions& options);

/// The options by their names, as many "samples" to train as to test; "priors" null: equal.
Dataset load_blobs(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
