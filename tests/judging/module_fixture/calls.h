#pragma once

#include "tests/judging/module_fixture/module_fixture.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(module_fixture, descend)
SPINLAB_CALL(module_fixture, make_line)
SPINLAB_CALL(module_fixture, twice_the_slope)
