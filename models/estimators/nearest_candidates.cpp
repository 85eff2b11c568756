#include "models/estimators/nearest_candidates.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <limits>

namespace spinlab::models {
namespace {

/// Scores that are looked at together: nearly always none of them matters, and that is found without a branch
/// for each.
constexpr int64_t kTogether = 16;
/// Candidates that no longer count are dropped when there are so many for each of the k.
constexpr size_t kTidyAt = 64;

float lowest(const float* scores) {
  float least = scores[0];
  for (int64_t i = 1; i < kTogether; ++i) least = scores[i] < least ? scores[i] : least;
  return least;
}

}  // namespace

NearestCandidates::NearestCandidates(int64_t queries, int64_t k, float slack)
    : k_(static_cast<size_t>(k)), slack_(slack), queries_(static_cast<size_t>(queries)) {
  for (auto& query : queries_) query.limit = std::numeric_limits<float>::infinity();
}

void NearestCandidates::see(const at::Tensor& scores, int64_t first) {
  const auto* all = scores.const_data_ptr<float>();
  const auto count = scores.size(1);
  at::parallel_for(0, scores.size(0), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      see_row(queries_[static_cast<size_t>(i)], all + i * count, count, first);
  });
}

void NearestCandidates::see_row(Query& query, const float* scores, int64_t count, int64_t first) {
  int64_t i = 0;
  for (; i + kTogether <= count; i += kTogether) {
    if (lowest(scores + i) > query.limit) continue;
    for (int64_t j = i; j < i + kTogether; ++j) take(query, scores[j], first + j);
  }
  for (; i < count; ++i) take(query, scores[i], first + i);
}

void NearestCandidates::take(Query& query, float score, int64_t row) {
  if (score > query.limit) return;
  query.found.push_back({score, row});
  auto& smallest = query.smallest;
  if (smallest.size() == k_) {
    if (score >= smallest.front()) return;
    std::ranges::pop_heap(smallest);
    smallest.back() = score;
  } else {
    smallest.push_back(score);
  }
  std::ranges::push_heap(smallest);
  if (smallest.size() < k_) return;
  query.limit = smallest.front() + slack_;
  if (query.found.size() > kTidyAt * k_)
    std::erase_if(query.found, [&](const Candidate& each) { return each.score > query.limit; });
}

std::vector<int64_t> NearestCandidates::of(int64_t query) const {
  const auto& chosen = queries_[static_cast<size_t>(query)];
  std::vector<int64_t> rows;
  for (const auto& each : chosen.found) {
    if (each.score <= chosen.limit) rows.push_back(each.row);
  }
  return rows;
}

}  // namespace spinlab::models
