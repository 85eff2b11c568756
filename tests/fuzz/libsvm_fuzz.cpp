// Sparse rows.
#include <c10/util/Exception.h>

#include "datasets/formats/libsvm.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "rows");
  for (const bool zero_based : {false, true})
    fuzz::expect_only<c10::ValueError>(
        [&] { datasets::read_libsvm(file, {.features = 0, .zero_based = zero_based}); });
  return 0;
}
