#pragma once

#include <filesystem>

namespace spinlab::judging {

/// What a worker needs to find.
struct WorkerFiles {
  std::filesystem::path object;   // the submission's shared object; need not exist before the first begin()
  std::filesystem::path prelude;  // the library of inline functions that objects are linked with, or empty
  std::filesystem::path log;      // takes what the sandbox says where it does not start
};

}  // namespace spinlab::judging
