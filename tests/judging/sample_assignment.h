#pragma once

#include "src/judging/assignment.h"

namespace spinlab::judging {

/// A small assignment on disk below `parent`: two visible checks and a hidden one, a master with two
/// functions and a helper, two mutants, a variant.
Assignment write_sample_assignment(const std::filesystem::path& parent);

/// The same with two analytical questions, Paper.Euler (4 points, e − 2 = 0.71828… to 1e-3) and Paper.Roots (1
/// point, 1 and -1), and a mutant that answers the first by 2.
Assignment write_sample_with_answers(const std::filesystem::path& parent);

}  // namespace spinlab::judging
