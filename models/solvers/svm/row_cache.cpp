#include "models/solvers/svm/row_cache.h"

#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::models {
namespace {

/// For each column: regression has two coefficients of a point.
constexpr int64_t kMostRows = 2;

}  // namespace

/// Memory that nobody has written to is not taken from the machine.
RowCache::RowCache(int64_t bytes, int64_t width)
    : width_(width),
      numbers_count_(std::min(bytes / static_cast<int64_t>(sizeof(float)), kMostRows * width * width)),
      capacity_(numbers_count_ / width),
      numbers_(new float[static_cast<size_t>(numbers_count_)]) {}

int64_t RowCache::free_slot() {
  if (used_ < capacity_) return used_++;
  const auto oldest = held_.find(order_.front());
  const auto free = oldest->second.slot;
  held_.erase(oldest);
  order_.pop_front();
  return free;
}

RowCache::Places RowCache::places(std::span<const int64_t> rows) {
  TORCH_INTERNAL_ASSERT(static_cast<int64_t>(rows.size()) <= capacity_);
  for (const auto row : rows)  // first, so that none of them makes room for another
    if (const auto found = held_.find(row); found != held_.end())
      order_.splice(order_.end(), order_, found->second.order);
  Places places;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto found = held_.find(rows[i]);
    if (found == held_.end()) {
      const auto free = free_slot();
      found = held_.emplace(rows[i], Held{free, order_.insert(order_.end(), rows[i])}).first;
      places.missing.push_back(static_cast<int64_t>(i));
    }
    places.all.push_back(slot(found->second.slot));
  }
  return places;
}

/// In place: a row's new place is never behind its old one.
void RowCache::narrow(std::span<const int64_t> columns) {
  const auto width = static_cast<int64_t>(columns.size());
  for (int64_t i = 0; i < used_; ++i) {
    const auto* from = slot(i);
    auto* to = numbers_.get() + i * width;
    for (int64_t j = 0; j < width; ++j) to[j] = from[columns[static_cast<size_t>(j)]];
  }
  width_ = width;
  capacity_ = numbers_count_ / width;
}

}  // namespace spinlab::models
