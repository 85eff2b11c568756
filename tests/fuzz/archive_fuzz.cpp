// What a student hands in as an archive.
#include <c10/util/Exception.h>

#include <array>
#include <cstdlib>

#include "src/grading/submissions/archive.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  if (size == 0) return 0;
  constexpr std::array kEndings{".zip", ".tar", ".tar.gz", ".tar.xz"};
  const auto file =
      fuzz::as_file(bytes + 1, size - 1, std::string("archive") + kEndings[bytes[0] % kEndings.size()]);
  // Small limits: what is looked for is a crash, not a bomb.
  const grading::ArchiveLimits limits{1 << 20, 100, 1 << 20, 500};
  fuzz::expect_only<c10::ValueError>([&] {
    const auto found = grading::read_from_archive(file, "regression.cpp", 1 << 16, limits);
    if (grading::read_path_from_archive(file, found.path, 1 << 16, limits) != found.content) std::abort();
  });
  return 0;
}
