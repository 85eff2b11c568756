#include "src/judging/listed_calls.h"

#include <c10/util/Exception.h>

#include "src/core/pattern.h"
#include "src/judging/named_in_code.h"

namespace spinlab::judging {

std::vector<std::pair<std::string, std::string>> contracts_in(const std::string& calls) {
  static const Pattern call(
      "SPINLAB_CALL[(][[:alnum:]_:]+, *([[:alnum:]_]+) *(, *\"([^\"]*)\")?[[:space:]]*[)]");
  std::vector<std::pair<std::string, std::string>> contracts;
  for (const auto& found : call.all(without_comments(calls))) {
    TORCH_CHECK_VALUE(!found[2].empty(), "a function's shapes are missing: ", found[0],
                      "; write SPINLAB_CALL(space, function, \"(n, d), (n) -> (d)\")");
    contracts.emplace_back(found[1], found[3]);
  }
  return contracts;
}

}  // namespace spinlab::judging
