#include "src/judging/compile/reachable_symbols.h"

#include "src/judging/compile/elf_object.h"

namespace spinlab::judging {
namespace {

/// An object file's sections and what each refers to.
class Graph {
 public:
  Graph(const ElfObject& object, const std::function<bool(const std::string&)>& is_watched)
      : nodes_(object.sections()) {
    for (const auto& reference : object.references()) {
      const auto& symbol = object.symbols()[reference.symbol];
      if (symbol.section == SHN_UNDEF) {
        if (is_watched(symbol.name)) nodes_[reference.section].watched.insert(symbol.name);
      } else if (symbol.section < nodes_.size()) {
        nodes_[reference.section].others.insert(symbol.section);
      }
    }
  }

  /// Depth first without recursion: chains of inline functions are long.
  std::set<std::string> reached_from(std::uint64_t section) const {
    std::set<std::string> found;
    std::set<std::uint64_t> seen{section};
    std::vector<std::uint64_t> waiting{section};
    while (!waiting.empty()) {
      const auto& node = nodes_[waiting.back()];
      waiting.pop_back();
      found.insert(node.watched.begin(), node.watched.end());
      for (const auto other : node.others)
        if (seen.insert(other).second) waiting.push_back(other);
    }
    return found;
  }

 private:
  struct Node {
    std::set<std::string> watched;
    std::set<std::uint64_t> others;
  };
  std::vector<Node> nodes_;
};

}  // namespace

SymbolSets reachable_symbols(std::string_view bytes,
                             const std::function<bool(const std::string&)>& is_watched) {
  const ElfObject object(bytes);
  const Graph graph(object, is_watched);
  SymbolSets reach;
  for (const auto& symbol : object.symbols()) {
    if (symbol.name.empty() || symbol.section == SHN_UNDEF || symbol.section >= object.sections()) continue;
    if (auto found = graph.reached_from(symbol.section); !found.empty())
      reach[symbol.name] = std::move(found);
  }
  return reach;
}

std::set<std::string> with_reachable(std::set<std::string> symbols, const SymbolSets& reach) {
  const auto direct = symbols;
  for (const auto& symbol : direct) {
    const auto found = reach.find(symbol);
    if (found != reach.end()) symbols.insert(found->second.begin(), found->second.end());
  }
  return symbols;
}

}  // namespace spinlab::judging
