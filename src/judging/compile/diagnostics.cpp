#include "src/judging/compile/diagnostics.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "src/core/pattern.h"
#include "src/judging/named_in_code.h"

namespace spinlab::judging {
namespace {

constexpr std::size_t kMaxLines = 60;
constexpr std::size_t kMaxSearched = 20;  // forbidden names: a hostile file may have thousands

/// One message of the compiler with the source lines quoted below it.
struct Diagnostic {
  std::string file, place, kind, rest;
  std::string quoted;
  std::vector<std::string> included_from;  // "FILE:LINE", the innermost first
};

std::vector<Diagnostic> parse(const std::string& output) {
  static const Pattern head("^([^:[:space:]][^:]*):([0-9]+:[0-9]+): (fatal error|error|warning|note): (.*)$");
  static const Pattern included("^(In file included|                ) from ([^:]+:[0-9]+)[:,]");
  std::vector<Diagnostic> all;
  std::vector<std::string> included_from;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const bool short_enough = line.size() < 2000;
    const auto match = short_enough ? head.first(line) : Pattern::Match();
    const auto from = short_enough ? included.first(line) : Pattern::Match();
    if (!match.empty())
      all.push_back({match[1], match[2], match[3], match[4], "", std::exchange(included_from, {})});
    else if (!from.empty())
      included_from.push_back(from[2]);
    else if (!all.empty() && line.starts_with(' '))  // clang and GCC indent what they quote
      all.back().quoted += line + "\n";
  }
  return all;
}

class Cutter {
 public:
  explicit Cutter(std::string folder) : folder_(std::move(folder) + "/") {}

  std::string cut(const std::vector<Diagnostic>& all) {
    std::string text;
    for (std::size_t i = 0; i < all.size();) {
      std::size_t end = i + 1;
      while (end < all.size() && all[end].kind == "note") ++end;
      text += group(all, i, end);
      i = end;
    }
    return text;
  }

 private:
  bool own(const Diagnostic& one) const { return one.file.starts_with(folder_); }

  std::string say(const Diagnostic& one) const {
    if (!own(one)) return one.kind + ": " + one.rest + "\n";
    return one.file.substr(folder_.size()) + ":" + one.place + ": " + one.kind + ": " + one.rest + "\n" +
           one.quoted;
  }

  /// The student's own #include that leads to a message in somebody else's header; empty where there is none.
  std::string own_include(const Diagnostic& one) const {
    for (const auto& from : one.included_from)
      if (from.starts_with(folder_)) return from.substr(folder_.size()) + ": ";
    return "";
  }

  /// A message and its notes: kept where one of them, or the #include that it is below of, is the student's own line.
  std::string group(const std::vector<Diagnostic>& all, std::size_t begin, std::size_t end) const {
    const bool elsewhere = !own(all[begin]) && all[begin].kind.ends_with("error");
    const auto include = elsewhere ? own_include(all[begin]) : "";
    std::string text = include + say(all[begin]);
    bool concerns = own(all[begin]) || !include.empty();
    for (std::size_t i = begin + 1; i < end; ++i) {
      if (!own(all[i])) continue;
      concerns = true;
      text += say(all[i]);
    }
    return concerns ? text : "";
  }

  std::string folder_;
};

/// The rest of the line behind each occurrence of a phrase of lld's or GNU ld's.
std::set<std::string> names_behind(const std::string& output, std::initializer_list<std::string> phrases) {
  std::set<std::string> names;
  for (const auto& phrase : phrases)
    for (auto at = output.find(phrase); at != std::string::npos; at = output.find(phrase, at + 1)) {
      const auto begin = at + phrase.size();
      names.insert(output.substr(begin, output.find_first_of("\n'", begin) - begin));
    }
  return names;
}

/// torch::nn::SoftmaxImpl of torch::nn::SoftmaxImpl::forward: who calls a layer does not spell its function.
std::string class_alone(const std::string& scope) {
  constexpr std::string_view kEnd = "Impl::";
  const auto end = scope.rfind(kEnd);
  return end == std::string::npos ? scope : scope.substr(0, end + kEnd.size() - 2);
}

/// torch::nn::SoftmaxImpl: itself, its holder torch::nn::Softmax, and both with fewer namespaces.
std::vector<std::string> spellings_of_scope(const std::string& name) {
  const auto scope = class_alone(name);
  std::vector<std::string> names{scope};
  constexpr std::string_view kImpl = "Impl";
  if (scope.ends_with(kImpl)) names.push_back(scope.substr(0, scope.size() - kImpl.size()));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (const auto inner = names[i].find("::"); inner != std::string::npos)
      names.push_back(names[i].substr(inner + 2));
  return names;
}

/// linalg_solve: itself, in place, into a given tensor, and linalg::solve.
std::vector<std::string> spellings_of_operator(const std::string& name) {
  std::vector<std::string> names{name, name + "_", name + "_out"};
  if (const auto space = name.find('_', 1); space != std::string::npos)
    names.push_back(name.substr(0, space) + "::" + name.substr(space + 1));
  return names;
}

std::string line_note(const std::string& use, const std::string& code) {
  const auto name = use.substr(0, use.find(' '));  // torch::jit (which …)
  const bool is_scope = name.find("::") != std::string::npos;
  for (const auto& spelling : is_scope ? spellings_of_scope(name) : spellings_of_operator(name))
    if (const auto line = line_of_name(code, spelling, !is_scope))
      return " (line " + std::to_string(*line) + ")";
  return "";
}

/// "regression" of several functions that are all in it; empty for one, or where they are not.
std::string common_namespace(const std::set<std::string>& functions) {
  const auto space_of = [](const std::string& function) {
    return function.substr(0, std::min(function.find("::"), function.find('(')));
  };
  if (functions.size() < 2 || functions.begin()->find("::") > functions.begin()->find('(')) return "";
  const auto space = space_of(*functions.begin());
  const auto same = [&](const std::string& function) { return function.starts_with(space + "::"); };
  return std::all_of(functions.begin(), functions.end(), same) ? space : "";
}

std::string first_lines(const std::string& text) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < kMaxLines && end < text.size(); ++i) {
    const auto next = text.find('\n', end);
    end = next == std::string::npos ? text.size() : next + 1;
  }
  return end < text.size() ? text.substr(0, end) + "…\n" : text;
}

}  // namespace

std::string cut_to_submission(const std::string& output, const std::filesystem::path& folder) {
  return first_lines(Cutter(folder.string()).cut(parse(output)));
}

std::string explain_failure(const std::string& output, std::uint64_t memory_mib, std::uint64_t object_mib) {
  const auto says = [&](const char* what) { return output.find(what) != std::string::npos; };
  const std::string look = "; is an array, a constant or a template very large?\n";
  if (says("out of memory") || says("bad_alloc"))
    return "the compiler needed more than " + std::to_string(memory_mib) + " MiB of memory" + look;
  if (says("IO failure on output stream") || says("File too large"))
    return "what the compiler made of it is larger than " + std::to_string(object_mib) + " MiB" + look;
  if (says("PLEASE submit a bug report") || says("internal compiler error"))
    return "the compiler itself failed on this file" + look;
  return first_lines(output);
}

std::string cut_link_errors(const std::string& output, const std::string& header) {
  if (output.find("relocation") != std::string::npos && output.find("out of range") != std::string::npos)
    return "the static arrays are larger than the 2 GiB that a program may have\n";
  const auto missing = names_behind(output, {"undefined symbol: ", "undefined reference to `"});
  const auto twice = names_behind(output, {"duplicate symbol: ", "multiple definition of `"});
  if (missing.empty() && twice.empty()) return first_lines(output);
  std::string text;
  if (const auto space = common_namespace(missing); !space.empty())
    text += "written, but not found? They must stand in namespace " + space + " { … }, as in " + header + ":\n";
  for (const auto& name : missing)
    text += name + " is declared but not defined; " + header + " says how it must look\n";
  for (const auto& name : twice) text += name + " is defined twice\n";
  return first_lines(text);
}

std::string list_with_lines(const std::vector<std::string>& uses, const std::string& source) {
  const auto code = code_alone(source);
  std::string text;
  for (std::size_t i = 0; i < uses.size(); ++i)
    text += (i == 0 ? "" : ", ") + uses[i] + (i < kMaxSearched ? line_note(uses[i], code) : "");
  return text;
}

}  // namespace spinlab::judging
