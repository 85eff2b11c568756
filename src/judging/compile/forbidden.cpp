#include "src/judging/compile/forbidden.h"

#include <c10/util/Exception.h>
#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

#include "src/core/files.h"
#include "src/judging/compile/operator_callers.h"
#include "src/judging/compile/toolchain.h"

namespace spinlab::judging {
namespace {

/// Mangled by hand: a demangler is too large a target for a stranger's names. [Itanium C++ ABI, 5.1]
std::string source_name(const std::string& name) { return std::to_string(name.size()) + name; }

/// torch::optim and what is in it: _ZN5torch5optim…, _ZNK5torch5optim… for const methods, _ZTVN5torch5optim…
/// for the tables of virtual ones.
std::vector<std::string> scope_starts(const std::string& scope) {
  std::string mangled;
  for (std::size_t begin = 0; begin <= scope.size();) {
    const auto end = std::min(scope.find("::", begin), scope.size());
    mangled += source_name(scope.substr(begin, end - begin));
    begin = end + 2;
  }
  return {"_ZN" + mangled, "_ZNK" + mangled, "_ZTVN" + mangled};
}

using Operators = std::multimap<std::string, std::string>;  // names and overloads

/// As spinlab-libtorch wrote them.
Operators read_operators() {
  constexpr std::uintmax_t kMaxBytes = 16 << 20;
  Operators all;
  std::istringstream lines(read_file(toolchain().operators(), kMaxBytes));
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.find(' ');
    all.emplace(line.substr(0, space), line.substr(space + 1));
  }
  return all;
}

const Operators& operators() {
  static const auto all = read_operators();
  return all;
}

const SymbolSets& callers() {
  static const auto all = read_symbol_sets(toolchain().operator_callers());
  return all;
}

/// Before the name of an operator that is allowed although it calls a forbidden one.
constexpr char kAllowed = '-';

bool is_mangled(const std::string& name) { return name.starts_with("_Z"); }

/// LibTorch's functions that call an operator.
const std::set<std::string>& calling_functions() {
  static const auto all = [] {
    std::set<std::string> functions;
    for (const auto& [op, names] : callers())
      std::copy_if(names.begin(), names.end(), std::inserter(functions, functions.end()), is_mangled);
    return functions;
  }();
  return all;
}

/// "torch::nn::SoftmaxImpl::forward", of a name of LibTorch's own.
std::string readable(const std::string& mangled) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> whole(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), std::free);
  const std::string name = whole ? whole.get() : mangled;
  return name.substr(0, name.find('('));
}

/// at::_ops::linalg_lstsq::call and its like, for each overload: where every function and method of LibTorch
/// ends up.
std::vector<std::string> symbol_starts(const std::string& operation) {
  std::vector<std::string> starts;
  for (const auto& name : {operation, operation + "_"}) {
    const auto [first, last] = operators().equal_range(name);
    for (auto overload = first; overload != last; ++overload) {
      const auto entry = overload->second.empty() ? name : name + "_" + overload->second;
      for (const char* how : {"call", "redispatch"})
        starts.push_back("_ZN" + source_name("at") + source_name("_ops") + source_name(entry) +
                         source_name(how) + "E");
    }
  }
  TORCH_CHECK_VALUE(!starts.empty(), "\"forbidden\" names ", operation,
                    ", which is no operator of this LibTorch");
  return starts;
}

constexpr auto kTorchScript = "torch::jit (which torch::save and torch::load use)";

constexpr auto kDerivatives = "torch::autograd::generated";

constexpr std::array<std::pair<const char*, const char*>, 26> kBackDoors{{
    {"_ZN3c1010Dispatcher", "c10::Dispatcher"},
    {"_ZNK3c1010Dispatcher", "c10::Dispatcher"},
    {"_ZNK3c1014OperatorHandle", "c10::OperatorHandle"},
    {"_ZN5torch3jit", kTorchScript},
    {"_ZNK5torch3jit", kTorchScript},
    {"_ZN5torch7LibraryC", "torch::Library"},
    {"_ZN5torch8autograd9generated", kDerivatives},
    {"_ZNK5torch8autograd9generated", kDerivatives},
    {"_ZTVN5torch8autograd9generated", kDerivatives},
    {"_ZN2at6native", "at::native"},
    {"_ZN2at3cpu", "at::cpu"},
    {"_ZN2at4meta", "at::meta"},
    {"_ZN2at25compositeimplicitautograd", "at::compositeimplicitautograd"},
    {"_ZN2at37compositeimplicitautogradnestedtensor", "at::compositeimplicitautogradnestedtensor"},
    {"_ZN2at25compositeexplicitautograd", "at::compositeexplicitautograd"},
    {"_ZN2at38compositeexplicitautogradnonfunctional", "at::compositeexplicitautogradnonfunctional"},
    {"_ZN2at14DynamicLibrary", "at::DynamicLibrary"},
    {"dlopen", "dlopen"},
    {"dlmopen", "dlmopen"},
    {"dlsym", "dlsym"},
    {"dlvsym", "dlvsym"},
    {"dl_iterate_phdr", "dl_iterate_phdr"},
    {"dladdr", "dladdr"},
    {"dlinfo", "dlinfo"},
    {"_dl_find_object", "_dl_find_object"},
    {"_r_debug", "_r_debug"},
}};

/// The lines of a text that stays.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// spinlab-libtorch wrote the names in order.
bool is_raw(const std::string& symbol) {
  constexpr std::uintmax_t kMaxBytes = 64 << 20;
  static const auto text = read_file(toolchain().raw_symbols(), kMaxBytes);
  static const auto names = lines_of(text);
  return std::binary_search(names.begin(), names.end(), symbol);
}

bool any_starts_with(const std::set<std::string>& names, const std::string& start) {
  const auto first = names.lower_bound(start);
  return first != names.end() && first->starts_with(start);
}

bool any_starts_with_one_of(const std::set<std::string>& names, const std::vector<std::string>& starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](const auto& start) { return any_starts_with(names, start); });
}

}  // namespace

bool is_watched(const std::string& symbol) {
  const auto opens = [&](const auto& door) { return symbol.starts_with(door.first); };
  return symbol.starts_with("_ZN2at4_ops") || calling_functions().contains(symbol) ||
         std::any_of(kBackDoors.begin(), kBackDoors.end(), opens);
}

std::vector<std::string> forbidden_uses(const std::set<std::string>& undefined,
                                        const std::vector<std::string>& forbidden) {
  std::set<std::string> found, operations, allowed;
  for (const auto& name : forbidden) {
    if (name.starts_with(kAllowed)) {
      symbol_starts(name.substr(1));  // throws
      allowed.insert(name.substr(1));
    } else if (name.find("::") == std::string::npos) {
      operations.insert(name);
    } else if (any_starts_with_one_of(undefined, scope_starts(name))) {
      found.insert(name);
    }
  }
  for (const auto& name : with_callers(operations, callers(), allowed)) {
    if (is_mangled(name)) {
      if (undefined.contains(name)) found.insert(readable(name));
    } else if (any_starts_with_one_of(undefined, symbol_starts(name))) {
      found.insert(name);
    }
  }
  for (const auto& [start, name] : kBackDoors)
    if (any_starts_with(undefined, start)) found.insert(name);
  for (const auto& symbol : undefined)
    if (is_raw(symbol)) found.insert(symbol);
  return {found.begin(), found.end()};
}

}  // namespace spinlab::judging
