#pragma once

#include "src/grading/similarity/similarity.h"

namespace spinlab::grading {

/// Reads this year's submissions and the past ones into `similarity`: what can be compared into files, the
/// rest into not_compared. Throws c10::ValueError where a path does not exist, holds nothing, or is given as
/// both.
void read_corpus(const SimilarityOptions& options, Similarity& similarity);

/// The source as it is compared and shown: UTF-8, no control characters but tabs, each line ended by \n.
std::string plain_lines(std::string_view source);

}  // namespace spinlab::grading
