#include "src/grading/gradebook/grading_seed.h"

#include <random>

namespace spinlab::grading {

std::uint64_t drawn_seed() {
  std::random_device random;
  constexpr int kMoreBits = 21;  // 53 in all: more than can be tried, and every reader of JSON knows them exactly
  return std::uint64_t{random()} << kMoreBits | random() >> (32 - kMoreBits);
}

std::uint64_t run_seed(Gradebook& gradebook, const GradeOptions& options) {
  const auto kept = gradebook.seed(options.own_seed ? drawn_seed() : options.run.seed);
  return options.own_seed ? kept : options.run.seed;
}

}  // namespace spinlab::grading
