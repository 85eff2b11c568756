#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::grading {

struct SimilarityOptions {
  std::vector<std::filesystem::path> paths;      // as for `grade`
  std::vector<std::filesystem::path> past = {};  // earlier years' submissions, in the same forms
  int pairs = 50;                                // at most so many are answered
  int jobs = 1;                                  // processes
  std::vector<std::string> given = {};           // sources that are nobody's own (authoring/given_code.h)
};

/// A submission that can be compared.
struct ComparedFile {
  std::string student;  // as in the grades; with its path where the student handed in several
  std::string owner;    // whose it is: two files of one owner are no pair
  std::string past;     // the path of the earlier year that it is from; empty for this year's
  std::string source;   // UTF-8 without control characters, lines ended by \n
};

/// Lines of one side that are in the other: from 1, both included, and which stretch there they are most
/// like.
struct Stretch {
  int first = 0;
  int last = 0;
  size_t partner = 0;
};

/// One of the two files' view of a pair.
struct PairSide {
  size_t file = 0;
  double share = 0;  // of its own code, the handout's and the master's left out, how much is in the other's
  std::vector<Stretch> stretches;  // by line
};

struct SimilarPair {
  PairSide a, b;   // `a` is this year's
  int shared = 0;  // characters of `a`, once a name or a string counts one and a comment none
  double similarity() const { return std::max(a.share, b.share); }
};

struct NotCompared {
  std::string student;
  std::string past;
  std::string reason;
};

struct Similarity {
  judging::Assignment assignment;
  std::vector<ComparedFile> files;
  std::vector<SimilarPair> pairs;  // the most similar first
  std::vector<double> nearest;     // of each of this year's compared files: its highest similarity to another
  std::int64_t compared = 0;       // pairs
  std::vector<NotCompared> not_compared;
  std::vector<std::string> notes;  // on names that occur twice
};

/// Compares every submission with every other and with the past ones, these not among themselves, by
/// winnowing (copydetect, detect.py). [Schleimer, Wilkerson and Aiken 2003] What `given` holds
/// too does not count. The same input gives the same answer. Time grows with the number of pairs;
/// `on_progress` gets (done, all). Throws c10::ValueError where a path is wrong or there is nothing to
/// compare, c10::Error where Python fails.
Similarity compare_submissions(const judging::Assignment& assignment, const SimilarityOptions& options,
                               const std::function<void(int, int)>& on_progress = nullptr);

}  // namespace spinlab::grading
