#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/core/json.h"

namespace spinlab {

/// Reads and parses a JSON file of at most 16 MiB. Throws c10::ValueError naming the file, line and column.
Json read_json(const std::filesystem::path& file);

/// One JSON object that is read key by key and must hold nothing else: a misspelt key is an error that names
/// the nearest known one. Every error names `where` (say "models/recipes/mnist-mlp.json: optimizer").
class Config {
 public:
  Config(const Json& object, std::string where);

  /// The value at `key`; throws c10::ValueError where it is missing or of another type.
  template <typename T>
  T get(const std::string& key) const {
    return convert<T>(at(key), key);
  }

  template <typename T>
  T get_or(const std::string& key, T fallback) const {
    known_.push_back(key);
    return object_.contains(key) ? convert<T>(object_.at(key), key) : fallback;
  }

  /// A number that must lie in [low, high].
  double number(const std::string& key, double low, double high) const;
  int64_t integer(const std::string& key, int64_t low, int64_t high) const;
  /// A list of whole numbers in [low, high].
  std::vector<int64_t> integers(const std::string& key, int64_t low, int64_t high) const;
  /// The same, `fallback` where the key is missing.
  double number_or(const std::string& key, double fallback, double low, double high) const;
  int64_t integer_or(const std::string& key, int64_t fallback, int64_t low, int64_t high) const;

  /// One of `choices`, the first where the key is missing.
  std::string one_of(const std::string& key, const std::vector<std::string>& choices) const;

  bool has(const std::string& key) const;
  /// The object at `key`, read the same way.
  Config section(const std::string& key) const;
  const Json& at(const std::string& key) const;
  const std::string& where() const { return where_; }

  /// Throws c10::ValueError at the first key that nobody asked for.
  void expect_no_other_keys() const;

 private:
  template <typename T>
  T convert(const Json& value, const std::string& key) const {
    require_type(value, key, Json(T{}));
    try {
      return value.get<T>();
    } catch (const Json::exception&) {
      refuse_elements(value, key);
    }
  }
  void require_type(const Json& value, const std::string& key, const Json& example) const;
  [[noreturn]] void refuse_elements(const Json& value, const std::string& key) const;

  Json object_;
  std::string where_;
  mutable std::vector<std::string> known_;
};

/// The candidate with the smallest edit distance to `word`, empty where none is within a third of its length.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// `text` with " (did you mean …?)" where a candidate is near.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

/// Sets a dotted key: set_key(config, "optimizer.lr", "3e-4"). The text is taken as JSON where it parses as
/// that, else as a string. Throws c10::ValueError where a part of the path is not an object or the key does
/// not exist yet.
void set_key(Json& config, const std::string& dotted, const std::string& text);

}  // namespace spinlab
