#include "src/authoring/new_assignment.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "src/core/files.h"
#include "src/judging/assignment.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::uintmax_t kMaxBytes = 1 << 20;
constexpr auto kTemplate = "assignments/shared/template";
constexpr auto kHeader = "TOPIC.h";  // in the template
constexpr std::size_t kDigits = 2;

// What a namespace cannot be called, or should not: words of C++ that are a topic's, and namespaces of
// others.
constexpr std::array kTaken{"and",     "auto",   "bool",     "break",  "case",   "catch", "char",    "class",
                            "default", "delete", "do",       "double", "else",   "enum",  "export",  "false",
                            "float",   "for",    "friend",   "goto",   "if",     "int",   "long",    "new",
                            "not",     "or",     "private",  "public", "return", "short", "signed",  "static",
                            "struct",  "switch", "template", "this",   "throw",  "true",  "try",     "union",
                            "using",   "void",   "while",    "xor",    "at",     "c10",   "spinlab", "std",
                            "testing", "torch",  "clock",    "exp",    "gamma",  "index", "link",    "log",
                            "random",  "select", "signal",   "time",   "wait"};

/// "18-mean-field": number 18, topic mean_field, title Mean field.
struct Name {
  std::string number, topic, title;
};

bool is_word(std::string_view word) {
  const auto allowed = [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0; };
  return !word.empty() && std::all_of(word.begin(), word.end(), allowed);
}

/// Words of a-z and 0-9 with a - between two of them, the first one beginning with a letter.
bool is_topic(const std::string& topic) {
  if (topic.empty() || std::isdigit(static_cast<unsigned char>(topic[0])) != 0) return false;
  std::size_t from = 0;
  for (auto to = topic.find('-'); to != std::string::npos; to = topic.find('-', from)) {
    if (!is_word(std::string_view(topic).substr(from, to - from))) return false;
    from = to + 1;
  }
  return is_word(std::string_view(topic).substr(from));
}

Name parsed(const std::string& name) {
  const auto dash = name.find('-');
  const auto number = name.substr(0, dash), topic = dash == std::string::npos ? "" : name.substr(dash + 1);
  const bool is_number =
      number.size() == kDigits && is_word(number) && number.find_first_not_of("0123456789") == number.npos;
  TORCH_CHECK_VALUE(
      is_number && is_topic(topic), "\"", name,
      "\" is no name of an assignment: two digits, a - and words of a-z and 0-9, as in 18-mean-field");
  Name parts{std::to_string(std::stoi(number)), topic, topic};
  std::replace(parts.topic.begin(), parts.topic.end(), '-', '_');
  std::replace(parts.title.begin(), parts.title.end(), '-', ' ');
  parts.title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(parts.title[0])));
  TORCH_CHECK_VALUE(std::find(kTaken.begin(), kTaken.end(), parts.topic) == kTaken.end(), "\"", topic,
                    "\" cannot be the topic: C++ or a library of it has the word already; say more of it: ",
                    name, "-basics");
  return parts;
}

std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [mark, value] : values)
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  return text;
}

void require_free(const std::string& name) {
  for (const auto& other : judging::assignment_names())
    TORCH_CHECK_VALUE(other.substr(0, kDigits) != name.substr(0, kDigits), "the number ",
                      name.substr(0, kDigits), " is taken by ", other, "; choose another");
  const auto folder = root() / "assignments" / name;
  TORCH_CHECK_VALUE(!fs::exists(fs::symlink_status(folder)), folder.string(),
                    ": is there already; nothing is overwritten");
}

}  // namespace

FileTree new_assignment_files(const std::string& name) {
  const auto [number, topic, title] = parsed(name);
  const auto folder = root() / kTemplate;
  TORCH_CHECK_VALUE(
      fs::exists(folder), folder.string(),
      ": no such folder; new assignments are made in the course's own tree, not in a student edition");
  const std::map<std::string, std::string> values{
      {"@name@", name}, {"@number@", number}, {"@topic@", topic}, {"@title@", title}};
  FileTree files;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (!item.is_regular_file()) continue;
    const auto path = item.path().lexically_relative(folder);
    files[path == kHeader ? topic + ".h" : path.string()] = filled(read_file(item.path(), kMaxBytes), values);
  }
  return files;
}

fs::path make_new_assignment(const std::string& name) {
  const auto files = new_assignment_files(name);
  require_free(name);
  // Two floors down, so that it is no assignment to anybody who looks for assignments/*/assignment.json.
  const auto aside = root() / "assignments/.new";
  fs::remove_all(aside);
  write_tree(files, aside / name);
  const auto folder = root() / "assignments" / name;
  fs::rename(aside / name, folder);
  fs::remove_all(aside);
  return folder;
}

}  // namespace spinlab::authoring
