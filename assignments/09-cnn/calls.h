#pragma once

#include "cnn.h"
#include "src/judging/student_call.h"

namespace cnn {

/// Which of what batch_norm returns in training hangs on autograd's graph where x does, 1 or 0 each: output,
/// running mean, running variance. A call's arguments have no gradients, so this is asked where the function
/// runs.
inline std::vector<int64_t> hang_on_the_graph(const Tensor& x, const Tensor& numbers) {
  const auto leaf = x.detach().clone().requires_grad_();
  const auto made = batch_norm(leaf, numbers, numbers, {numbers, numbers}, /*training=*/true, 0.1, kEpsilon);
  return {made.output.requires_grad(), made.running.mean.requires_grad(), made.running.variance.requires_grad()};
}

}  // namespace cnn

#ifdef SPINLAB_EXPORT
SPINLAB_EXPORT(cnn::hang_on_the_graph);
#endif
SPINLAB_CALL(cnn, output_size, "_, _, _ -> _")
SPINLAB_CALL(cnn, same_padding, "_, _ -> _")
SPINLAB_CALL(cnn, correlate_by_loops, "(n, c, _, _), (k, c, _, _), (k), _ -> (n, k, _, _)")
SPINLAB_CALL(cnn, patches, "(n, c, _, _), a, b, _ -> (n, c*a*b, _)")
SPINLAB_CALL(cnn, correlate, "(n, c, _, _), (k, c, _, _), (k), _ -> (n, k, _, _)")
SPINLAB_CALL(cnn, parameter_gradients, "(n, c, _, _), (n, k, _, _), a, b, _ -> {(k, c, a, b), (k)}")
SPINLAB_CALL(cnn, fold, "(n, _, _), h, w, _, _, _ -> (n, _, h, w)")
SPINLAB_CALL(cnn, input_gradient, "(k, c, _, _), (n, k, _, _), h, w, _ -> (n, c, h, w)")
SPINLAB_CALL(cnn, max_pool, "(n, c, _, _), _, _ -> {(n, c, rows, columns), (n, c, rows, columns):int64}")
SPINLAB_CALL(cnn, max_pool_gradient, "(n, c, _, _):int64, (n, c, _, _), h, w -> (n, c, h, w)")
SPINLAB_CALL(cnn, average_pool, "(n, c, _, _), _, _ -> (n, c, _, _)")
SPINLAB_CALL(cnn, average_pool_gradient, "(n, c, _, _), h, w, _, _ -> (n, c, h, w)")
SPINLAB_CALL(cnn, batch_norm, "(n, c, h, w), (c), (c), {(c), (c)}, _, _, _ -> {(n, c, h, w), {(c), (c)}}")
SPINLAB_CALL(cnn, batch_norm_gradient, "(n, c, h, w), (c), (n, c, h, w), _ -> {(n, c, h, w), (c), (c)}")
SPINLAB_CALL(cnn, group_norm, "(n, c, h, w), _, (c), (c), _ -> (n, c, h, w)")
SPINLAB_CALL(cnn, group_norm_gradient, "(n, c, h, w), _, (c), (n, c, h, w), _ -> {(n, c, h, w), (c), (c)}")
SPINLAB_CALL(cnn, receptive_field, "_ -> _")
SPINLAB_CALL(cnn, resnet_parameters, "_, _, _, _ -> _")
SPINLAB_CALL(cnn, correlate_on_torus, "(n, c, h, w), (k, c, _, _) -> (n, k, h, w)")
SPINLAB_CALL(cnn, broken_by_padding, "_, _, _, _, _ -> _")
SPINLAB_CALL(cnn, correlate_by_fft, "(n, c, h, w), (k, c, _, _) -> (n, k, h, w)")
SPINLAB_CALL(cnn, residual_block, "(n, c, _, _), {(k, c, 3, 3), (k), (k), (k, k, 3, 3), (k), (k)}, _ -> (n, k, _, _)")
SPINLAB_CALL(cnn, residual_block_gradient, "(n, c, h, w), {(k, c, 3, 3), (k), (k), (k, k, 3, 3), (k), (k)}, _, (n, k, _, _) -> {(n, c, h, w), {(k, c, 3, 3), (k), (k), (k, k, 3, 3), (k), (k)}}")
SPINLAB_CALL(cnn, stream_gradients, "(depth, c, c, _, _), (n, c, _, _), _ -> (depth + 1)")
SPINLAB_CALL(cnn, branch_variance, "_, _ -> _")
SPINLAB_CALL(cnn, make_resnet, "_ -> _")
SPINLAB_CALL(cnn, fit_images, "(n, c, h, w), (n):int64, _, _ -> _")
SPINLAB_CALL(cnn, lift, "(n, c, h, w), (k, c, a, a) -> (n, k, 4, h, w)")
SPINLAB_CALL(cnn, group_correlate, "(n, c, 4, h, w), (k, c, 4, a, a) -> (n, k, 4, h, w)")
