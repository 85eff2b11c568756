#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/core/json.h"

/// For the precompiled preludes alone, which keep what is instantiated in them: what nearly every file does
/// with JSON.
namespace spinlab::prelude {

inline std::string json_uses(const std::string& text) {
  auto json = Json::parse(text);
  json["words"] = std::vector<std::string>{text};
  json["numbers"] = std::vector<double>{1};
  Json object{{"text", text}, {"word", "word"}, {"int", 1},    {"long", 1L},
              {"size", 1UL},  {"real", 1.0},    {"flag", true}};
  object[text] = Json::array();
  object.push_back(json);
  for (const auto& item : object.items()) json[item.key()] = item.value();
  for (const auto& value : object) json = value;
  const bool same = object == json || object.contains("text") || object.value("word", text) == "" ||
                    object.value("flag", false);
  const auto words = json.at("words").get<std::vector<std::string>>();
  const double sum = json.at("a").get<double>() + static_cast<double>(json.at("b").get<std::int64_t>()) +
                     static_cast<double>(json.at("c").get<std::uint64_t>()) + json.at(text).get<int>();
  return json.at("text").get<std::string>() + object.dump(1) + words[0] + std::to_string(sum) +
         (same || json["f"].get<bool>() ? "" : "!");
}

}  // namespace spinlab::prelude
