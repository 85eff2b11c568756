#include "src/judging/checker/experiment.h"
