#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/judging/assignment.h"
#include "src/grading/bundle/zip.h"

namespace spinlab::grading {

/// A data set's file: where it lies here, and below a data folder ("nist_strd/linear_norris.csv").
struct DataFile {
  std::filesystem::path file;
  std::string path;
};

/// What Gradescope's autograder of `assignment` is made of: setup.sh and run_autograder at the root, the
/// project's sources with this assignment alone and without its solution and mutants, and the data files that
/// its checks need. `options` are given to `spinlab grade` ("--seed", "7"). Nothing but the folders that the
/// build needs is read, so that neither submissions nor grades that lie in the checkout get in. Throws
/// c10::ValueError where a source is missing. [Gradescope, Autograder Specifications]
std::vector<ZipEntry> gradescope_bundle(const judging::Assignment& assignment, const std::vector<DataFile>& data,
                                        const std::vector<std::string>& options);

}  // namespace spinlab::grading
