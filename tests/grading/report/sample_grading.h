#pragma once

#include "src/grading/grade.h"

namespace spinlab::grading {

/// Three students against two visible checks and a hidden one, of which the second does not count: ada passes
/// all, a hostile one fails and writes markup and formulas wherever a student can, the third has no result
/// yet.
Grading sample_grading();

/// The hostile student's name and message.
inline constexpr auto kHostileName = "=1+1<script>alert('x')</script>,\"";
inline constexpr auto kHostileMessage = "</pre><script>alert(1)</script> ]]> & \x1B[31m \xFF";

}  // namespace spinlab::grading
