#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace spinlab::training {

/// The processes that train one model together, data-parallel: rank 0, which alone writes, and the others.
/// What one is asked here, all must be asked in the same order.
class Ranks {
 public:
  virtual ~Ranks() = default;

  virtual int rank() const = 0;
  virtual int count() const = 0;
  /// Of these, those on this machine.
  virtual int on_this_machine() const = 0;
  bool is_first() const { return rank() == 0; }
  bool is_alone() const { return count() == 1; }

  /// Begins to add the numbers up over all ranks, in place; every rank comes to the same bits. They are not
  /// to be touched until finish_sums().
  virtual void start_sum(std::span<float> numbers) = 0;
  virtual void start_sum(std::span<double> numbers) = 0;
  /// Lets what was begun go on; for moments between two layers.
  virtual void advance() = 0;
  virtual void finish_sums() = 0;

  /// Rank 0's bytes for all.
  virtual void broadcast(std::span<std::byte> bytes) = 0;
  /// What each says, in the order of ranks.
  virtual std::vector<std::string> gather(const std::string& text) = 0;

  /// Ends the processes of all ranks.
  [[noreturn]] virtual void abort(int code) = 0;
};

/// Those of this process: what mpirun (or srun) started together, through the MPI of this machine, or this
/// one alone. The others' output is silenced. Throws c10::ValueError where it was started as one of several
/// and there is no MPI to build with.
Ranks& ranks();

/// For a process whatever it was started by.
Ranks& no_other_ranks();

/// A line on standard error, from a silenced rank too.
void say_from_any(const std::string& line);

/// Over all ranks.
double sum(Ranks& ranks, double number);
bool any(Ranks& ranks, bool here);
/// The numbers of each.
std::vector<std::vector<double>> gather(Ranks& ranks, const std::vector<double>& numbers);

}  // namespace spinlab::training
