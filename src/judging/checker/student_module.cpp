#include "src/judging/checker/student_module.h"

#include "src/judging/checker/check.h"
#include "src/judging/worker/module_calls.h"

namespace spinlab::judging {

at::Tensor StudentModule::forward(const at::Tensor& x) const {
  return Student<decltype(module_calls::forward)>{module_calls::kForward, "_, (n, *) -> (n, *):any"}(place_, x);
}

NamedTensorList StudentModule::named_parameters() const {
  return Student<decltype(module_calls::named_parameters)>{module_calls::kNamedParameters, "_ -> _"}(place_);
}

NamedTensorList StudentModule::named_buffers() const {
  return Student<decltype(module_calls::named_buffers)>{module_calls::kNamedBuffers, "_ -> _"}(place_);
}

void StudentModule::load(const NamedTensorList& values) const {
  Student<decltype(module_calls::load)>{module_calls::kLoad, "_, _ -> _"}(place_, values);
}

VectorJacobianProduct StudentModule::vjp(const at::Tensor& x, const at::Tensor& v) const {
  return Student<decltype(module_calls::vjp)>{module_calls::kVjp, "_, (...), _ -> {(...), _}"}(place_, x, v);
}

void StudentModule::train(bool on) const {
  Student<decltype(module_calls::train)>{module_calls::kTrain, "_, _ -> _"}(place_, on);
}

}  // namespace spinlab::judging
