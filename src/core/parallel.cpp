#include "src/core/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace spinlab {

void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& body,
                  const std::function<bool()>& stop) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr first;
  std::mutex mutex;
  const auto work = [&] {
    while (!failed && !(stop && stop())) {
      const auto index = next++;
      if (index >= count) return;
      try {
        body(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first) first = std::current_exception();
        failed = true;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    const auto wanted = std::min<std::size_t>(count, static_cast<std::size_t>(std::max(jobs, 1)));
    for (std::size_t i = 0; i < wanted; ++i) threads.emplace_back(work);
  }
  if (first) std::rethrow_exception(first);
}

int usable_cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace spinlab
