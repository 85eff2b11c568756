// spinlab-reach OUTPUT OBJECT: which of LibTorch's operators the inline functions of a prelude reach, for the
// search for forbidden operations (compile/forbidden.h). Run by the build.
#include <iostream>

#include "src/core/errors.h"
#include "src/core/files.h"
#include "src/judging/compile/forbidden.h"
#include "src/judging/compile/reachable_symbols.h"

namespace {

constexpr std::uintmax_t kMaxObjectBytes = 256 << 20;

spinlab::ExitCode run(int argc, char** argv) {
  using namespace spinlab::judging;
  TORCH_CHECK_VALUE(argc == 3, "usage: spinlab-reach OUTPUT OBJECT");
  const auto reach = reachable_symbols(spinlab::read_file(argv[2], kMaxObjectBytes), is_watched);
  spinlab::write_file(argv[1], to_text(reach));
  return spinlab::ExitCode::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return static_cast<int>(spinlab::report_errors([&] { return run(argc, argv); }, std::cerr));
}
