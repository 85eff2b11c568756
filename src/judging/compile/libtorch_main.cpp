// What Spinlab's programs that are not linked with LibTorch need to know of it.
// spinlab-libtorch: its parts, and the processors that it can use here, as a line of JSON; for `spinlab
// doctor`. spinlab-libtorch FOLDER: files in FOLDER. Run by the build.
//   operators.txt        a line an overload of an operator: the dispatcher's name without "aten::", and the
//   overload's, which
//                        may be empty; for the search for forbidden ones (compile/forbidden.h)
//   operator_callers.txt what of LibTorch's own code calls each operator (compile/operator_callers.h)
//   raw_symbols.txt      what its libraries and those that come with it define beside namespaces at, c10 and
//   torch: LAPACK, the C
//                        shim, other projects'
//   library_folders.txt  where it and what it needs lie outside of the system's folders; for the worker's
//   sandbox
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <link.h>
#include <torch/cuda.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <string_view>

#include "src/core/config.h"
#include "src/core/errors.h"
#include "src/core/files.h"
#include "src/judging/compile/operator_callers.h"
#include "src/judging/compile/shared_library.h"

namespace {

namespace fs = std::filesystem;

using spinlab::judging::SharedLibrary;

/// Names and overloads.
std::vector<std::pair<std::string, std::string>> all_operators() {
  const std::string space = "aten::";
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& op : c10::Dispatcher::singleton().getAllOpNames())
    if (op.name.starts_with(space)) all.emplace_back(op.name.substr(space.size()), op.overload_name);
  return all;
}

std::string operators() {
  std::string lines;
  for (const auto& [name, overload] : all_operators()) lines += name + ' ' + overload + '\n';
  return lines;
}

/// Of this process, which is linked as the worker is: LibTorch's and the system's.
std::pair<std::set<fs::path>, std::set<fs::path>> libraries() {
  std::pair<std::set<fs::path>, std::set<fs::path>> libraries;
  const auto collect = [](dl_phdr_info* info, std::size_t, void* found) {
    auto& [ours, systems] = *static_cast<decltype(libraries)*>(found);
    const fs::path file = info->dlpi_name;
    if (!file.is_absolute()) return 0;
    const bool of_system = file.string().starts_with("/usr/lib") || file.string().starts_with("/lib");
    (of_system ? systems : ours).insert(fs::canonical(file));
    return 0;
  };
  ::dl_iterate_phdr(collect, &libraries);
  return libraries;
}

std::string library_folders() {
  std::set<std::string> folders;
  for (const auto& library : libraries().first) folders.insert(library.parent_path());
  std::string lines;
  for (const auto& folder : folders) lines += folder + '\n';
  return lines;
}

std::string operator_callers() {
  std::map<std::string, std::string> overloads;  // as classes of at::_ops
  for (const auto& [name, overload] : all_operators())
    overloads[overload.empty() ? name : name + '_' + overload] = name;
  const auto ours = libraries().first;
  const auto has_operators = [](const fs::path& file) { return file.filename() == "libtorch_cpu.so"; };
  const auto library = std::find_if(ours.begin(), ours.end(), has_operators);
  TORCH_CHECK_VALUE(library != ours.end(), "no libtorch_cpu.so among this LibTorch's libraries");
  return spinlab::judging::to_text(spinlab::judging::operator_callers(SharedLibrary(*library), overloads));
}

/// A nested name's scopes, "2at6Tensor…" of _ZNKR2at6Tensor…, behind what its function says of *this. [Itanium C++ ABI, 5.1.2]
std::string_view scopes_of(std::string_view symbol) {
  const bool nested = symbol.starts_with("_ZN");
  symbol.remove_prefix(nested ? 3 : symbol.size());
  while (!symbol.empty() && std::string_view("VKRO").find(symbol[0]) != std::string_view::npos) symbol.remove_prefix(1);
  return symbol;
}

bool is_of_the_tensor_api(const std::string& symbol) {
  const auto scopes = scopes_of(symbol);
  for (const auto* space : {"2at", "3c10", "5torch", "S"})
    if (scopes.starts_with(space)) return true;
  for (const auto* start : {"_ZS", "_ZT", "_ZG", "_ZZ", "_Zl", "_Zr", "_Zn", "_Zd"})
    if (symbol.starts_with(start)) return true;
  return false;
}

/// What the C and C++ libraries define as well is anybody's.
std::string raw_symbols() {
  const auto [ours, systems] = libraries();
  std::set<std::string> names;
  for (const auto& library : ours)
    for (const auto& name : SharedLibrary(library).exported())
      if (!is_of_the_tensor_api(name)) names.insert(name);
  for (const auto& library : systems)
    for (const auto& name : SharedLibrary(library).exported()) names.erase(name);
  std::string lines;
  for (const auto& name : names) lines += name + '\n';
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
  spinlab::write_file(folder / "operator_callers.txt", operator_callers());
  spinlab::write_file(folder / "raw_symbols.txt", raw_symbols());
  spinlab::write_file(folder / "library_folders.txt", library_folders());
  return spinlab::ExitCode::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  return static_cast<int>(spinlab::report_errors([&] { return run(argc, argv); }, std::cerr));
}
