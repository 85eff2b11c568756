#include "src/authoring/variants.h"

#include <algorithm>

#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {

std::vector<Variant> load_variants(const judging::Assignment& assignment) {
  std::vector<Variant> variants;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(assignment.folder / "variants", missing)) {
    if (entry.path().extension() != ".cpp") continue;
    variants.push_back({entry.path().stem(), read_file(entry.path(), assignment.limits.source_bytes)});
  }
  std::sort(variants.begin(), variants.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return variants;
}

}  // namespace spinlab::authoring
