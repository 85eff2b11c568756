#include "src/judging/worker/exports.h"

#include <map>

#include "src/judging/worker/serve.h"

namespace spinlab::judging {
namespace {

std::map<std::string, Export>& exports() {
  static std::map<std::string, Export> all;
  return all;
}

}  // namespace

bool register_export(const char* name, Export function) { return exports().emplace(name, function).second; }

Export find_export(const std::string& name) {
  const auto found = exports().find(name);
  return found == exports().end() ? nullptr : found->second;
}

}  // namespace spinlab::judging
