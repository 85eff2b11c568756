#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace spinlab::training {

/// "loss" and "accuracy" (in [0, 1]) for classes, "rmse" and "r2" for regression.
using Metrics = std::map<std::string, double>;
inline const std::vector<std::string> kClassificationMetrics{"loss", "accuracy"},
    kRegressionMetrics{"rmse", "r2"};

/// logits: (n, classes); targets: int64 (n). The mean cross-entropy in nats; ties go to the lowest class.
Metrics classification_metrics(const at::Tensor& logits, const at::Tensor& targets);

/// values, targets: (n, k) in the units of the data set.
/// rmse = √mean (y - ŷ)²; r2 = 1 - Σ(y - ŷ)²/Σ(y - ȳ)², both over all columns.
Metrics regression_metrics(const at::Tensor& values, const at::Tensor& targets);

/// The same names with "test_" or the like before them.
Metrics prefixed(const std::string& prefix, const Metrics& metrics);

}  // namespace spinlab::training
