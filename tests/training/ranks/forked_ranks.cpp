#include "tests/training/ranks/forked_ranks.h"

#include <ATen/Parallel.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <iostream>

namespace spinlab::training {
namespace {

constexpr int kMost = 8;
constexpr std::size_t kBytes = 1 << 20;

struct Shared {
  pthread_barrier_t barrier;
  pid_t processes[kMost];
  std::size_t lengths[kMost];
  alignas(64) std::byte slots[kMost][kBytes];
};

class ForkedRanks : public Ranks {
 public:
  ForkedRanks(Shared& shared, int rank, int count) : shared_(shared), rank_(rank), count_(count) {}

  int rank() const override { return rank_; }
  int count() const override { return count_; }
  int on_this_machine() const override { return count_; }

  /// At once: nothing here goes on by itself.
  void start_sum(std::span<float> numbers) override { add(numbers); }
  void start_sum(std::span<double> numbers) override { add(numbers); }
  void advance() override {}
  void finish_sums() override {}

  void broadcast(std::span<std::byte> bytes) override {
    if (rank_ == 0) std::memcpy(shared_.slots[0], bytes.data(), fitting(bytes.size()));
    wait();
    std::memcpy(bytes.data(), shared_.slots[0], bytes.size());
    wait();
  }

  std::vector<std::string> gather(const std::string& text) override {
    std::memcpy(shared_.slots[rank_], text.data(), fitting(text.size()));
    shared_.lengths[rank_] = text.size();
    wait();
    std::vector<std::string> all;
    for (int i = 0; i < count_; ++i)
      all.emplace_back(reinterpret_cast<const char*>(shared_.slots[i]), shared_.lengths[i]);
    wait();
    return all;
  }

  [[noreturn]] void abort(int code) override {
    for (int i = 0; i < count_; ++i) {
      if (i != rank_) ::kill(shared_.processes[i], SIGKILL);
    }
    ::_exit(code);
  }

 private:
  template <typename T>
  void add(std::span<T> numbers) {
    std::memcpy(shared_.slots[rank_], numbers.data(), fitting(numbers.size_bytes()));
    wait();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      T all = 0;
      for (int rank = 0; rank < count_; ++rank) all += reinterpret_cast<const T*>(shared_.slots[rank])[i];
      numbers[i] = all;
    }
    wait();
  }

  static std::size_t fitting(std::size_t bytes) {
    return bytes <= kBytes ? bytes : (std::cerr << "too much\n", ::abort(), 0);
  }
  void wait() { ::pthread_barrier_wait(&shared_.barrier); }

  Shared& shared_;
  int rank_, count_;
};

}  // namespace

std::vector<int> on_forked_ranks(int count, const std::function<int(Ranks&)>& body) {
  at::set_num_threads(1);  // a forked process has none of its parent's threads
  auto* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return {};
  auto& shared = *static_cast<Shared*>(memory);
  pthread_barrierattr_t attributes;
  ::pthread_barrierattr_init(&attributes);
  ::pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  ::pthread_barrier_init(&shared.barrier, &attributes, static_cast<unsigned>(count));
  std::cout.flush();
  std::vector<pid_t> children;
  for (int rank = 0; rank < count; ++rank) {
    const pid_t child = ::fork();
    if (child == 0) {
      shared.processes[rank] = ::getpid();
      ForkedRanks ranks(shared, rank, count);
      ranks.gather("");  // everyone's process is known
      int code = 3;
      try {
        code = body(ranks);
      } catch (const std::exception& error) {
        std::cerr << "rank " << rank << ": " << error.what() << '\n';
      }
      ::_exit(code);
    }
    children.push_back(child);
  }
  std::vector<int> codes;
  for (const auto child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    codes.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }
  ::munmap(memory, sizeof(Shared));
  return codes;
}

}  // namespace spinlab::training
