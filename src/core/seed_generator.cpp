// Apart from seed.cpp, which programs without LibTorch link.
#include <ATen/CPUGeneratorImpl.h>

#include "src/core/seed.h"

namespace spinlab {

at::Generator make_generator(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  return at::detail::createCPUGenerator(derive_seed(seed, purpose, index));
}

}  // namespace spinlab
