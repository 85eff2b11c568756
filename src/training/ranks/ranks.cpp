#include "src/training/ranks/ranks.h"

#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "src/core/build_on_demand.h"
#include "src/core/files.h"
#include "src/core/find_program.h"
#include "src/core/launch.h"

namespace spinlab::training {
namespace {

class Alone : public Ranks {
 public:
  int rank() const override { return 0; }
  int count() const override { return 1; }
  int on_this_machine() const override { return 1; }
  void start_sum(std::span<float>) override {}
  void start_sum(std::span<double>) override {}
  void advance() override {}
  void finish_sums() override {}
  void broadcast(std::span<std::byte>) override {}
  std::vector<std::string> gather(const std::string& text) override { return {text}; }
  [[noreturn]] void abort(int code) override { std::exit(code); }
};

constexpr auto kLibrary = "libspinlab_mpi.so";

/// Where MPI can only be run (a cluster's nodes), the link that was built elsewhere has to do.
void require_link() {
  const bool can_build = !find_program("mpicxx").empty();
  TORCH_CHECK_VALUE(can_build || std::filesystem::exists(program_folder() / kLibrary),
                    "started as one of several ranks, but MPI cannot be built with: install libopenmpi-dev and "
                    "openmpi-bin, or what your cluster has (mpicxx is not found)");
  if (can_build) require_built({"the link to MPI", {kLibrary}, {"src/training/ranks"}});
}

/// MPI's own parts are found by its symbols: the library must be global, and is never closed.
std::unique_ptr<Ranks> mpi_ranks() {
  require_link();
  void* library = ::dlopen((program_folder() / kLibrary).c_str(), RTLD_NOW | RTLD_GLOBAL);
  TORCH_CHECK_VALUE(library != nullptr,
                    "started as one of several ranks, but the link to MPI cannot be loaded: ", ::dlerror());
  using Make = Ranks* (*)();
  const auto make = reinterpret_cast<Make>(::dlsym(library, "spinlab_mpi_ranks"));
  TORCH_CHECK(make != nullptr, kLibrary, ": ", ::dlerror());
  return std::unique_ptr<Ranks>(make());
}

/// Standard error as it was when this process started.
int& error_output() {
  static int descriptor = STDERR_FILENO;
  return descriptor;
}

void silence() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC),
            kept = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  if (nowhere < 0 || kept < 0) return;
  error_output() = kept;
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  ::close(nowhere);
}

std::unique_ptr<Ranks> started_ranks() {
  const auto launch = launch_with_others();
  if (!launch) return std::make_unique<Alone>();
  if (launch->rank != 0) silence();
  return mpi_ranks();
}

}  // namespace

Ranks& ranks() {
  static const auto all = started_ranks();
  return *all;
}

Ranks& no_other_ranks() {
  static Alone alone;
  return alone;
}

void say_from_any(const std::string& line) { ::dprintf(error_output(), "spinlab: %s\n", line.c_str()); }

double sum(Ranks& ranks, double number) {
  ranks.start_sum(std::span<double>(&number, 1));
  ranks.finish_sums();
  return number;
}

bool any(Ranks& ranks, bool here) { return ranks.is_alone() ? here : sum(ranks, here ? 1 : 0) > 0; }

std::vector<std::vector<double>> gather(Ranks& ranks, const std::vector<double>& numbers) {
  const auto texts =
      ranks.gather({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)});
  std::vector<std::vector<double>> all;
  for (const auto& text : texts) {
    all.emplace_back(text.size() / sizeof(double));
    std::memcpy(all.back().data(), text.data(), text.size());
  }
  return all;
}

}  // namespace spinlab::training
