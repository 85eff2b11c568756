#pragma once

#include "src/judging/rubric.h"

namespace spinlab::cli {

/// Whether all files of a data set lie in one of the data folders. Throws c10::ValueError for a name that the
/// catalog does not have.
judging::HasData data_on_this_machine();

}  // namespace spinlab::cli
