#include "tests/fuzz/fuzz.h"

#include <fstream>

namespace fs = std::filesystem;

// LibTorch and the other libraries are not instrumented: what they allocate can't be told from a leak, nor a
// vector that they grew from an overflow.
extern "C" const char* __asan_default_options() { return "detect_leaks=0:detect_container_overflow=0"; }

namespace spinlab::fuzz {

fs::path as_file(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
  const auto file = fs::current_path() / name;
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  return file;
}

}  // namespace spinlab::fuzz
