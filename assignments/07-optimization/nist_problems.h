#pragma once

#include <torch/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "datasets/sets/nist.h"

/// NIST's nonlinear regressions as residuals and Jacobians.
namespace optimization::problems {

using torch::Tensor;

/// The curve at x for parameters b[0] … b[p − 1], each a number or one for each x.
using Model = std::function<Tensor(const std::vector<Tensor>& b, const Tensor& x)>;

/// The formulas as the files print them.
inline const std::map<std::string, Model>& nist_models() {
  using B = const std::vector<Tensor>&;
  using X = const Tensor&;
  static const std::map<std::string, Model> models = {
      {"Misra1a", [](B b, X x) { return b[0] * (1 - torch::exp(-b[1] * x)); }},
      {"BoxBOD", [](B b, X x) { return b[0] * (1 - torch::exp(-b[1] * x)); }},
      {"Misra1b", [](B b, X x) { return b[0] * (1 - torch::pow(1 + b[1] * x / 2, -2)); }},
      {"Misra1c", [](B b, X x) { return b[0] * (1 - torch::pow(1 + 2 * b[1] * x, -0.5)); }},
      {"Misra1d", [](B b, X x) { return b[0] * b[1] * x / (1 + b[1] * x); }},
      {"Chwirut2", [](B b, X x) { return torch::exp(-b[0] * x) / (b[1] + b[2] * x); }},
      {"DanWood", [](B b, X x) { return b[0] * torch::pow(x, b[1]); }},
      {"Gauss1",
       [](B b, X x) {
         return b[0] * torch::exp(-b[1] * x) + b[2] * torch::exp(-((x - b[3]) / b[4]).square()) +
                b[5] * torch::exp(-((x - b[6]) / b[7]).square());
       }},
      {"Kirby2", [](B b, X x) { return (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4])); }},
      {"Hahn1",
       [](B b, X x) {
         return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));
       }},
      {"Thurber",
       [](B b, X x) {
         return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));
       }},
      {"Rat42", [](B b, X x) { return b[0] / (1 + torch::exp(b[1] - b[2] * x)); }},
      {"Rat43", [](B b, X x) { return b[0] / torch::pow(1 + torch::exp(b[1] - b[2] * x), 1 / b[3]); }},
      {"Eckerle4", [](B b, X x) { return b[0] / b[1] * torch::exp(-0.5 * ((x - b[2]) / b[1]).square()); }},
      {"MGH09", [](B b, X x) { return b[0] * x * (x + b[1]) / (x * (x + b[2]) + b[3]); }},
      {"MGH17", [](B b, X x) { return b[0] + b[1] * torch::exp(-x * b[3]) + b[2] * torch::exp(-x * b[4]); }},
  };
  return models;
}

struct NistProblem {
  spinlab::datasets::nist::NonlinearProblem data;
  Model model;

  std::function<Tensor(const Tensor&)> residuals() const {
    return [*this](const Tensor& b) { return model(b.unbind(), data.x.select(1, 0)) - data.y; };
  }
  /// By backpropagation: with a copy of b for each point, the gradient of the sum is the Jacobian, row by
  /// row.
  std::function<Tensor(const Tensor&)> jacobian() const {
    return [*this](const Tensor& b) {
      const auto copies = b.expand({data.y.size(0), b.size(0)}).clone().requires_grad_();
      model(copies.unbind(1), data.x.select(1, 0)).sum().backward();
      return copies.grad();
    };
  }
};

inline NistProblem nist_problem(const std::string& name) {
  return {spinlab::datasets::nist::nonlinear(name, spinlab::datasets::DataFolders()), nist_models().at(name)};
}

}  // namespace optimization::problems
