#include "src/authoring/samples.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>

#include "src/core/files.h"
#include "src/judging/answers/answer_key.h"
#include "src/authoring/mutants.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::uintmax_t kMaxBytes = 1 << 20;
constexpr double kMaxPoints = 1e6;

/// A folder's name, nothing that climbs.
bool is_id(const std::string& id) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !id.empty() && id.find_first_not_of(kAllowed) == std::string::npos;
}

std::string replaced(std::string text, const std::string& replace, const std::string& with,
                     const std::string& where) {
  const auto at = replace.empty() ? std::string::npos : text.find(replace);
  TORCH_CHECK_VALUE(at != std::string::npos && text.find(replace, at + 1) == std::string::npos, where, ": \"",
                    replace, "\" must occur once in the master");
  return text.replace(at, replace.size(), with);
}

std::string with_mutants(std::string text, const Config& config, const std::vector<Mutant>& mutants) {
  for (const auto& name : config.get<Json::array_t>("mutants")) {
    const auto mutant = std::find_if(mutants.begin(), mutants.end(),
                                     [&](const auto& known) { return Json(known.name) == name; });
    TORCH_CHECK_VALUE(mutant != mutants.end() && mutant->answers.empty(), config.where(),
                      ": mutants.json has no ", name.dump(), " of the code");
    text = replaced(text, mutant->replace, mutant->with, config.where());
  }
  return text;
}

std::string answers_of(const judging::Assignment& assignment, const Config& config) {
  const auto questions = judging::question_names(assignment.checks);
  if (questions.empty()) return "";
  const auto answers =
      config.has("answers") ? judging::answers_from(config, questions) : judging::AnswerKey(assignment).right();
  return judging::answers_text(answers, questions);
}

std::string source_of(const judging::Assignment& assignment, const Config& config) {
  const auto master = read_file(assignment.folder / "solution.cpp", kMaxBytes);
  if (config.has("file")) return read_file(assignment.folder / config.get<std::string>("file"), kMaxBytes);
  if (config.has("mutants")) return with_mutants(master, config, load_mutants(assignment));
  return replaced(master, config.get<std::string>("replace"), config.get<std::string>("with"),
                  config.where());
}

Sample parse(const judging::Assignment& assignment, const Config& config) {
  Sample sample;
  sample.id = config.get<std::string>("id");
  TORCH_CHECK_VALUE(is_id(sample.id), config.where(), ": id must be made of a-z, 0-9 and -, got \"",
                    sample.id, "\"");
  sample.what = config.get<std::string>("what");
  sample.verdict = judging::verdict_from(config.get<std::string>("verdict"));
  sample.points = config.number("points", 0, kMaxPoints);
  sample.submission = {source_of(assignment, config), answers_of(assignment, config)};
  config.expect_no_other_keys();
  return sample;
}

}  // namespace

std::vector<Sample> load_samples(const judging::Assignment& assignment) {
  const auto file = assignment.folder / "samples.json";
  if (!fs::exists(file)) return {};
  const auto json = read_json(file);
  TORCH_CHECK_VALUE(json.is_array(), file.string(), ": expected a list of samples");
  std::vector<Sample> samples;
  std::set<std::string> ids;
  for (const auto& item : json) {
    const auto where = file.string() + ": [" + std::to_string(samples.size()) + "]";
    samples.push_back(parse(assignment, Config(item, where)));
    TORCH_CHECK_VALUE(ids.insert(samples.back().id).second, where, ": a second sample ", samples.back().id,
                      "; rename it");
  }
  return samples;
}

void write_samples(const judging::Assignment& assignment, const fs::path& folder) {
  for (const auto& [id, what, verdict, points, submission] : load_samples(assignment)) {
    write_file(folder / id / assignment.file, submission.source);
    if (!submission.answers.empty()) write_file(folder / id / judging::kAnswersFile, submission.answers);
  }
}

}  // namespace spinlab::authoring
