// What Spinlab's programs that are not linked with LibTorch need to know of it.
// spinlab-libtorch: its parts, and the processors that it can use here, as a line of JSON; for `spinlab doctor`.
// spinlab-libtorch FOLDER: files in FOLDER. Run by the build.
//   operators.txt        a line an overload of an operator: the dispatcher's name without "aten::", and the overload's, which
//                        may be empty; for the search for forbidden ones (compile/forbidden.h)
//   library_folders.txt  where it and what it needs lie outside of the system's folders; for the worker's sandbox
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <link.h>
#include <torch/cuda.h>

#include <filesystem>
#include <iostream>
#include <set>

#include "src/core/config.h"
#include "src/core/errors.h"
#include "src/core/files.h"

namespace {

namespace fs = std::filesystem;

std::string operators() {
  const std::string space = "aten::";
  std::string lines;
  for (const auto& op : c10::Dispatcher::singleton().getAllOpNames())
    if (op.name.starts_with(space)) lines += op.name.substr(space.size()) + ' ' + op.overload_name + '\n';
  return lines;
}

/// Of this process, which is linked as the worker is.
std::string library_folders() {
  std::set<std::string> folders;
  const auto collect = [](dl_phdr_info* info, std::size_t, void* found) {
    const fs::path file = info->dlpi_name;
    if (file.is_absolute() && !file.string().starts_with("/usr/lib") && !file.string().starts_with("/lib"))
      static_cast<std::set<std::string>*>(found)->insert(fs::canonical(file).parent_path());
    return 0;
  };
  ::dl_iterate_phdr(collect, &folders);
  std::string lines;
  for (const auto& folder : folders) lines += folder + '\n';
  return lines;
}

spinlab::Json description() {
  return {{"cpu_capability", at::get_cpu_capability()},
          {"threads", at::get_num_threads()},
          {"mkl", at::get_mkl_version()},
          {"onednn", at::get_mkldnn_version()},
          {"build", at::show_config()},
          {"cuda_devices", torch::cuda::device_count()}};
}

spinlab::ExitCode run(int argc, char** argv) {
  TORCH_CHECK_VALUE(argc <= 2, "usage: spinlab-libtorch [FOLDER]");
  if (argc == 1) {
    std::cout << description().dump() << '\n';
    return spinlab::ExitCode::kDone;
  }
  const fs::path folder = argv[1];
  spinlab::write_file(folder / "operators.txt", operators());
  spinlab::write_file(folder / "library_folders.txt", library_folders());
  return spinlab::ExitCode::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return static_cast<int>(spinlab::report_errors([&] { return run(argc, argv); }, std::cerr));
}
