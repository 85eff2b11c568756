#include "src/judging/compile/operator_callers.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/judging/compile/direct_calls.h"

namespace spinlab::judging {
namespace {

/// Takes a name with its length before it, "4call", off the start of a mangled one; empty where there is
/// none.
std::string_view take_source_name(std::string_view& mangled) {
  std::size_t length = 0;
  const auto [digits_end, error] = std::from_chars(mangled.data(), mangled.data() + mangled.size(), length);
  const auto digits = static_cast<std::size_t>(digits_end - mangled.data());
  if (error != std::errc{} || length > mangled.size() - digits) return {};
  const auto name = mangled.substr(digits, length);
  mangled.remove_prefix(digits + length);
  return name;
}

/// The three names of _ZN2at4_ops7softmax4callE…; a method's or another namespace's have their own, or none.
struct ScopedName {
  explicit ScopedName(std::string_view mangled) {
    if (!mangled.starts_with("_ZN2at")) return;
    mangled.remove_prefix(std::string_view("_ZN2at").size());
    scope = take_source_name(mangled);
    name = take_source_name(mangled);
    member = take_source_name(mangled);
  }
  std::string_view scope, name, member;
};

/// Not the kernels: nobody else is to call them (compile/forbidden.h).
bool is_for_users(std::string_view mangled) {
  const auto scope = ScopedName(mangled).scope;
  const auto starts = [&](const char* start) { return mangled.starts_with(start); };
  return scope != "native" && scope != "meta" &&
         (starts("_ZN2at") || starts("_ZNK2at") || starts("_ZN5torch") || starts("_ZNK5torch"));
}

class CallGraph {
 public:
  CallGraph(const SharedLibrary& library, const std::map<std::string, std::string>& overloads)
      : overloads_(overloads) {
    for (const auto& [entry, op] : overloads) operators_.insert(op);
    add_functions(library.functions());
    add_imports(library.imports());
    add_calls(library.code());
  }

  SymbolSets callers() const {
    SymbolSets all;
    for (const auto& [op, entries] : entries_) {
      auto& found = all[op];
      found = callers_of(entries);
      found.erase(op);
    }
    return all;
  }

 private:
  using Node = std::uint32_t;

  struct Function {
    std::vector<std::string_view> exported;  // its names for users
    std::string kernel_of;                   // an operator
    bool is_entry = false;                   // of an operator: the dispatcher goes on from here
    std::vector<Node> callers;
  };

  void add_functions(const std::vector<SharedLibrary::Function>& functions) {
    for (const auto& function : functions) {
      if (addresses_.empty() || addresses_.back() != function.address) {
        addresses_.push_back(function.address);
        nodes_.emplace_back();
      }
      const auto node = static_cast<Node>(nodes_.size() - 1);
      if (function.exported) by_name_.emplace(function.name, node);
      classify(node, function);
    }
  }

  void classify(Node node, const SharedLibrary::Function& function) {
    const ScopedName parts(function.name);
    if (parts.scope == "_ops") {
      const auto overload = overloads_.find(std::string(parts.name));
      if (overload == overloads_.end() || (parts.member != "call" && parts.member != "redispatch")) return;
      nodes_[node].is_entry = true;
      entries_[overload->second].push_back(node);
    } else if (is_kernel_space(parts.scope)) {
      nodes_[node].kernel_of = operator_of(parts.name);
    } else if (function.exported && is_for_users(function.name)) {
      nodes_[node].exported.push_back(function.name);
    }
  }

  /// at::cpu::softmax and so on are what the dispatcher calls on the processor. [ATen's NAME_cpu_dispatch.h]
  static bool is_kernel_space(std::string_view scope) {
    return scope == "cpu" || scope == "compositeimplicitautograd" || scope == "compositeexplicitautograd" ||
           scope == "compositeexplicitautogradnonfunctional";
  }

  /// "add_outf" and "add_symint" are add's.
  std::string operator_of(std::string_view kernel) const {
    for (const char* ending : {"", "_symint", "_out", "_outf", "_symint_out", "_symint_outf"}) {
      if (!kernel.ends_with(ending)) continue;
      const std::string name(kernel.substr(0, kernel.size() - std::string_view(ending).size()));
      if (operators_.contains(name)) return name;
    }
    return {};
  }

  void add_imports(const std::vector<SharedLibrary::Import>& imports) {
    for (const auto& import : imports) {
      const auto here = by_name_.find(import.name);
      if (here != by_name_.end()) imports_.emplace(import.address, here->second);
    }
  }

  void add_calls(const SharedLibrary::Code& code) {
    for_each_direct_call(code, [&](std::uint64_t from, std::uint64_t to) {
      const auto callee = starting_at(to);
      if (callee == kNone) return;
      const auto after = std::upper_bound(addresses_.begin(), addresses_.end(), from);
      if (after == addresses_.begin()) return;
      const auto caller = static_cast<Node>(after - addresses_.begin() - 1);
      auto& callers = nodes_[callee].callers;
      if (callers.empty() || callers.back() != caller) callers.push_back(caller);
    });
  }

  Node starting_at(std::uint64_t address) const {
    if (const auto import = imports_.find(address); import != imports_.end()) return import->second;
    const auto found = std::lower_bound(addresses_.begin(), addresses_.end(), address);
    return found != addresses_.end() && *found == address ? static_cast<Node>(found - addresses_.begin())
                                                          : kNone;
  }

  std::set<std::string> callers_of(const std::vector<Node>& entries) const {
    std::set<std::string> found;
    std::vector<bool> seen(nodes_.size());
    auto waiting = entries;
    for (const auto entry : entries) seen[entry] = true;
    while (!waiting.empty()) {
      const auto& node = nodes_[waiting.back()];
      waiting.pop_back();
      for (const auto caller : node.callers) {
        if (seen[caller]) continue;
        seen[caller] = true;
        const auto& function = nodes_[caller];
        found.insert(function.exported.begin(), function.exported.end());
        if (!function.kernel_of.empty()) found.insert(function.kernel_of);
        if (!function.is_entry) waiting.push_back(caller);
      }
    }
    return found;
  }

  static constexpr Node kNone = ~Node{0};

  const std::map<std::string, std::string>& overloads_;
  std::set<std::string> operators_;
  std::vector<std::uint64_t> addresses_;  // of the nodes
  std::vector<Function> nodes_;
  std::unordered_map<std::string_view, Node> by_name_;
  std::unordered_map<std::uint64_t, Node> imports_;
  std::map<std::string, std::vector<Node>> entries_;
};

}  // namespace

SymbolSets operator_callers(const SharedLibrary& library,
                            const std::map<std::string, std::string>& overloads) {
  return CallGraph(library, overloads).callers();
}

std::set<std::string> with_callers(std::set<std::string> operators, const SymbolSets& callers,
                                   const std::set<std::string>& allowed) {
  std::vector<std::string> waiting(operators.begin(), operators.end());
  while (!waiting.empty()) {
    const auto known = callers.find(waiting.back());
    waiting.pop_back();
    if (known == callers.end()) continue;
    for (const auto& caller : known->second)
      if (!allowed.contains(caller) && operators.insert(caller).second) waiting.push_back(caller);
  }
  return operators;
}

}  // namespace spinlab::judging
