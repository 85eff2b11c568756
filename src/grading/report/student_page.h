#pragma once

#include <string>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// A student's page of the instructor's report, hidden checks and all: verdict, every check with its message,
/// how it was run. `index` is that of grading.grades; the page links to its neighbours there. Whatever a
/// student wrote is escaped.
std::string student_page(const Grading& grading, std::size_t index);

/// Where that page lies below the report's folder, and the same as a link from the class's page.
std::string student_page_path(const Grade& grade);
std::string student_page_link(const Grade& grade);

}  // namespace spinlab::grading
