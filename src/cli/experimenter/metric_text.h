#pragma once

#include <string>
#include <vector>

#include "src/core/json.h"
#include "src/training/metrics.h"

namespace spinlab::cli {

/// A metric of a result as a person reads it; one that is no number, as JSON has none for ∞, is "null".
inline std::string metric_text(const std::string& name, const Json& value,
                               const std::vector<training::Metric>& known) {
  return value.is_number() ? training::text_of(name, value.get<double>(), known) : value.dump();
}

}  // namespace spinlab::cli
