#pragma once

#include "src/grading/similarity/similarity.h"

namespace spinlab::grading {

/// The ranked pairs with links to their pages, how similar each submission is to its nearest, and what was
/// not compared. Whatever students wrote is text.
std::string similarity_index(const Similarity& similarity);

/// Both files side by side, each with its line numbers; matching stretches have the same colour, and one
/// leads to the other.
std::string pair_page(const Similarity& similarity, size_t pair);

}  // namespace spinlab::grading
