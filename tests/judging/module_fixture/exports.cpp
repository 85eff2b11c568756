#include "src/judging/worker/module_exports.h"
#include "tests/judging/module_fixture/module_fixture.h"

SPINLAB_EXPORT(module_fixture::descend);
SPINLAB_EXPORT(module_fixture::make_line);
SPINLAB_EXPORT(module_fixture::twice_the_slope);
