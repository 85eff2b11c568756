#include "src/training/optimizers/parameter_groups.h"

#include <c10/util/Exception.h>
#include <fnmatch.h>

#include <algorithm>

namespace spinlab::training {
namespace {

/// One entry of "groups"; the last of all is what no pattern matches.
struct Rule {
  std::string match = "*";
  double lr_scale = 1;
  double weight_decay = 0;
  bool decay_1d = true;
  bool used = false;
};

std::vector<Rule> parse_rules(const Config& options) {
  Rule rest;
  rest.weight_decay = options.number("weight_decay", 0, 1e3);
  rest.decay_1d = options.get<bool>("decay_1d");
  std::vector<Rule> rules;
  for (const auto& json : options.get<Json::array_t>("groups")) {
    const Config entry(json, options.where() + ": groups");
    auto rule = rest;
    rule.match = entry.get<std::string>("match");
    rule.lr_scale = entry.number_or("lr_scale", 1, 0, 1e6);
    rule.weight_decay = entry.number_or("weight_decay", rest.weight_decay, 0, 1e3);
    rule.decay_1d = entry.get_or("decay_1d", entry.has("weight_decay") || rest.decay_1d);
    entry.expect_no_other_keys();
    rules.push_back(rule);
  }
  rules.push_back(rest);
  return rules;
}

Rule& rule_of(std::vector<Rule>& rules, const std::string& name) {
  return *std::find_if(rules.begin(), rules.end(),
                       [&](const Rule& rule) { return matches(name, rule.match); });
}

void require_used(const std::vector<Rule>& rules, const std::vector<NamedParameter>& parameters,
                  const std::string& where) {
  std::string names;
  for (const auto& parameter : parameters) names += (names.empty() ? "" : ", ") + parameter.name;
  for (auto rule = rules.begin(); rule + 1 < rules.end(); ++rule) {
    TORCH_CHECK_VALUE(rule->used, where, ": groups: no parameter is left for \"", rule->match,
                      "\"; there are: ", names);
  }
}

/// Into the group of the same hyperparameters.
void add(std::vector<ParameterGroup>& groups, const NamedParameter& parameter, double weight_decay,
         double lr_scale) {
  auto found = std::find_if(groups.begin(), groups.end(), [&](const ParameterGroup& group) {
    return group.weight_decay == weight_decay && group.lr_scale == lr_scale;
  });
  if (found == groups.end()) found = groups.insert(found, ParameterGroup{{}, {}, weight_decay, lr_scale});
  found->parameters.push_back(parameter.tensor);
  found->names.push_back(parameter.name);
}

}  // namespace

bool matches(const std::string& name, const std::string& pattern) {
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

Json group_defaults(const Json& own) {
  Json all = {{"weight_decay", 0.0}, {"decay_1d", true}, {"groups", Json::array()}};
  for (auto& [key, value] : all.items()) {
    if (own.contains(key)) value = own.at(key);
  }
  return all;
}

std::vector<ParameterGroup> parameter_groups(const Config& options,
                                             const std::vector<NamedParameter>& parameters) {
  auto rules = parse_rules(options);
  std::vector<ParameterGroup> groups;
  for (const auto& parameter : parameters) {
    auto& rule = rule_of(rules, parameter.name);
    rule.used = true;
    if (rule.lr_scale == 0) parameter.tensor.requires_grad_(false);
    if (!parameter.tensor.requires_grad()) continue;
    const bool decays = rule.decay_1d || parameter.tensor.dim() > 1;
    add(groups, parameter, decays ? rule.weight_decay : 0, rule.lr_scale);
  }
  require_used(rules, parameters, options.where());
  TORCH_CHECK_VALUE(!groups.empty(), options.where(),
                    ": nothing is left to train: the model has no parameters, or all have an "
                    "lr_scale of 0");
  return groups;
}

}  // namespace spinlab::training
