#pragma once

#include <filesystem>
#include <string>

#include "src/training/learner.h"

namespace spinlab::training {

/// Gives the learner the weights of another run, those of its best epoch where it has one, or of a
/// safetensors file, as far as names and shapes agree. Returns a line that says what was taken and what
/// begins anew. Throws c10::ValueError where nothing agrees, there is no run, or the file is damaged.
std::string start_from(const std::filesystem::path& run, Learner& learner);

}  // namespace spinlab::training
