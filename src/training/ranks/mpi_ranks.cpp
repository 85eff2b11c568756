// A library of its own, compiled by mpicxx when mpirun first starts a training, so that nobody else needs
// MPI.
#define OMPI_SKIP_MPICXX
#define MPICH_SKIP_MPICXX
#include <mpi.h>

#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "src/training/ranks/ranks.h"

namespace spinlab::training {
namespace {

void require(int code, const char* what) {
  if (code != MPI_SUCCESS) throw std::runtime_error(std::string("MPI: ") + what + " failed");
}

int count_of(std::size_t numbers) {
  if (numbers > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::length_error("MPI: too many numbers at once");
  return static_cast<int>(numbers);
}

class MpiRanks : public Ranks {
 public:
  MpiRanks() {
    int got = 0;
    require(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &got), "MPI_Init_thread");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &count_);
    MPI_Comm here = MPI_COMM_NULL;
    require(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here),
            "MPI_Comm_split_type");
    MPI_Comm_size(here, &on_this_machine_);
    MPI_Comm_free(&here);
  }
  ~MpiRanks() override { MPI_Finalize(); }

  int rank() const override { return rank_; }
  int count() const override { return count_; }
  int on_this_machine() const override { return on_this_machine_; }

  void start_sum(std::span<float> numbers) override { start(numbers.data(), numbers.size(), MPI_FLOAT); }
  void start_sum(std::span<double> numbers) override { start(numbers.data(), numbers.size(), MPI_DOUBLE); }

  void advance() override {
    int done = 0;
    if (!requests_.empty())
      MPI_Testall(count_of(requests_.size()), requests_.data(), &done, MPI_STATUSES_IGNORE);
    if (done != 0) requests_.clear();
  }

  void finish_sums() override {
    require(MPI_Waitall(count_of(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
    requests_.clear();
  }

  void broadcast(std::span<std::byte> bytes) override {
    require(MPI_Bcast(bytes.data(), count_of(bytes.size()), MPI_BYTE, 0, MPI_COMM_WORLD), "MPI_Bcast");
  }

  std::vector<std::string> gather(const std::string& text) override {
    const auto ranks = static_cast<std::size_t>(count_);
    std::vector<int> lengths(ranks), places(ranks);
    const int length = count_of(text.size());
    require(MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, MPI_COMM_WORLD), "MPI_Allgather");
    std::size_t total = 0;
    for (std::size_t i = 0; i < ranks; ++i) {
      places[i] = count_of(total);
      total += static_cast<std::size_t>(lengths[i]);
    }
    std::string all(total, '\0');
    require(MPI_Allgatherv(text.data(), length, MPI_CHAR, all.data(), lengths.data(), places.data(), MPI_CHAR,
                           MPI_COMM_WORLD),
            "MPI_Allgatherv");
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < ranks; ++i) texts.push_back(all.substr(places[i], lengths[i]));
    return texts;
  }

  [[noreturn]] void abort(int code) override {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::abort();
  }

 private:
  void start(void* numbers, std::size_t count, MPI_Datatype type) {
    requests_.emplace_back();
    require(MPI_Iallreduce(MPI_IN_PLACE, numbers, count_of(count), type, MPI_SUM, MPI_COMM_WORLD,
                           &requests_.back()),
            "MPI_Iallreduce");
  }

  int rank_ = 0, count_ = 1, on_this_machine_ = 1;
  std::vector<MPI_Request> requests_;
};

}  // namespace
}  // namespace spinlab::training

extern "C" spinlab::training::Ranks* spinlab_mpi_ranks() { return new spinlab::training::MpiRanks; }
