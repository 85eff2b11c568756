#pragma once

#include <string>

namespace spinlab::judging {

/// Whether that is how LibTorch and the standard library say that there is no memory left.
inline bool says_out_of_memory(const std::string& what) {
  for (const auto* phrase : {"allocate memory", "not enough memory", "std::bad_alloc"})
    if (what.find(phrase) != std::string::npos) return true;
  return false;
}

}  // namespace spinlab::judging
