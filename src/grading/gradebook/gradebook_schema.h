#pragma once

#include <string>

#include "src/grading/gradebook/sqlite.h"

namespace spinlab::grading {

/// Makes the tables of a gradebook in an empty file, or brings those of an earlier Spinlab up to date, in one
/// transaction. Throws c10::ValueError, naming `name`, for a database that is no gradebook, is corrupt or comes
/// from a newer Spinlab.
void prepare_gradebook(Database& database, const std::string& name);

}  // namespace spinlab::grading
