// What the compiler leaves of a submission: an object file, searched for the operators that it calls.
#include <c10/util/Exception.h>

#include "src/judging/compile/object_symbols.h"
#include "src/judging/compile/reachable_symbols.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view object(reinterpret_cast<const char*>(bytes), size);
  spinlab::fuzz::expect_only<c10::ValueError>([&] { spinlab::judging::undefined_symbols(object); });
  spinlab::fuzz::expect_only<c10::ValueError>(
      [&] { spinlab::judging::reachable_symbols(object, [](const std::string&) { return true; }); });
  return 0;
}
