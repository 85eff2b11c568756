// The public Ising set's pickles.
#include <c10/util/Exception.h>

#include "datasets/sets/ising_public.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "states.pkl");
  fuzz::expect_only<c10::ValueError>([&] { datasets::read_pickled_array(file, "u1", 16); });
  fuzz::expect_only<c10::ValueError>([&] { datasets::read_pickled_array(file, "i8", 2); });
  return 0;
}
