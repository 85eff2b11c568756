#pragma once

#include <string>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// JUnit XML as CI systems read it, by the schema of Jenkins (jenkinsci/xunit-plugin, junit-10.xsd): a test
/// suite a student, a test case a check. A failed check is a failure; one that crashed, or was not reached
/// because the submission was not graded, an error; one that does not count or has no result yet is skipped.
std::string junit_xml(const Grading& grading);

}  // namespace spinlab::grading
