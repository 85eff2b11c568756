#pragma once

#include <nlohmann/json.hpp>

namespace spinlab {

using Json = nlohmann::ordered_json;

}  // namespace spinlab

// Instantiated in json.cpp: in each file that uses it, it costs a second or two.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;
