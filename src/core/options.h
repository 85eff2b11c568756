#pragma once

#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab {

/// `given` with every key that it lacks taken from `defaults`, in their order. Throws c10::ValueError, with
/// the nearest, for a key that the defaults do not name.
Json with_defaults(const Json& defaults, const Json& given, const std::string& where);

/// One of several things of a kind that are chosen by name, with the options that it takes.
struct NamedOptions {
  std::string name;
  Json defaults;
};

std::vector<std::string> names(const std::vector<NamedOptions>& choices);

/// The choice of that name; throws c10::ValueError with the nearest: "there is no optimizer "adm"; did you
/// mean …".
const NamedOptions& choose(const std::vector<NamedOptions>& choices, const std::string& kind,
                           const std::string& name);

/// {"name": …, option: …} with the defaults of the choice that it names.
Json with_defaults(const std::vector<NamedOptions>& choices, const std::string& kind, const Json& given,
                   const std::string& where);

}  // namespace spinlab
