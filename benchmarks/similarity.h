#pragma once

#include <functional>
#include <string>

#include "benchmarks/row.h"

namespace spinlab::benchmarks {

/// Row similarity/01-regression/300: seconds of `similarity` over 300 generated submissions, pages included.
/// The peer is copydetect's own command on the same files with the same lengths, its report included.
void similarity_seconds(int repetitions, const std::function<void(const Row&)>& each);

/// What `similarity` finds of copies that were edited in one way, when every pair from a threshold on is
/// looked at.
struct Detection {
  std::string edit;  // benchmarks/similarity/plagiarise.py
  double threshold = 0;
  int found = 0;
  int copies = 0;
  int false_alarms = 0;     // pairs from the threshold on whose members did not copy from each other
  std::int64_t others = 0;  // all such pairs
};

/// A class of honest programs, put together from the variants of each function in
/// assignments/01-regression/similarity, and copies of half of them, for each edit and threshold. The honest
/// ones share variants, by chance a fifth to a quarter of their functions: real ones are less alike where a
/// task is long, and no less where it is a line.
void similarity_detections(const std::function<void(const Detection&)>& each);

}  // namespace spinlab::benchmarks
