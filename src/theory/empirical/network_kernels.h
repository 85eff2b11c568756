#pragma once

#include <functional>

#include "models/registry.h"
#include "src/theory/empirical/tangent_kernel.h"

namespace spinlab::theory {

/// The tangent kernel of a network of the zoo (models/registry.h), by the parameters that are trained, as it
/// evaluates: dropout does nothing, batch norm uses its running means; its mode is put back. By products of
/// layers where it is a plain sequence of them and all of it is trained, else by backward passes, for which
/// `memory` is. X, Z: as the network takes them, of its parameters' type. Throws c10::ValueError where it
/// takes more than one tensor or gives anything but (n, outputs), and as the other tangent_kernel() do.
at::Tensor tangent_kernel(const models::Network& network, const at::Tensor& X, const at::Tensor& Z,
                          Outputs outputs, int64_t memory = int64_t{1} << 30);
at::Tensor tangent_kernel(const models::Network& network, const at::Tensor& X, Outputs outputs,
                          int64_t memory = int64_t{1} << 30);

/// E f_o(x) f_o(x') over drawings of the weights and over outputs, (n, m): what the NNGP kernel is at
/// infinite width, here at any, with the relative error √(2/(draws · outputs)) or a little more, since
/// outputs of one drawing are not independent. `draw`: a network with new weights at each call; it evaluates.
at::Tensor output_covariance(const std::function<models::Network()>& draw, const at::Tensor& X,
                             const at::Tensor& Z, int64_t draws);

}  // namespace spinlab::theory
