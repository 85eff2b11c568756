#include "src/training/failed_step.h"

namespace spinlab::training {
namespace {

/// It is nearly always the rest of an epoch, in a network that normalises by the batch.
constexpr auto kAlone = "; choose a batch that leaves no single example over";

}  // namespace

at::Tensor with_place(const std::function<at::Tensor(const Batch&)>& gradient, const Batch& batch,
                      int64_t step, int64_t epoch) {
  try {
    return gradient(batch);
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const c10::Error& error) {
    const bool is_alone = batch.size() == 1;
    TORCH_CHECK_VALUE(false, "step ", step, " (epoch ", epoch, "), a batch of ", batch.size(),
                      is_alone ? " example: " : " examples: ", error.what_without_backtrace(),
                      is_alone ? kAlone : "");
  }
}

}  // namespace spinlab::training
