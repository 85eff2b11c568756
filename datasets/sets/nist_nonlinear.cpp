#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <sstream>

#include "datasets/files/csv.h"
#include "datasets/sets/nist.h"

namespace fs = std::filesystem;

namespace spinlab::datasets::nist {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
const std::vector<std::string> kNames = {
    "Bennett5", "BoxBOD",  "Chwirut1", "Chwirut2", "DanWood",  "ENSO",     "Eckerle4", "Gauss1",   "Gauss2",
    "Gauss3",   "Hahn1",   "Kirby2",   "Lanczos1", "Lanczos2", "Lanczos3", "MGH09",    "MGH10",    "MGH17",
    "Misra1a",  "Misra1b", "Misra1c",  "Misra1d",  "Nelson",   "Rat42",    "Rat43",    "Roszman1", "Thurber"};

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class DatFile {
 public:
  explicit DatFile(const fs::path& file)
      : file_(file, fetch_again("nist")), lines_(lines_of(file_.read_rest(kMaxBytes))) {}

  const std::vector<std::string>& lines() const { return lines_; }

  // The number after "LABEL:".
  double value(const std::string& label) const {
    for (const auto& line : lines_) {
      if (line.starts_with(label + ":")) return number(words_of(line.substr(label.size() + 1)), 0);
    }
    file_.fail("\"" + label + ":\" is missing");
  }

  double number(const Words& words, std::size_t i) const {
    double value = 0;
    if (i >= words.size() || !parse_number(words[i], value)) {
      file_.fail("a number is missing or malformed" +
                 (words.empty() ? "" : " beside \"" + words[0].substr(0, 40) + "\""));
    }
    return value;
  }

  [[noreturn]] void fail(const std::string& what) const { file_.fail(what); }

 private:
  CompressedFile file_;
  std::vector<std::string> lines_;
};

// "b1 = start1 start2 certified deviation"
bool is_parameter(const Words& words) {
  return words.size() == 6 && words[0].size() >= 2 && words[0][0] == 'b' && words[1] == "=" &&
         std::all_of(words[0].begin() + 1, words[0].end(), [](unsigned char c) { return std::isdigit(c); });
}

void read_parameters(const DatFile& file, NonlinearProblem& problem) {
  std::vector<double> columns[4];
  for (const auto& line : file.lines()) {
    const auto words = words_of(line);
    if (!is_parameter(words)) continue;
    for (std::size_t i = 0; i < 4; ++i) columns[i].push_back(file.number(words, i + 2));
  }
  if (columns[0].empty()) file.fail("it has no starting and certified values");
  problem.start1 = at::tensor(columns[0], at::kDouble);
  problem.start2 = at::tensor(columns[1], at::kDouble);
  problem.certified = at::tensor(columns[2], at::kDouble);
  problem.standard_deviations = at::tensor(columns[3], at::kDouble);
}

// After the last "Data:" line, which names the columns, y first.
void read_observations(const DatFile& file, int64_t expected, NonlinearProblem& problem) {
  const auto& lines = file.lines();
  const auto header =
      std::find_if(lines.rbegin(), lines.rend(), [](auto& line) { return line.starts_with("Data:"); });
  if (header == lines.rend()) file.fail("it has no data");
  const auto columns = static_cast<int64_t>(words_of(*header).size()) - 1;
  std::vector<double> values;
  for (auto line = header.base(); line != lines.end(); ++line) {
    const auto words = words_of(*line);
    if (words.empty()) continue;
    for (int64_t i = 0; i < columns; ++i) values.push_back(file.number(words, i));
  }
  if (columns < 2 || static_cast<int64_t>(values.size()) != expected * columns) {
    file.fail("its data are not " + std::to_string(expected) + " observations of y and x");
  }
  const auto table = at::tensor(values, at::kDouble).view({expected, columns});
  problem.y = table.select(1, 0).contiguous();
  problem.x = table.slice(1, 1).contiguous();
}

// From the line that has the equation sign to the next blank one.
std::string formula(const DatFile& file) {
  const auto& lines = file.lines();
  auto line = std::find_if(lines.begin(), lines.end(), [](auto& l) { return l.starts_with("Model:"); });
  std::string text;
  for (; line != lines.end() && (text.empty() || !words_of(*line).empty()); ++line) {
    if (text.empty() && line->find('=') == std::string::npos) continue;
    for (const auto& word : words_of(*line)) text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

}  // namespace

NonlinearProblem read_nonlinear(const fs::path& path) {
  const DatFile file(path);
  NonlinearProblem problem;
  problem.name = path.stem().string();
  problem.model = formula(file);
  read_parameters(file, problem);
  problem.residual_sum_of_squares = file.value("Residual Sum of Squares");
  problem.degrees_of_freedom = static_cast<int64_t>(file.value("Degrees of Freedom"));
  read_observations(file, static_cast<int64_t>(file.value("Number of Observations")), problem);
  return problem;
}

NonlinearProblem nonlinear(const std::string& name, const DataFolders& folders) {
  TORCH_CHECK_VALUE(std::find(kNames.begin(), kNames.end(), name) != kNames.end(),
                    "NIST has no nonlinear problem \"", name, "\"", did_you_mean(name, kNames));
  return read_nonlinear(folders.find("nist_strd/" + name + ".dat", "nist"));
}

std::vector<std::string> nonlinear_names() { return kNames; }

}  // namespace spinlab::datasets::nist
