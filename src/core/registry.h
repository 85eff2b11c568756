#pragma once

#include <c10/util/Exception.h>

#include <map>
#include <string>
#include <vector>

#include "src/core/options.h"

namespace spinlab {

/// Everything of one kind that this program can choose by name, in the order of the names. An Entry has at least `name`,
/// `summary` (a line for spinlab list) and `defaults` (its options).
template <typename Entry>
std::map<std::string, Entry>& registry() {
  static std::map<std::string, Entry> all;
  return all;
}

/// While one lives, what is wrong with a registration is collected instead of thrown: an exception must not
/// leave a library that is just being loaded.
class RegistrationFaults {
 public:
  RegistrationFaults() { current() = this; }
  ~RegistrationFaults() { current() = nullptr; }
  RegistrationFaults(const RegistrationFaults&) = delete;
  RegistrationFaults& operator=(const RegistrationFaults&) = delete;

  static RegistrationFaults*& current() {
    static RegistrationFaults* one = nullptr;
    return one;
  }
  std::vector<std::string> names;
};

/// Registers an entry where it stands, in the entry's own file:
///   const Registered<ModelEntry> kRegistered{{.name = "mlp", .summary = "a fully connected network", …}};
/// A program so has what is linked into it, and a user's file registers as ours do. Throws c10::ValueError for a name twice.
template <typename Entry>
struct Registered {
  explicit Registered(Entry entry) {
    const auto name = entry.name;
    if (auto* faults = RegistrationFaults::current(); faults != nullptr && registry<Entry>().contains(name)) {
      faults->names.push_back(name);
      return;
    }
    TORCH_CHECK_VALUE(registry<Entry>().emplace(name, std::move(entry)).second, "two entries register as \"", name, "\"");
  }
};

/// As choose() and with_defaults() want them (src/core/options.h).
template <typename Entry>
std::vector<NamedOptions> registered_options() {
  std::vector<NamedOptions> all;
  for (const auto& [name, entry] : registry<Entry>()) all.push_back({name, entry.defaults});
  return all;
}

}  // namespace spinlab
