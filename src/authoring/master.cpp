#include "src/authoring/master.h"

#include <c10/util/Exception.h>

#include <sstream>

#include "src/core/files.h"

namespace spinlab::authoring {
namespace {

constexpr std::string_view kBegin = "// BEGIN SOLUTION";
constexpr std::string_view kEnd = "// END SOLUTION";
constexpr std::string_view kStub = "// STUB";
constexpr std::uintmax_t kMaxBytes = 1 << 20;

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

/// Walks the lines of a master and cuts it into segments.
class Parser {
 public:
  explicit Parser(std::string where) : where_(std::move(where)) { open(false, 1); }

  std::vector<Segment> parse(std::string_view text) {
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) read(line, ++line_);
    TORCH_CHECK_VALUE(!segments_.back().solution, where_, ":", segments_.back().line - 1,
                      ": this region is not closed; write ", kEnd, " after it");
    TORCH_CHECK_VALUE(segments_.size() > 1, where_, ": no solution region; put ", kBegin, " and ", kEnd,
                      " around what students write");
    return std::move(segments_);
  }

 private:
  void read(const std::string& line, int number) {
    const auto words = trimmed(line);
    if (starts_with(words, kBegin)) {
      begin(line, words.substr(kBegin.size()), number);
    } else if (words == kEnd) {
      TORCH_CHECK_VALUE(segments_.back().solution, where_, ":", number,
                        ": no region is open here; remove this line");
      open(false, number + 1);
    } else {
      TORCH_CHECK_VALUE(!has_marker(line), where_, ":", number, ": a marker stands alone on its line, as ",
                        kBegin, " or ", kEnd);
      TORCH_CHECK_VALUE(segments_.back().solution || !starts_with(words, kStub), where_, ":", number, ": ",
                        kStub, " stands in a region; move it or remove it");
      append(line, words);
    }
  }

  void begin(const std::string& line, const std::string& rest, int number) {
    TORCH_CHECK_VALUE(!segments_.back().solution, where_, ":", number,
                      ": regions do not nest; the one from line ", segments_.back().line - 1,
                      " is still open");
    TORCH_CHECK_VALUE(rest.empty() || rest[0] == ' ', where_, ":", number, ": expected ", kBegin,
                      " [name[: hint]], got \"", trimmed(line), "\"");
    open(true, number + 1);
    auto& region = segments_.back();
    region.indent = line.substr(0, line.find_first_not_of(" \t"));
    const auto colon = rest.find(": ");
    region.name = trimmed(rest.substr(0, colon));
    if (colon != std::string::npos) region.hint = trimmed(rest.substr(colon + 2));
  }

  void append(const std::string& line, const std::string& words) {
    auto& segment = segments_.back();
    if (segment.solution && starts_with(words, kStub)) {
      segment.stub += segment.indent + trimmed(words.substr(kStub.size())) + '\n';
    } else {
      segment.text += line + '\n';
    }
  }

  void open(bool solution, int line) {
    segments_.emplace_back();
    segments_.back().solution = solution;
    segments_.back().line = line;
  }

  std::string where_;
  int line_ = 0;
  std::vector<Segment> segments_;
};

std::string stub_of(const Segment& region) {
  std::string text;
  if (!region.hint.empty()) text += region.indent + "// " + region.hint + '\n';
  if (!region.stub.empty()) return text + region.stub;
  if (region.name.empty()) return text;
  return text + region.indent + "throw spinlab::NotImplemented(\"" + region.name + "\");\n";
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

bool has_marker(std::string_view text) {
  return text.find("BEGIN SOLUTION") != std::string_view::npos ||
         text.find("END SOLUTION") != std::string_view::npos;
}

Master Master::parse(std::string_view text, const std::string& where) {
  Master master;
  master.where_ = where;
  master.segments_ = Parser(where).parse(text);
  return master;
}

Master Master::load(const judging::Assignment& assignment) {
  const auto file = assignment.folder / "solution.cpp";
  TORCH_CHECK_VALUE(std::filesystem::exists(file), file.string(),
                    ": no such file; the master stays with the instructor, and this needs it");
  return parse(read_file(file, kMaxBytes), file.string());
}

std::string Master::whole() const {
  std::string text;
  for (const auto& segment : segments_) text += segment.text;
  return text;
}

std::string Master::stubbed() const {
  std::string text;
  for (const auto& segment : segments_) text += segment.solution ? stub_of(segment) : segment.text;
  return text;
}

std::string Master::mutated(const std::string& replace, const std::string& with,
                            const std::string& mutant) const {
  int found = 0;
  std::string text;
  for (const auto& segment : segments_) {
    auto piece = segment.text;
    if (segment.solution && count(piece, replace) > 0) {
      found += count(piece, replace);
      piece.replace(piece.find(replace), replace.size(), with);
    }
    text += piece;
  }
  TORCH_CHECK_VALUE(found == 1, where_, ": the mutant ", mutant, " replaces \"", replace, "\", which occurs ",
                    found, " times in the solution regions; it must occur once");
  return text;
}

}  // namespace spinlab::authoring
