#pragma once

#include "@topic@.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(@topic@, mean_square, "(n) -> _")
