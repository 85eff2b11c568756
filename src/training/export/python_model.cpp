#include "src/training/export/python_model.h"

#include <c10/util/Exception.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <vector>

#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr std::uintmax_t kMaxBytes = 1 << 20;
/// The line of the frame that the description takes the place of.
constexpr std::string_view kPlace = "# NETWORK\n";
constexpr std::string_view kOurs = "from models.";

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::istringstream text(read_file(file, kMaxBytes));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// models/layers/conv_norm.py of "from models.layers.conv_norm import ConvNorm".
fs::path imported(const std::string& line) {
  const auto begin = std::string("from ").size();
  auto module = line.substr(begin, line.find(' ', begin) - begin);
  for (auto& letter : module) letter = letter == '.' ? '/' : letter;
  return root() / (module + ".py");
}

/// Files of Python made one: each once, behind those that it imports.
class OneFile {
 public:
  void add(const fs::path& file) {
    if (!seen_.insert(file).second) return;
    const auto lines = lines_of(file);
    std::string own;
    for (size_t i = past_docstring(lines); i < lines.size(); ++i) {
      const auto& line = lines[i];
      if (line.starts_with(kOurs)) {
        add(imported(line));
      } else if (line.starts_with("import ") || line.starts_with("from ")) {
        imports_.insert(line + '\n');
      } else if (!own.empty() || !line.empty()) {
        own += line + '\n';
      }
    }
    text_ += own + "\n\n";
  }

  const std::string& text() const { return text_; }
  /// Those of other packages.
  const std::set<std::string>& imports() const { return imports_; }

 private:
  static size_t past_docstring(const std::vector<std::string>& lines) {
    constexpr std::string_view kQuotes = "\"\"\"";
    if (lines.empty() || !lines.front().starts_with(kQuotes)) return 0;
    if (lines.front().find(kQuotes, kQuotes.size()) != std::string::npos) return 1;
    for (size_t i = 1; i < lines.size(); ++i) {
      if (lines[i].find(kQuotes) != std::string::npos) return i + 1;
    }
    return lines.size();
  }

  std::set<fs::path> seen_;
  std::set<std::string> imports_;
  std::string text_;
};

std::optional<fs::path> description(const std::string& name) {
  for (const auto* room : {"networks", "estimators", "forecasters"}) {
    const auto file = root() / "models" / room / (name + ".py");
    if (fs::exists(file)) return file;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> python_model(const std::string& name) {
  const auto file = description(name);
  if (!file) return std::nullopt;
  OneFile network;
  network.add(*file);
  auto text = read_file(root() / "src" / "training" / "export" / "model_frame.py", kMaxBytes);
  const auto place = text.find(kPlace);
  TORCH_CHECK(place != std::string::npos, "model_frame.py has no line ", kPlace);
  std::string more;
  for (const auto& line : network.imports()) {
    if (text.find('\n' + line) == std::string::npos) more += line;
  }
  auto body = network.text();
  body.resize(body.size() - 2);  // the frame goes on after two empty lines of its own
  return text.replace(place, kPlace.size(), more.empty() ? body : more + "\n\n" + body);
}

}  // namespace spinlab::training
