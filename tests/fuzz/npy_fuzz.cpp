// NumPy's files: a .npy, and the zip of them.
#include <c10/util/Exception.h>

#include "datasets/formats/npy.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "array");
  fuzz::expect_only<c10::ValueError>([&] { datasets::read_npy(file); });
  fuzz::expect_only<c10::ValueError>([&] { datasets::read_npz(file); });
  return 0;
}
