#pragma once

#include <cstdint>
#include <functional>

namespace spinlab {

/// body(begin, end) for parts of [0, count) of at least `grain`, on LibTorch's threads, each with the
/// caller's grad mode; the first exception is thrown. Operators of LibTorch use one thread inside, unless
/// there is one part alone. at::parallel_for is the same in what is compiled for LibTorch's OpenMP, and runs
/// on one thread in all else: here.
void on_all_cores(int64_t count, int64_t grain, const std::function<void(int64_t begin, int64_t end)>& body);

}  // namespace spinlab
