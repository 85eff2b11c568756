#pragma once

#include "tests/judging/module_fixture/module_fixture.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(module_fixture, descend, "<(...) -> (...)>, (...), _, _ -> (...)")
SPINLAB_CALL(module_fixture, make_line, "_, _ -> _")
SPINLAB_CALL(module_fixture, twice_the_slope, "_ -> (...)")
