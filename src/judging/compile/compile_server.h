#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "src/judging/compile/compiler.h"
#include "src/judging/fork_template.h"

namespace spinlab::judging {

/// A compiler that waits, in the sandbox, with the command line of compile(): it has read the prelude and loaded what
/// submissions use of it, and is forked for each (compile/fork_point.cpp). It saves the time that needs; what goes
/// wrong is left to compile(), whose words students know.
class CompileServer {
 public:
  /// Starts it. `build_folder` must outlive it, and has no submission yet. compile() waits at most `patience` until it is
  /// ready.
  CompileServer(const Assignment& assignment, const BuildFolder& build_folder, std::chrono::milliseconds patience);
  ~CompileServer();

  /// BuildFolder::object() from `text`, or that this takes longer than the assignment allows. Nothing where the text has
  /// errors, or the compiler is not ready: that is for compile().
  std::optional<Compilation> compile(const std::string& text);

  /// False once it has ended, or could not be started.
  bool runs() const { return compiler_ != nullptr; }

  /// Whether the toolchain is one that this works with: clang.
  static bool is_possible();

 private:
  bool is_ready();
  /// A child at work on the submission; nothing where the server has ended.
  std::optional<std::size_t> started(const sandbox::Descriptor& file);

  const BuildFolder& build_folder_;
  const double seconds_;
  const std::chrono::milliseconds patience_;
  std::filesystem::path pipe_;
  std::unique_ptr<ForkTemplate> compiler_;
};

}  // namespace spinlab::judging
