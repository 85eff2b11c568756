#include "datasets/sets/text.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "datasets/formats/text_file.h"
#include "datasets/registry.h"
#include "datasets/sets/own_file.h"
#include "datasets/tokens/characters.h"
#include "datasets/tokens/token_windows.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr double kTestFraction = 0.1;

/// In UTF-8 all other bytes of a character are 10xxxxxx.
bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

int64_t count_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), begins_character);
}

/// Of a text whose characters are numbered, those of consecutive `numbers`.
std::string characters_of(std::string_view text, const at::Tensor& numbers) {
  int64_t passed = -1;
  const auto first = numbers[0].item<int64_t>(), last = first + numbers.size(0);
  std::size_t begin = 0, end = 0;
  for (; end < text.size(); ++end) {
    passed += begins_character(text[end]);
    if (passed < first) begin = end + 1;
    if (passed == last) break;
  }
  return std::string(text.substr(begin, end - begin));
}

/// The part of every file that is named, cut by its characters: what is cut are their numbers.
std::map<std::string, std::string> texts_of(const Config& options) {
  std::vector<std::string> files;
  auto parts = parts_of_files(options, [&](const fs::path& file) {
    files.push_back(read_text(file));
    return Split{at::arange(count_characters(files.back())), {}, {}};
  });
  const auto of_test = parts.test ? 1U : 0U, of_validation = parts.validation ? of_test + 1 : 0U;
  auto fractions = fractions_of(options, parts);
  if (!options.has("test_fraction")) fractions.test = kTestFraction;
  cut(parts, fractions, std::nullopt, file_name(options));
  std::map<std::string, std::string> texts{{"train", characters_of(files[0], parts.train.inputs)}};
  if (parts.test) texts["test"] = characters_of(files[of_test], parts.test->inputs);
  if (parts.validation) texts["validation"] = characters_of(files[of_validation], parts.validation->inputs);
  return texts;
}

Json understand(const fs::path& file, const Json& settings) {
  const auto text = read_text(file);
  const Characters characters({text});
  std::string letters;
  for (const auto& letter : characters.names()) letters += letter;
  return {{"data", completed("text", {{"file", file.string()}}, settings)},
          {"characters", count_characters(text)},
          {"distinct", characters.size()},
          {"alphabet", letters}};
}

}  // namespace

Dataset load_text(const Config& options, const DataFolders&) {
  const auto texts = texts_of(options);
  const std::map<std::string, std::string_view> views(texts.begin(), texts.end());
  std::vector<std::string_view> all;
  for (const auto& [part, text] : views) all.push_back(text);
  Dataset set;
  set.name = file_name(options);  // for what may be wrong with it
  set_windows(set, make_tokenizer(options, all, views.at("train")), views, options);
  set.name = "text";
  set.how_split = "in the order of the text";
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "text",
     .summary = "your own text, character by character or by byte pairs",
     .defaults = own_file_defaults(token_options()),
     .load = load_text,
     .endings = {".txt", ".md"},
     .understand = understand}};

}  // namespace
}  // namespace spinlab::datasets
