#include "src/core/config.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <sstream>

#include "src/core/files.h"
#include "src/core/json_fault.h"

namespace spinlab {
namespace {

constexpr std::uintmax_t kMaxJsonBytes = 16 << 20;

size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitute = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row.back();
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& item : object.items()) names.push_back(item.key());
  return names;
}

bool same_kind(const Json& value, const Json& example) {
  if (example.is_number_float()) return value.is_number();
  if (example.is_number_unsigned()) return value.is_number_unsigned();
  if (example.is_number_integer()) return value.is_number_integer();
  if (example.is_null()) return true;
  return value.type() == example.type();
}

std::string kind(const Json& value) {
  if (value.is_number_float()) return "a number";
  if (value.is_number_unsigned()) return "a non-negative integer";
  if (value.is_number_integer()) return "an integer";
  const std::string name = value.type_name();
  return (value.is_array() || value.is_object() ? "an " : "a ") + name;
}

/// The parser would keep one of two values of a key and say nothing.
class DuplicateKeys {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    const auto level = static_cast<size_t>(depth);
    if (event == Json::parse_event_t::object_start) {
      seen_.resize(level + 1);
      seen_[level].clear();
    } else if (event == Json::parse_event_t::key &&
               !seen_.at(level - 1).insert(parsed.get<std::string>()).second) {
      found_.insert(parsed.get<std::string>());
    }
    return true;
  }
  const std::set<std::string>& found() const { return found_; }

 private:
  std::vector<std::set<std::string>> seen_;  // by depth
  std::set<std::string> found_;
};

/// All digits that tell it from its neighbours, no more: 0.9999999 is not 1.
std::string shortest(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

std::string last_word(const std::string& text) { return text.substr(text.rfind(' ') + 1); }

}  // namespace

Json read_json(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxJsonBytes);
  try {
    DuplicateKeys duplicates;
    auto json = Json::parse(text, std::ref(duplicates), true, /*ignore_comments=*/true);
    TORCH_CHECK_VALUE(duplicates.found().empty(), file.string(), ": \"", *duplicates.found().begin(),
                      "\" stands twice in one object; leave one of them");
    return json;
  } catch (const Json::parse_error& error) {
    TORCH_CHECK_VALUE(
        false, file.string(), ":", line_of_fault(text, error),
        ": not valid JSON; mend this line or its end (a comma, a quote or a bracket, most often)");
  } catch (const Json::out_of_range& error) {
    TORCH_CHECK_VALUE(false, file.string(), ": a number that is too large: ", last_word(error.what()));
  }
}

Config::Config(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  TORCH_CHECK_VALUE(object_.is_object(), where_, ": expected an object {…}, got ", object_.type_name());
}

const Json& Config::at(const std::string& key) const {
  known_.push_back(key);
  TORCH_CHECK_VALUE(object_.contains(key), where_, ": the key \"", key, "\" is missing; add it");
  return object_.at(key);
}

bool Config::has(const std::string& key) const {
  known_.push_back(key);
  return object_.contains(key);
}

Config Config::section(const std::string& key) const { return Config(at(key), where_ + ": " + key); }

double Config::number(const std::string& key, double low, double high) const {
  const auto value = get<double>(key);
  TORCH_CHECK_VALUE(low <= value && value <= high, where_, ": ", key, " must lie in [", shortest(low), ", ",
                    shortest(high), "], got ", shortest(value));
  return value;
}

int64_t Config::integer(const std::string& key, int64_t low, int64_t high) const {
  const auto value = get<int64_t>(key);
  TORCH_CHECK_VALUE(low <= value && value <= high, where_, ": ", key, " must lie in [", low, ", ", high,
                    "], got ", value);
  return value;
}

std::vector<int64_t> Config::integers(const std::string& key, int64_t low, int64_t high) const {
  std::vector<int64_t> all;
  for (const auto& value : get<Json::array_t>(key)) {
    const bool fits = value.is_number_integer() && value.get<int64_t>() >= low && value.get<int64_t>() <= high;
    TORCH_CHECK_VALUE(fits, where_, ": ", key, " must hold whole numbers from ", low, " to ", high, ", got ",
                      value.dump());
    all.push_back(value.get<int64_t>());
  }
  return all;
}

double Config::number_or(const std::string& key, double fallback, double low, double high) const {
  return has(key) ? number(key, low, high) : fallback;
}

int64_t Config::integer_or(const std::string& key, int64_t fallback, int64_t low, int64_t high) const {
  return has(key) ? integer(key, low, high) : fallback;
}

std::string Config::one_of(const std::string& key, const std::vector<std::string>& choices) const {
  const auto value = get_or<std::string>(key, choices.front());
  TORCH_CHECK_VALUE(std::find(choices.begin(), choices.end(), value) != choices.end(), where_, ": ", key,
                    " \"", value, "\" is unknown", did_you_mean(value, choices));
  return value;
}

void Config::expect_no_other_keys() const {
  for (const auto& key : keys(object_)) {
    TORCH_CHECK_VALUE(std::find(known_.begin(), known_.end(), key) != known_.end(), where_,
                      ": unknown key \"", key, "\"", did_you_mean(key, known_));
  }
}

void Config::require_type(const Json& value, const std::string& key, const Json& example) const {
  TORCH_CHECK_VALUE(same_kind(value, example), where_, ": ", key, " must be ", kind(example), ", got ",
                    value.dump());
}

void Config::refuse_elements(const Json& value, const std::string& key) const {
  TORCH_CHECK_VALUE(false, where_, ": ", key, " holds an element of the wrong type: ", value.dump());
  std::abort();  // TORCH_CHECK_VALUE(false) has thrown
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "; there are none here";
  if (const auto near = nearest(word, candidates); !near.empty()) return "; did you mean \"" + near + "\"?";
  std::ostringstream out;
  out << "; known: ";
  for (size_t i = 0; i < candidates.size(); ++i) out << (i ? ", " : "") << candidates[i];
  return out.str();
}

void set_key(Json& config, const std::string& dotted, const std::string& text) {
  Json* node = &config;
  std::istringstream parts(dotted);
  for (std::string part; std::getline(parts, part, '.');) {
    TORCH_CHECK_VALUE(node->is_object() && node->contains(part), "--set ", dotted, ": unknown key \"", part,
                      "\"", did_you_mean(part, node->is_object() ? keys(*node) : std::vector<std::string>{}));
    node = &node->at(part);
  }
  auto value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  *node = value.is_discarded() ? Json(text) : value;
}

}  // namespace spinlab
