#include "src/core/options.h"

#include <c10/util/Exception.h>

namespace spinlab {

Json with_defaults(const Json& defaults, const Json& given, const std::string& where) {
  const Config config(given, where);
  for (const auto& item : defaults.items()) config.has(item.key());
  config.expect_no_other_keys();
  auto full = defaults;
  full.update(given);
  return full;
}

std::vector<std::string> names(const std::vector<NamedOptions>& choices) {
  std::vector<std::string> all;
  for (const auto& choice : choices) all.push_back(choice.name);
  return all;
}

const NamedOptions& choose(const std::vector<NamedOptions>& choices, const std::string& kind,
                           const std::string& name) {
  for (const auto& choice : choices) {
    if (choice.name == name) return choice;
  }
  TORCH_CHECK_VALUE(false, "there is no ", kind, " \"", name, "\"", did_you_mean(name, names(choices)));
}

Json with_defaults(const std::vector<NamedOptions>& choices, const std::string& kind, const Json& given,
                   const std::string& where) {
  const auto name = Config(given, where).get<std::string>("name");
  Json defaults = {{"name", name}};
  defaults.update(choose(choices, kind, name).defaults);
  return with_defaults(defaults, given, where);
}

}  // namespace spinlab
