#include "src/judging/runner/templates.h"

#include "src/judging/compile/toolchain.h"
#include "src/judging/runner/assignment_programs.h"
#include "src/judging/sandbox/memory_group.h"
#include "src/judging/sandbox/program_path.h"
#include "src/judging/sandbox/sandbox.h"

namespace spinlab::judging {
namespace {

constexpr std::uint64_t kMaxLogBytes = 1 << 16;

/// The template's own limits are generous; each child gets its check's.
sandbox::Policy policy_for(const WorkerFiles& files) {
  sandbox::Policy policy;
  policy.readable = {sandbox::program_path("spinlab-worker"), files.object.parent_path()};
  if (!files.prelude.empty()) policy.readable.push_back(files.prelude);
  for (const auto& folder : toolchain().library_folders()) policy.readable.push_back(folder);
  policy.limits = {.cpu_seconds = 3600,
                   .memory_bytes = std::uint64_t{1} << 40,
                   .file_bytes = kMaxLogBytes,
                   .open_files = 256,
                   .processes = sandbox::kOwnProcesses};
  return policy;
}

/// As ATEN_CPU_CAPABILITY names it, by LibTorch's own rule (aten/src/ATen/native/DispatchStub.cpp). In the sandbox it would
/// look for the processor in /proc and /sys, which are not there, and settle for kernels without vector instructions.
std::string cpu_capability() {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("fma")) return "default";
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    return "avx512";
  if (__builtin_cpu_supports("avx2")) return "avx2";
#endif
  return "default";
}

std::vector<std::string> worker_command(const WorkerFiles& files) {
  return sandbox::sandboxed(policy_for(files), {sandbox::program_path("spinlab-worker"), files.object, files.prelude,
                                                cpu_capability()});
}

}  // namespace

Templates::Templates(const Assignment& assignment, const std::string& program)
    : assignment_(assignment), program_(program), folder_(assignment_) {
  require_program(assignment_, program_);
  sandbox::prepare_memory_groups();
  restart();
}

void Templates::restart() {
  const auto files = folder_.worker_files();
  checker_.reset();
  worker_.reset();
  worker_ = std::make_unique<ForkTemplate>(worker_command(files), /*keep_environment=*/false, files.log);
  checker_ = std::make_unique<ForkTemplate>(std::vector<std::string>{sandbox::program_path(program_)},
                                            /*keep_environment=*/true, folder_.log("template"));
}

void Templates::start_compiler(std::chrono::milliseconds patience) {
  if (!CompileServer::is_possible() || (compiler_ && compiler_->runs())) return;
  compiler_.emplace(assignment_, folder_, patience);
}

std::unique_ptr<CheckerClient> Templates::new_checker(std::uint64_t seed, const CheckLimits& limits,
                                                      std::size_t place) {
  return std::make_unique<CheckerClient>(*checker_, *worker_,
                                         CheckerSettings{folder_.worker_files(), seed, limits},
                                         folder_.log("checker-" + std::to_string(place)));
}

}  // namespace spinlab::judging
