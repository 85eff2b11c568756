#include "src/judging/checker/student_module.h"

#include "src/judging/checker/check.h"
#include "src/judging/worker/module_calls.h"

namespace spinlab::judging {

at::Tensor StudentModule::forward(const at::Tensor& x) const {
  return Student<decltype(module_calls::forward)>{module_calls::kForward}(place_, x);
}

NamedTensorList StudentModule::named_parameters() const {
  return Student<decltype(module_calls::named_parameters)>{module_calls::kNamedParameters}(place_);
}

NamedTensorList StudentModule::named_buffers() const {
  return Student<decltype(module_calls::named_buffers)>{module_calls::kNamedBuffers}(place_);
}

void StudentModule::load(const NamedTensorList& values) const {
  Student<decltype(module_calls::load)>{module_calls::kLoad}(place_, values);
}

VectorJacobianProduct StudentModule::vjp(const at::Tensor& x, const at::Tensor& v) const {
  return Student<decltype(module_calls::vjp)>{module_calls::kVjp}(place_, x, v);
}

void StudentModule::train(bool on) const {
  Student<decltype(module_calls::train)>{module_calls::kTrain}(place_, on);
}

}  // namespace spinlab::judging
