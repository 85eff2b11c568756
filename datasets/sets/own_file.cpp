#include "datasets/sets/own_file.h"

#include <c10/util/Exception.h>

#include "datasets/registry.h"

namespace spinlab::datasets {

Json own_file_defaults(const Json& own) {
  Json defaults = {{"file", nullptr}, {"test_file", nullptr}, {"validation_file", nullptr}};
  defaults.update(own);
  defaults.update({{"test_fraction", nullptr}, {"validation_fraction", 0.0}});
  return defaults;
}

std::string file_name(const Config& options) { return options.get<std::string>("file"); }

Parts parts_of_files(const Config& options, const std::function<Split(const std::filesystem::path&)>& read) {
  Parts parts{read(file_name(options)), {}, {}};
  if (options.has("test_file")) parts.test = read(options.get<std::string>("test_file"));
  if (options.has("validation_file")) parts.validation = read(options.get<std::string>("validation_file"));
  return parts;
}

Fractions fractions_of(const Config& options, const Parts& parts) {
  TORCH_CHECK_VALUE(!options.has("test_fraction") || !parts.test, options.where(),
                    ": a test part comes by itself; leave test_fraction out, or the part");
  return {options.number_or("test_fraction", 0.2, 0, 1), options.number("validation_fraction", 0, 1)};
}

std::vector<std::string> words_at(const Config& options, const std::string& key) {
  if (!options.has(key)) return {};
  if (options.at(key).is_string()) return {options.get<std::string>(key)};
  return options.get<std::vector<std::string>>(key);
}

Json completed(const std::string& name, const Json& found, const Json& settings) {
  Json data = {{"name", name}};
  data.update(found);
  data.update(settings);
  with_defaults(data, "--set");
  for (const auto& item : settings.items()) {
    if (item.value().is_null()) data.erase(item.key());  // as if it had not been found
  }
  return data;
}

}  // namespace spinlab::datasets
