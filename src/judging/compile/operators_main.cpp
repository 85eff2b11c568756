// spinlab-operators OUTPUT: every operator of this LibTorch, for the search for forbidden ones (compile/forbidden.h),
// which so needs no LibTorch. A line an overload: its dispatcher name without "aten::" and the overload's, which may be
// empty. Run by the build.
#include <ATen/core/dispatch/Dispatcher.h>

#include <iostream>

#include "src/core/errors.h"
#include "src/core/files.h"

namespace {

spinlab::ExitCode run(int argc, char** argv) {
  TORCH_CHECK_VALUE(argc == 2, "usage: spinlab-operators OUTPUT");
  const std::string space = "aten::";
  std::string lines;
  for (const auto& op : c10::Dispatcher::singleton().getAllOpNames())
    if (op.name.starts_with(space)) lines += op.name.substr(space.size()) + ' ' + op.overload_name + '\n';
  spinlab::write_file(argv[1], lines);
  return spinlab::ExitCode::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return static_cast<int>(spinlab::report_errors([&] { return run(argc, argv); }, std::cerr));
}
