#pragma once

#include <string>

#include "src/core/config.h"

namespace spinlab::training {

/// What a run's numbers do not follow from but its reader asks for: {"command", "started" (UTC), "host",
/// "commit" (of the sources, where they are a checkout), "versions", "ranks" (where there are several)}.
Json run_record(const std::string& command, int ranks = 1);

}  // namespace spinlab::training
