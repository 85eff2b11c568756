#pragma once

#include "src/grading/grade.h"

namespace spinlab::grading {

/// A seed that students cannot know: who knows it could answer the visible checks from a table.
std::uint64_t drawn_seed();

/// The seed of a run into `gradebook`: options.run.seed, or with options.own_seed the gradebook's, which is that of
/// its first run, or drawn.
std::uint64_t run_seed(Gradebook& gradebook, const GradeOptions& options);

}  // namespace spinlab::grading
