#pragma once

#include "src/core/config.h"

namespace spinlab::training {

/// A recipe or a run's configuration as it was written before November 2026, by the names and places that its
/// settings have now.
Json with_present_names(Json config);

}  // namespace spinlab::training
