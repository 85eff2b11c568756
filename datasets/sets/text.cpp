#include "datasets/sets/text.h"

#include <ATen/ATen.h>

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

/// The part of every file that is named, cut by its characters.
std::map<std::string, std::string> texts_of(const Config& options) {
  std::vector<std::string> files;
  auto parts = parts_of_files(options, [&](const fs::path& file) {
    files.push_back(read_text(file));
    return Split();
  });
  const Characters characters({files.begin(), files.end()});
  std::size_t index = 0;
  for (auto* part :
       {&parts.train, parts.test ? &*parts.test : nullptr, parts.validation ? &*parts.validation : nullptr})
    if (part != nullptr) part->inputs = characters.encode(files[index++]);
  auto fractions = fractions_of(options, parts);
  if (!options.has("test_fraction")) fractions.test = kTestFraction;
  cut(parts, fractions, std::nullopt, file_name(options));
  std::map<std::string, std::string> texts{{"train", characters.decode(parts.train.inputs)}};
  if (parts.test) texts["test"] = characters.decode(parts.test->inputs);
  if (parts.validation) texts["validation"] = characters.decode(parts.validation->inputs);
  return texts;
}

Json understand(const fs::path& file, const Json& settings) {
  const auto text = read_text(file);
  const Characters characters({text});
  std::string letters;
  for (const auto& letter : characters.names()) letters += letter;
  return {{"data", completed("text", {{"file", file.string()}}, settings)},
          {"characters", characters.encode(text).size(0)},
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
