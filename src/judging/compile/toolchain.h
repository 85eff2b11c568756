#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace spinlab::judging {

/// With what submissions are compiled; cmake/Assignments.cmake writes it to build/grading/toolchain.json.
struct Toolchain {
  std::filesystem::path folder;  // of the preludes and the assignments' exports
  std::filesystem::path compiler;
  std::vector<std::string> flags;
  std::vector<std::filesystem::path> readable;  // what the compiler needs: headers, preludes
  std::vector<std::string> link_flags;
  std::vector<std::filesystem::path> libraries;  // what serves calls, and LibTorch

  bool prelude_libraries =
      false;  // whether a prelude's inline functions are compiled once, into a library of its own

  std::filesystem::path prelude(const std::string& name) const { return folder / "prelude" / (name + ".h"); }
  /// What a compiler reads that waits for a submission (compile/compile_server.h).
  std::filesystem::path warm(const std::string& name) const { return folder / "prelude" / (name + "-warm.h"); }
  /// Empty where submissions hold the inline functions themselves.
  std::filesystem::path prelude_library(const std::string& name) const {
    return prelude_libraries ? folder / "prelude" / ("libspinlab-" + name + ".so") : "";
  }
  /// Which operators that library's functions reach (compile/reachable_symbols.h).
  std::filesystem::path reach(const std::string& name) const {
    return prelude_libraries ? folder / "prelude" / (name + ".reach") : "";
  }
  /// Every operator of LibTorch (compile/libtorch_main.cpp).
  std::filesystem::path operators() const { return folder / "operators.txt"; }
  /// What of its own code calls each of them (compile/operator_callers.h).
  std::filesystem::path operator_callers() const { return folder / "operator_callers.txt"; }
  /// What its libraries define that is no part of its tensor API.
  std::filesystem::path raw_symbols() const { return folder / "raw_symbols.txt"; }
  /// Where LibTorch's libraries and what they need lie, outside of the system's folders.
  std::vector<std::filesystem::path> library_folders() const;
  std::filesystem::path exports(const std::string& assignment) const {
    return folder / assignment / "libexports.a";
  }
};

/// Throws c10::Error where the build has not written it.
const Toolchain& toolchain();

}  // namespace spinlab::judging
