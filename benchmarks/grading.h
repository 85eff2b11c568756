#pragma once

#include <functional>

#include "benchmarks/row.h"
#include "src/judging/rubric.h"

namespace spinlab::benchmarks {

/// Seconds a submission of `grade`, for a folder of masters of each assignment: rows grade/NAME/-jN, the peer
/// being the same with -j 1. The note has submissions a minute and where the time goes.
void grading(const judging::HasData& has_data, int repetitions, const std::function<void(const Row&)>& each);

/// Memory of the grading process while it grades so many masters of the first assignment, on all processors:
/// row memory/NAME, the peer being its own size after a tenth of them, so that a ratio of 1 is flat.
void memory(const judging::HasData& has_data, int submissions, const std::function<void(const Row&)>& each);

}  // namespace spinlab::benchmarks
