#include "src/grading/gradebook/grading_seed.h"

#include <random>

namespace spinlab::grading {

std::uint64_t drawn_seed() { return std::random_device()(); }

std::uint64_t run_seed(Gradebook& gradebook, const GradeOptions& options) {
  const auto kept = gradebook.seed(options.own_seed ? drawn_seed() : options.run.seed);
  return options.own_seed ? kept : options.run.seed;
}

}  // namespace spinlab::grading
