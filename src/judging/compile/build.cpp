#include "src/judging/compile/build.h"

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/judging/compile/compiler.h"
#include "src/judging/compile/diagnostics.h"
#include "src/judging/compile/forbidden.h"
#include "src/judging/compile/object_symbols.h"
#include "src/judging/compile/reachable_symbols.h"
#include "src/judging/compile/toolchain.h"

#include <map>
#include <mutex>
#include <set>

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

std::string why_no_source(const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return "the file is empty";
  if (text.find('\0') != std::string::npos) return "the file is binary, not C++ source text";
  return "";
}

/// The prelude's inline functions lie in its library, so what they call is no undefined symbol of the
/// submission's.
const SymbolSets& reachable_from_prelude(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, SymbolSets> known;
  const std::lock_guard lock(mutex);
  const auto file = toolchain().reach(name);
  if (!known.contains(name)) known[name] = file.empty() ? SymbolSets{} : read_symbol_sets(file);
  return known[name];
}

std::optional<Refusal> refuse_forbidden(const Assignment& assignment, const BuildFolder& build_folder,
                                        const std::string& text) {
  constexpr std::uintmax_t kMaxObjectBytes = 64 << 20;
  const auto object = read_file(build_folder.object(), kMaxObjectBytes);
  std::set<std::string> called;
  try {
    called = undefined_symbols(object);
  } catch (const c10::ValueError& error) {  // by inline assembly, say
    return Refusal{Verdict::kCompileError, std::string("its object file can't be read: ") + error.what_without_backtrace()};
  }
  const auto undefined = with_reachable(called, reachable_from_prelude(assignment.prelude));
  const auto uses = forbidden_uses(undefined, assignment.forbidden);
  if (uses.empty()) return std::nullopt;
  return Refusal{Verdict::kForbiddenOperation,
                 list_with_lines(uses, text) + ": not to be used in " + assignment.name};
}

Compilation compiled_by(CompileServer* server, const Assignment& assignment, const BuildFolder& build_folder,
                        const std::string& text) {
  if (server != nullptr) {
    if (auto done = server->compile(text)) return *done;
    // Ctrl-C ended that one; the next would hear nothing of it.
    TORCH_CHECK(!Interrupt::requested(), "interrupted while it was compiled");
  }
  build_folder.put_submission(text);
  return compile(assignment, build_folder);
}

}  // namespace

std::optional<Refusal> read_source(const Assignment& assignment, const fs::path& source, std::string& text) {
  try {
    text = read_file(source, static_cast<std::uintmax_t>(assignment.limits.source_bytes));
  } catch (const c10::ValueError& error) {
    return Refusal{Verdict::kUnreadableSubmission, error.what_without_backtrace()};
  }
  const auto why = why_no_source(text);
  if (why.empty()) return std::nullopt;
  return Refusal{Verdict::kUnreadableSubmission, why};
}

std::optional<Refusal> build(const Assignment& assignment, const BuildFolder& build_folder, const std::string& text,
                             CompileServer* server) {
  const auto compiled = compiled_by(server, assignment, build_folder, text);
  if (!compiled.succeeded) return Refusal{Verdict::kCompileError, compiled.output};
  if (auto refusal = refuse_forbidden(assignment, build_folder, text)) return refusal;
  const auto linked = link(assignment, build_folder);
  if (!linked.succeeded) return Refusal{Verdict::kCompileError, linked.output};
  build_folder.release();
  return std::nullopt;
}

}  // namespace spinlab::judging
