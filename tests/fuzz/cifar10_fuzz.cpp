// CIFAR-10's batches, plain and packed.
#include <c10/util/Exception.h>

#include "datasets/sets/cifar10.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "batch.bin");
  fuzz::expect_only<c10::ValueError>([&] { datasets::read_cifar10_batch(file, 1); });
  return 0;
}
