#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace spinlab::models {

/// Rows of equal width by their number, of which those that were not asked for longest make room for others.
class RowCache {
 public:
  /// bytes: at most; no more than all rows need are taken.
  RowCache(int64_t bytes, int64_t width);

  /// How many rows fit.
  int64_t capacity() const { return capacity_; }

  /// The places of `rows`, of which there are at most capacity(), and those of them whose numbers the caller
  /// has to fill in. They are valid until the next call.
  struct Places {
    std::vector<float*> all;
    std::vector<int64_t> missing;  // positions in `rows`
  };
  Places places(std::span<const int64_t> rows);

  /// Keeps of every row's numbers those at `columns`, which increase.
  void narrow(std::span<const int64_t> columns);

 private:
  using Order = std::list<int64_t>;  // of rows, the longest unused first
  struct Held {
    int64_t slot;
    Order::iterator order;
  };
  float* slot(int64_t i) { return numbers_.get() + i * width_; }
  int64_t free_slot();

  int64_t width_, numbers_count_, capacity_;
  std::unique_ptr<float[]> numbers_;
  int64_t used_ = 0;
  Order order_;
  std::unordered_map<int64_t, Held> held_;
};

}  // namespace spinlab::models
