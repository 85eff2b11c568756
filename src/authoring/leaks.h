#pragma once

#include <string>
#include <vector>

#include "src/authoring/file_tree.h"
#include "src/judging/assignment.h"

namespace spinlab::authoring {

/// Something of the instructor's in a tree that is to be handed out.
struct Leak {
  std::string file;  // of the tree
  std::string what;  // "two lines of a solution: …"
};

/// Looks in all files, white space left out, for what an assignment keeps back: two lines that follow each
/// other in a solution region, a hidden check or a withheld file, and a whole region; names, titles and hints
/// of the hidden checks; the mutants; expected answers of five digits or more, in assignments/ and docs/
/// (elsewhere a number says nothing); the names of the files themselves, and regions that still have their
/// markers. Where a line is short enough to stand somewhere by chance it is not looked for.
std::vector<Leak> find_leaks(const FileTree& tree, const judging::Assignment& assignment,
                             const std::filesystem::path& project);

}  // namespace spinlab::authoring
