// Finds a forbidden operation by its mangled name
// verdict: forbidden operation
#include <dlfcn.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  return dlsym(RTLD_DEFAULT, "_ZN2at4_ops4sort4callERKNS_6TensorElb") == nullptr ? x : x * 2;
}
