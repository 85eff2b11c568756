// PNG and JPEG in memory; what is decoded is as large as the head says.
#include <c10/util/Exception.h>

#include <cstdlib>

#include "datasets/formats/picture.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  constexpr std::uint64_t kMost = 1 << 22;
  const std::string_view picture(reinterpret_cast<const char*>(bytes), size);
  fuzz::expect_only<c10::ValueError>([&] {
    const auto expected = datasets::picture_size(picture, "fuzz");
    const auto pixels = datasets::read_picture(picture, "fuzz", kMost);
    if (pixels.size(1) != expected.height || pixels.size(2) != expected.width) std::abort();
  });
  return 0;
}
