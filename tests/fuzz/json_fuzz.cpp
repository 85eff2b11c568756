// JSON from elsewhere: an assignment that was handed out, with everything that its format promises.
#include <c10/util/Exception.h>

#include "src/judging/assignment.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "assignment.json");
  fuzz::expect_only<c10::ValueError>([&] { judging::read_assignment(file.parent_path()); });
  return 0;
}
