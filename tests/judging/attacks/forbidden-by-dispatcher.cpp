// Looks a forbidden operation up in the dispatcher
// verdict: forbidden operation
#include <ATen/core/dispatch/Dispatcher.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  c10::Dispatcher::singleton().findSchemaOrThrow("aten::sort", "");
  return x;
}
