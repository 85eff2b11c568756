#pragma once

#include <sys/types.h>

#include <functional>
#include <utility>

namespace spinlab {

/// A process that runs `body` and is killed with this object, or with the test.
class Process {
 public:
  explicit Process(const std::function<void()>& body);
  Process(Process&& other) : id_(std::exchange(other.id_, 0)) {}
  ~Process() { kill(); }

  bool is_running() const;
  void kill();
  /// Its exit status; -1 where a signal ended it.
  int wait();

 private:
  pid_t id_;
};

}  // namespace spinlab
