#pragma once

#include "src/grading/similarity/similarity.h"

namespace spinlab::grading {

/// "noether", or "noether (archive/2025)" for one from a past year's folder.
std::string display_name(const std::string& student, const std::string& past);
std::string display_name(const ComparedFile& file);
/// Below the results folder: "similarity/pair-007.html" for the seventh pair.
std::string pair_page_name(size_t pair);

/// student, past (null for this year's), similarity, share and lines of both, and the pair's page.
Json pair_json(const Similarity& similarity, size_t pair);

/// The pairs as columns, for a terminal.
std::string pairs_table(const Similarity& similarity);

/// similarity.json, similarity/index.html and a page a pair below `out`, each whole or not at all; pages of
/// an earlier run's further pairs are removed. Throws c10::Error where they cannot be written.
void write_similarity(const Similarity& similarity, const std::filesystem::path& out);

}  // namespace spinlab::grading
