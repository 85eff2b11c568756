#include "src/authoring/mutants.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>

#include "src/core/sha256.h"

namespace spinlab::authoring {
namespace {

std::vector<std::string> check_names(const judging::Assignment& assignment) {
  std::vector<std::string> names;
  for (const auto& check : assignment.checks) names.push_back(check.name);
  return names;
}

std::vector<std::string> parse_caught_by(const Config& config, const std::vector<std::string>& checks) {
  std::vector<std::string> names;
  for (const auto& item : config.get<Json::array_t>("caught_by")) {
    names.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    TORCH_CHECK_VALUE(std::find(checks.begin(), checks.end(), names.back()) != checks.end(), config.where(),
                      ": caught_by: no check ", names.back(), did_you_mean(names.back(), checks));
  }
  TORCH_CHECK_VALUE(!names.empty(), config.where(),
                    ": caught_by is empty; name the checks that must fail on it");
  return names;
}

Mutant parse(const Config& config, const judging::Assignment& assignment) {
  Mutant mutant;
  mutant.name = config.get<std::string>("name");
  mutant.mistake = config.get<std::string>("mistake");
  if (config.has("answers")) {
    mutant.answers = judging::answers_from(config, judging::question_names(assignment.checks));
  } else {
    mutant.replace = config.get<std::string>("replace");
    mutant.with = config.get<std::string>("with");
  }
  mutant.caught_by = parse_caught_by(config, check_names(assignment));
  config.expect_no_other_keys();
  TORCH_CHECK_VALUE(!mutant.name.empty() && !mutant.mistake.empty(), config.where(),
                    ": name and mistake must say something");
  TORCH_CHECK_VALUE(!mutant.answers.empty() || (!mutant.replace.empty() && mutant.replace != mutant.with),
                    config.where(), ": replace must be some text of the master, and with another one");
  return mutant;
}

}  // namespace

std::vector<Mutant> load_mutants(const judging::Assignment& assignment) {
  const auto file = assignment.folder / "mutants.json";
  const auto json = read_json(file);
  TORCH_CHECK_VALUE(json.is_array() && !json.empty(), file.string(),
                    ": expected a list of at least one mutant");
  std::vector<Mutant> mutants;
  std::set<std::string> names;
  for (const auto& item : json) {
    const auto where = file.string() + ": [" + std::to_string(mutants.size()) + "]";
    mutants.push_back(parse(Config(item, where), assignment));
    TORCH_CHECK_VALUE(names.insert(mutants.back().name).second, where, ": a second mutant ",
                      mutants.back().name, "; rename it");
  }
  return mutants;
}

std::vector<Mutant> drawn(std::vector<Mutant> mutants, size_t count, const std::string& text) {
  if (mutants.size() <= count) return mutants;
  std::vector<std::string> lots;
  for (const auto& mutant : mutants) lots.push_back(sha256_hex(mutant.name + '\n' + text));
  auto sorted = lots;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count), sorted.end());
  std::erase_if(mutants, [&, i = size_t{0}](const Mutant&) mutable { return lots[i++] >= sorted[count]; });
  return mutants;
}

}  // namespace spinlab::authoring
