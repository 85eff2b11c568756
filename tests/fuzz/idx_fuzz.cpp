// MNIST's files and any other, plain and packed.
#include <c10/util/Exception.h>

#include "datasets/formats/idx.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "images");
  for (const int dimensions : {1, 3})
    fuzz::expect_only<c10::ValueError>([&] { datasets::read_idx(file, dimensions, 100, "fetch it again"); });
  fuzz::expect_only<c10::ValueError>([&] { datasets::read_any_idx(file); });
  return 0;
}
