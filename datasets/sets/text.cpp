#include "datasets/sets/text.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/formats/code_points.h"
#include "datasets/registry.h"
#include "datasets/sets/own_file.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxContext = 4096;
constexpr double kTestFraction = 0.1;

/// Several files' characters by one alphabet.
class Alphabet {
 public:
  Split read(const fs::path& file) {
    texts_.push_back(read_characters(file));
    return {texts_.back().codes, {}, {}};
  }
  /// Numbers the characters of `part`, the `index`-th that was read, by the joint alphabet.
  void renumber(Split& part, std::size_t index) const {
    const auto& own = texts_[index].alphabet;
    std::vector<int64_t> numbers;
    for (const auto& letter : own)
      numbers.push_back(std::lower_bound(letters_.begin(), letters_.end(), letter) - letters_.begin());
    part.inputs = at::tensor(numbers, at::kLong).index_select(0, part.inputs);
  }
  /// UTF-8 sorts by its bytes as by code points.
  std::vector<std::string> join() {
    for (const auto& text : texts_)
      letters_.insert(letters_.end(), text.alphabet.begin(), text.alphabet.end());
    std::sort(letters_.begin(), letters_.end());
    letters_.erase(std::unique(letters_.begin(), letters_.end()), letters_.end());
    return letters_;
  }

 private:
  std::vector<CodePoints> texts_;
  std::vector<std::string> letters_;
};

Split windows(const at::Tensor& codes, int64_t context, int64_t stride, const std::string& name) {
  const auto n = codes.size(0);
  TORCH_CHECK_VALUE(n > context, name, ": a context of ", context, " needs more than the ", n,
                    " characters of a part; choose a smaller one");
  return {codes.narrow(0, 0, n - 1).unfold(0, context, stride),
          codes.narrow(0, 1, n - 1).unfold(0, context, stride),
          {}};
}

Json understand(const fs::path& file, const Json& settings) {
  const auto text = read_characters(file);
  std::string letters;
  for (const auto& letter : text.alphabet) letters += letter;
  return {{"data", completed("text", {{"file", file.string()}}, settings)},
          {"characters", text.codes.size(0)},
          {"distinct", text.alphabet.size()},
          {"alphabet", letters}};
}

}  // namespace

Dataset load_text(const Config& options, const DataFolders&) {
  const auto context = options.integer("context", 1, kMaxContext),
             stride = options.integer("stride", 1, kMaxContext);
  Alphabet alphabet;
  auto parts = parts_of_files(options, [&](const fs::path& file) { return alphabet.read(file); });
  Dataset set;
  set.name = "text";
  set.objective = "language_modelling";
  set.classes = alphabet.join();
  std::size_t index = 0;
  alphabet.renumber(parts.train, index++);
  if (parts.test) alphabet.renumber(*parts.test, index++);
  if (parts.validation) alphabet.renumber(*parts.validation, index++);
  auto fractions = fractions_of(options, parts);
  if (!options.has("test_fraction")) fractions.test = kTestFraction;
  cut(parts, fractions, std::nullopt, file_name(options));
  for (auto* part :
       {&parts.train, parts.test ? &*parts.test : nullptr, parts.validation ? &*parts.validation : nullptr})
    if (part != nullptr) *part = windows(part->inputs, context, stride, file_name(options));
  put_parts(std::move(parts), set);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "text",
                                            .summary = "your own text, character by character",
                                            .defaults = own_file_defaults({{"context", 64}, {"stride", 1}}),
                                            .load = load_text,
                                            .endings = {".txt", ".md"},
                                            .understand = understand}};

}  // namespace
}  // namespace spinlab::datasets
