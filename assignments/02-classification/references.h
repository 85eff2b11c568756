#pragma once

#include "problems.h"

/// What hidden checks alone hold a student's functions against: solutions, in short.
namespace classification::problems {

inline Tensor hessian(const Data& data, const Tensor& w, double lambda) {
  std::vector<Tensor> columns;
  for (const auto& axis : eye(w.size(0)).unbind()) columns.push_back(bending(data, w, axis, lambda).along);
  return torch::stack(columns, 1);
}

/// The minimum of J, by Newton steps from 0 that these data do not make diverge.
inline Tensor minimum(const Data& data, double lambda) {
  auto w = zeros({data.X.size(1) + 1});
  for (int step = 0; step < 15; ++step)
    w = w - torch::linalg_solve(hessian(data, w, lambda), gradient(data, w, lambda));
  return w;
}

/// Task 11 for one query after another, in whole numbers where X has them.
inline Tensor searched(const Tensor& X, const Tensor& labels, const Tensor& queries, int64_t k) {
  const auto classes = labels.max().item<int64_t>() + 1;
  auto answers = torch::empty({queries.size(0)}, torch::kLong);
  for (int64_t i = 0; i < queries.size(0); ++i) {
    const auto distances = (X - queries[i]).square().sum(1);
    const auto order = std::get<1>(distances.sort(/*stable=*/true, 0, /*descending=*/false));
    const auto votes = torch::bincount(labels.index_select(0, order.slice(0, 0, k)), {}, classes);
    const auto* first = votes.const_data_ptr<int64_t>();
    answers[i] = std::max_element(first, first + classes) - first;
  }
  return answers;
}

}  // namespace classification::problems
