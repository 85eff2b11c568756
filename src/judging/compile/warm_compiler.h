#pragma once

#include <memory>
#include <optional>

#include "src/judging/compile/compiler.h"
#include "src/judging/sandbox/captured_run.h"

namespace spinlab::judging {

/// A compiler that is started while somebody edits: in the sandbox, with the command line of compile(), it has
/// read the prelude and loaded what submissions use of it, and waits for the file. It saves the time that
/// needs; what goes wrong is left to compile(), whose words students know.
class WarmCompiler {
 public:
  /// `job` must outlive it, and has no submission yet.
  WarmCompiler(const Assignment& assignment, const Job& job);
  ~WarmCompiler();

  /// Job::object() from `text`, or that this takes longer than the assignment allows. Nothing where the text has
  /// errors, or the compiler is not ready: that is for compile(). Once.
  std::optional<Compilation> compile(const std::string& text);

  /// Whether the toolchain is one that this works with: clang.
  static bool is_possible();

 private:
  bool write(const std::string& text) const;

  const Assignment& assignment_;
  std::filesystem::path pipe_;
  std::unique_ptr<sandbox::CapturedProcess> compiler_;
};

}  // namespace spinlab::judging
