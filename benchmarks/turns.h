#pragma once

#include <functional>
#include <string>
#include <vector>

#include "benchmarks/peer_process.h"
#include "benchmarks/row.h"

namespace spinlab::benchmarks {

using EachRow = std::function<void(const Row&)>;

/// Rows of which a peer process has the other side, in turns with ours. Answers hold "seconds" and
/// "setting", the peer's choice.
class Turns {
 public:
  /// `chosen`: the rows whose names hold this text.
  Turns(PeerProcess& peer, std::string chosen, int repetitions, EachRow each)
      : peer_(peer), chosen_(std::move(chosen)), repetitions_(repetitions), each_(std::move(each)) {}

  /// The same rows with another peer.
  Turns with(PeerProcess& peer) const { return {peer, chosen_, repetitions_, each_}; }

  bool has(const std::string& name) const { return name.find(chosen_) != std::string::npos; }
  bool has_any(const std::vector<std::string>& names) const;
  const std::string& chosen() const { return chosen_; }

  /// Does nothing where the row is not chosen. `check` looks at each of the peer's answers, which follows
  /// one of ours.
  void row(
      const std::string& name, const std::string& what, const std::function<void()>& ours, const Json& job,
      const std::function<void(const Json&)>& check = [](const Json&) {}) const;

  /// A row of ours alone, against seconds that are known.
  void row_of_ours(const std::string& name, const std::string& what, const std::function<void()>& ours,
                   double least_seconds) const;

  /// A row that was measured otherwise.
  void measured(const Row& row) const { each_(row); }

 private:
  PeerProcess& peer_;
  std::string chosen_;
  int repetitions_;
  EachRow each_;
};

}  // namespace spinlab::benchmarks
