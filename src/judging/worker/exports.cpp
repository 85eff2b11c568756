#include "src/judging/worker/exports.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "src/judging/rules.h"
#include "src/judging/worker/serve.h"

namespace spinlab::judging {
namespace {

std::map<std::string, Export>& exports() {
  static std::map<std::string, Export> all;
  return all;
}

bool share_memory(const std::vector<at::Tensor>& some, const std::vector<at::Tensor>& others) {
  const auto shares = [](const at::Tensor& a, const at::Tensor& b) {
    return a.numel() > 0 && b.numel() > 0 && a.has_storage() && b.has_storage() && a.is_alias_of(b);
  };
  return std::any_of(some.begin(), some.end(), [&](const at::Tensor& one) {
    return std::any_of(others.begin(), others.end(),
                       [&](const at::Tensor& other) { return shares(one, other); });
  });
}

bool any_requires_grad(const std::vector<at::Tensor>& tensors) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [](const at::Tensor& tensor) { return tensor.requires_grad(); });
}

/// With what no check expects: NaN, and of whole numbers -1, or 0 where there is no such.
at::Scalar garbage(at::ScalarType type) {
  if (at::isFloatingType(type) || at::isComplexType(type)) return NAN;
  return at::isSignedType(type) ? -1 : 0;
}

}  // namespace

void expect_unchanged(const Message& before, const Message& after, const Writer& arguments) {
  using Json = nlohmann::json;
  const bool same_head =
      after.head == before.head || Json::to_cbor(after.head) == Json::to_cbor(before.head);  // NaN is not NaN
  if (after.payload != before.payload || !same_head) throw BrokenRule(rules::kArgumentChanged);
  if (any_requires_grad(arguments.tensors())) throw BrokenRule(rules::kArgumentMarked);
}

void expect_independent(const Writer& result, const Writer& arguments) {
  if (share_memory(result.held(), arguments.tensors())) throw BrokenRule(rules::kModuleSharesMemory);
  if (any_requires_grad(result.tensors())) throw BrokenRule(rules::kResultMarked);
}

void spoil(const Writer& result, const Writer& arguments) {
  if (!result.held().empty() || !arguments.held().empty()) return;
  const at::NoGradGuard no_graph;
  for (at::Tensor tensor : result.tensors()) {
    const bool can_be_written = !tensor.is_inference() && tensor.is_non_overlapping_and_dense();
    if (can_be_written) tensor.fill_(garbage(tensor.scalar_type()));
  }
}

bool register_export(const char* name, Export function) { return exports().emplace(name, function).second; }

Export find_export(const std::string& name) {
  const auto found = exports().find(name);
  return found == exports().end() ? nullptr : found->second;
}

}  // namespace spinlab::judging
