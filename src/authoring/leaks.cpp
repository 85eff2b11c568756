#include "src/authoring/leaks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "src/authoring/handout.h"
#include "src/authoring/master.h"
#include "src/authoring/mutants.h"
#include "src/core/files.h"
#include "src/judging/answers/answer_key.h"
#include "src/judging/check_files.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

// Characters without white space: a line of fewer stands somewhere by chance.
constexpr std::size_t kTelling = 24, kTellingAlone = 40;
constexpr std::uintmax_t kMaxBytes = 16 << 20;

std::string squeezed(const std::string& text) {
  std::string kept;
  kept.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept),
               [](unsigned char c) { return std::isspace(c) == 0; });
  return kept;
}

std::vector<std::string> squeezed_lines(const std::string& code) {
  std::vector<std::string> lines;
  std::istringstream in(code);
  for (std::string line; std::getline(in, line);)
    if (auto kept = squeezed(line); !kept.empty()) lines.push_back(std::move(kept));
  return lines;
}

/// Lines that visible checks have as well, or that every file has.
bool is_everywhere(const std::string& line) {
  return line.starts_with("#include") || line.starts_with("namespace");
}

/// Two lines of code at a time: one alone (the head of a loop) may stand anywhere, two seldom do.
std::vector<std::string> telling_pairs(const std::string& code) {
  auto lines = squeezed_lines(code);
  std::erase_if(lines, is_everywhere);
  std::vector<std::string> pairs;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (lines[i - 1].size() >= kTelling && lines[i].size() >= kTelling)
      pairs.push_back(lines[i - 1] + lines[i]);
  return pairs;
}

/// A text to look for, without white space, and what it is.
struct Secret {
  std::string text;
  std::string what;
  bool number = false;
};

class Secrets {
 public:
  Secrets(const judging::Assignment& assignment, const fs::path& project) : assignment_(assignment) {
    add_regions(Master::load(assignment));
    for (const auto& name : assignment.withheld) add_withheld(project / name);
    add_hidden_checks();
    for (const auto& mutant : load_mutants(assignment)) {
      add(mutant.mistake, "a mutant's mistake");
      if (squeezed(mutant.with).size() >= kTellingAlone) add(mutant.with, "a mutant");
    }
    const judging::AnswerKey key(assignment);
    for (const auto& answer : key.entries())
      for (const double number : answer.expected) add_answer(number, answer.name);
  }

  const std::vector<Secret>& all() const { return all_; }

 private:
  void add(const std::string& text, const std::string& what) {
    auto kept = squeezed(text);
    if (kept.size() >= kTelling) all_.push_back({std::move(kept), what + " of " + assignment_.name});
  }

  void add_regions(const Master& master) {
    for (const auto& segment : master.segments()) {
      if (!segment.solution) continue;
      add(segment.text, "a solution");
      for (const auto& pair : telling_pairs(segment.text)) add(pair, "a solution");
    }
  }

  void add_withheld(const fs::path& file) {
    const auto text = read_file(file, kMaxBytes);
    if (has_marker(text))
      add_regions(Master::parse(text, file.string()));
    else
      for (const auto& pair : telling_pairs(text)) add(pair, "a withheld file");
  }

  /// Lines that a visible check shares with a hidden one are no secret.
  void add_hidden_checks() {
    for (const auto& check : assignment_.checks) {
      if (!check.hidden) continue;
      const auto dot = check.name.find('.');
      const auto suite = check.name.substr(0, dot), test = check.name.substr(dot + 1);
      for (const auto& text : {check.name, suite + "," + test})
        all_.push_back({text, "a hidden check of " + assignment_.name});
      for (const auto& text : {check.title, check.hint}) add(text, "a hidden check");
    }
    const auto visible = squeezed(read_file(assignment_.folder / "checks.cpp", kMaxBytes));
    for (const auto& file : judging::hidden_check_files(assignment_.folder))
      for (const auto& pair : telling_pairs(read_file(file, kMaxBytes)))
        if (visible.find(pair) == std::string::npos) add(pair, "a hidden check");
  }

  /// Its first digits, where it has five at least: one half stands in many texts.
  void add_answer(double number, const std::string& name) {
    constexpr int kDigits = 8, kTellingDigits = 5;
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", kDigits, std::abs(number));
    std::string digits(text);
    const auto first = digits.find_first_not_of("0.");
    const auto significant =
        std::count_if(digits.begin() + static_cast<std::ptrdiff_t>(first % digits.size()), digits.end(),
                      [](unsigned char c) { return std::isdigit(c) != 0; });
    if (significant < kTellingDigits) return;
    if (significant == kDigits) digits.pop_back();  // it is rounded
    all_.push_back({digits, "the answer " + name, true});
  }

  const judging::Assignment& assignment_;
  std::vector<Secret> all_;
};

bool is_begun_region(const std::string& text) {
  constexpr auto kBegin = "//BEGINSOLUTION";
  const auto lines = squeezed_lines(text);
  return std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return line.starts_with(kBegin); });
}

/// Where numbers and markers have a meaning. The guide for authors shows the markers.
bool is_text_for_students(const std::string& file) {
  return file.starts_with("assignments/") || file.starts_with("docs/");
}

}  // namespace

std::vector<Leak> find_leaks(const FileTree& tree, const judging::Assignment& assignment,
                             const fs::path& project) {
  const Secrets secrets(assignment, project);
  std::vector<Leak> leaks;
  for (const auto& [file, content] : tree) {
    if (is_kept_back(file)) leaks.push_back({file, "a file that stays with the instructor"});
    if (!file.ends_with(".md") && is_begun_region(content))
      leaks.push_back({file, "a solution region with its marker"});
    const auto text = squeezed(content);
    for (const auto& secret : secrets.all()) {
      if (secret.number && !is_text_for_students(file)) continue;
      if (text.find(secret.text) != std::string::npos)
        leaks.push_back({file, secret.what + ": " + secret.text.substr(0, 60)});
    }
  }
  return leaks;
}

}  // namespace spinlab::authoring
