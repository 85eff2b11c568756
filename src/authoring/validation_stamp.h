#pragma once

#include "src/authoring/validate.h"

namespace spinlab::authoring {

/// SHA-256 of all that a validation depends on: the assignment's folder, the programs and libraries that judge it, which checks
/// count, and the options. Reading them takes a fraction of a second.
std::string validation_sha256(const judging::Assignment& assignment, const ValidateOptions& options);

/// Whether this build folder remembers a sound validation of that hash. A clean clone remembers none.
bool was_sound(const judging::Assignment& assignment, const std::string& sha256);
void remember_sound(const judging::Assignment& assignment, const std::string& sha256);

}  // namespace spinlab::authoring
