#pragma once

#include <cstddef>
#include <functional>

namespace spinlab {

/// body(0) … body(count - 1), in that order of beginning, on `jobs` threads. After an exception or where
/// `stop` (if any) says so nothing more is begun; the first exception is thrown once all threads have ended.
void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& body,
                  const std::function<bool()>& stop = nullptr);

/// The processors that this process may use, at least 1.
int usable_cores();

}  // namespace spinlab
