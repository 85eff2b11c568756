#pragma once

#include <functional>

namespace spinlab::training {

/// How many of the `available` threads make `step` fastest, by trying: 1, 2, 4, … and all, in turns, 0.06 s
/// or three turns together, whichever is more; what takes twice as long as another is not tried again.
/// Threads must shorten it by a quarter over fewer: on cores that others use too they cost far more than they
/// gain. What the step changes (weights, the generator), the caller puts back; LibTorch's number of threads
/// is as before. Kernels may round differently on another number of threads: a run that is to be repeated to
/// the bit writes the number down. Throws c10::ValueError where available < 1.
int measured_threads(const std::function<void()>& step, int available);

/// The same by another clock: `seconds(threads)` is one trial, the time of a step.
int measured_threads_by(const std::function<double(int threads)>& seconds, int available);

}  // namespace spinlab::training
