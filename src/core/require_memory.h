#pragma once

#include <string>

namespace spinlab {

/// Throws c10::ValueError where so many bytes are more than this machine has: "WHAT takes 27 GiB, and this
/// machine has 16; REMEDY". Asked before an allocation that grows as a square.
void require_memory(double bytes, const std::string& what, const std::string& remedy);

}  // namespace spinlab
