#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/dataset.h"

/// NIST's Statistical Reference Datasets for regression, https://www.itl.nist.gov/div898/strd/.
namespace spinlab::datasets::nist {

/// A linear regression whose least-squares solution is known exactly.
struct LinearProblem {
  std::string name;
  /// float64 (n, d), without a column of ones. For a polynomial of degree d the powers x, x², …, x^d.
  at::Tensor X;
  at::Tensor y;  // float64 (n)
  bool intercept = true;
  /// The coefficients, float64: (d + 1) with the intercept last, (d) where the model has none. Computed in
  /// exact rational arithmetic from the same decimals; Norris, Filip and Longley agree with NIST's certified
  /// values.
  at::Tensor certified;
  double residual_sum_of_squares = 0;
};

/// norris, pontius, noint1, noint2, filip, longley, wampler1 … wampler5. Throws c10::ValueError at another
/// name or where a file is missing.
LinearProblem linear(const std::string& name, const DataFolders& folders = DataFolders());
std::vector<std::string> linear_names();

/// The problem of calibrating ozone monitors: 36 observations of a straight line.
LinearProblem norris(const DataFolders& folders = DataFolders());

/// A nonlinear regression with its certified solution, as one .dat file says it.
struct NonlinearProblem {
  std::string name;
  std::string model;               // the formula as printed
  at::Tensor x;                    // float64 (n, predictors)
  at::Tensor y;                    // float64 (n)
  at::Tensor start1, start2;       // float64 (p): far from the solution and near to it
  at::Tensor certified;            // float64 (p)
  at::Tensor standard_deviations;  // float64 (p)
  double residual_sum_of_squares = 0;
  int64_t degrees_of_freedom = 0;
};

/// Throws c10::ValueError where the file lacks a part or its counts disagree.
NonlinearProblem read_nonlinear(const std::filesystem::path& file);

/// By name ("Misra1a", …) from the data folders. Throws c10::ValueError at another name or where the file is
/// missing.
NonlinearProblem nonlinear(const std::string& name, const DataFolders& folders);
std::vector<std::string> nonlinear_names();

}  // namespace spinlab::datasets::nist

namespace spinlab::datasets {

/// A linear problem as a data set: the observations both train and test, as the certified residual is that of
/// the fit to all of them. Options: "problem" ("norris").
Dataset load_nist(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
