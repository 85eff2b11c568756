#pragma once

#include "src/grading/assignment.h"

namespace spinlab::grading {

/// A small assignment on disk below `parent`: two visible checks and a hidden one, a master with two
/// functions and a helper, two mutants, an answer.
Assignment write_sample_assignment(const std::filesystem::path& parent);

}  // namespace spinlab::grading
