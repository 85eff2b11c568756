#pragma once

#include "src/judging/checker/student_module.h"

/// What the worker does with a module on the checker's behalf. Defined in the worker alone; the checker needs
/// their types and the names that they answer to.
namespace spinlab::judging::module_calls {

constexpr auto kForward = "module.forward";
constexpr auto kNamedParameters = "module.named_parameters";
constexpr auto kNamedBuffers = "module.named_buffers";
constexpr auto kLoad = "module.load";
constexpr auto kVjp = "module.vjp";
constexpr auto kTrain = "module.train";

at::Tensor forward(std::uint64_t place, const at::Tensor& x);
NamedTensorList named_parameters(std::uint64_t place);
NamedTensorList named_buffers(std::uint64_t place);
void load(std::uint64_t place, const NamedTensorList& values);
VectorJacobianProduct vjp(std::uint64_t place, const at::Tensor& x, const at::Tensor& v);
void train(std::uint64_t place, bool on);

}  // namespace spinlab::judging::module_calls
