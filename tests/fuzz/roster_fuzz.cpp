// A roster as an LMS or a spreadsheet wrote it: ids, late days and submission times.
#include <c10/util/Exception.h>

#include "src/grading/gradebook/roster.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "students.csv");
  fuzz::expect_only<c10::ValueError>([&] { grading::read_roster(file); });
  return 0;
}
