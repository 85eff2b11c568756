#include <c10/util/Exception.h>

#include <nlohmann/json.hpp>

#include "datasets/tokens/byte_letters.h"
#include "datasets/tokens/byte_pairs.h"
#include "src/core/files.h"
#include "src/core/printable.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr std::uintmax_t kMaxFile = 256 << 20;
constexpr auto kVersion = "#version: 0.2";

using Numbers = std::unordered_map<std::string, int64_t>;

/// A plain map: ordered_json looks a name up among all before it, which 50,000 of them don't bear.
Numbers read_numbers(const fs::path& file) {
  const auto json = nlohmann::json::parse(read_file(file, kMaxFile), nullptr, /*allow_exceptions=*/false);
  TORCH_CHECK_VALUE(json.is_object() && !json.empty(), file.string(),
                    ": expected an object of tokens and their numbers; is it whole?");
  TORCH_CHECK_VALUE(json.size() <= BytePairs::kMaxTokens, file.string(), ": ", json.size(),
                    " tokens; at most ", BytePairs::kMaxTokens, " are read");
  Numbers numbers;
  for (const auto& [name, number] : json.items()) {
    const bool fits = number.is_number_unsigned() && number.get<std::uint64_t>() < json.size();
    TORCH_CHECK_VALUE(fits, file.string(), ": the number of ", printable(name), " is not one of 0 to ",
                      json.size() - 1);
    numbers.emplace(name, number.get<int64_t>());
  }
  return numbers;
}

bool is_special(std::string_view name) {
  return name.size() > 4 && name.starts_with("<|") && name.ends_with("|>");
}

/// Lines of merges.txt but for the version and an empty last one.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool version = lines.empty() && line.starts_with("#version");
    if (!version && !(line.empty() && text.empty())) lines.push_back(line);
  }
  return lines;
}

}  // namespace

BytePairs BytePairs::read(const fs::path& folder) {
  const auto names = folder / kVocabularyFile, learnt = folder / kMergesFile;
  const auto numbers = read_numbers(names);
  BytePairs pairs;
  pairs.bytes_.resize(numbers.size());
  std::vector<bool> taken(numbers.size()), made(numbers.size());
  for (const auto& [name, number] : numbers) {
    TORCH_CHECK_VALUE(!taken[number], names.string(), ": two tokens have the number ", number);
    taken[number] = true;
    const auto bytes = is_special(name) ? name : bytes_of(name);
    TORCH_CHECK_VALUE(bytes && !bytes->empty(), names.string(), ": ", printable(name),
                      " is not written in the letters of GPT-2's bytes");
    pairs.bytes_[number] = *bytes;
    made[number] = is_special(name);
  }
  for (int byte = 0; byte < kBytes; ++byte) {
    const auto found = numbers.find(letters_of(std::string(1, static_cast<char>(byte))));
    TORCH_CHECK_VALUE(found != numbers.end(), names.string(), ": byte ", byte, " has no token");
    pairs.of_byte_.push_back(static_cast<Token>(found->second));
    made[found->second] = true;
  }
  const auto text = read_file(learnt, kMaxFile);
  int64_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    const auto space = line.find(' ');
    const auto where = [&] {
      return c10::str(learnt.string(), ": merge ", number, ", ", printable(std::string(line)), ": ");
    };
    TORCH_CHECK_VALUE(space != line.npos && line.find(' ', space + 1) == line.npos, where(),
                      "expected two tokens with a space between them");
    const std::string first(line.substr(0, space)), second(line.substr(space + 1));
    for (const auto& name : {first, second, first + second})
      TORCH_CHECK_VALUE(numbers.contains(name), where(), printable(name), " is not in ", kVocabularyFile);
    const auto token = [&](const std::string& name) { return static_cast<Token>(numbers.at(name)); };
    pairs.add({token(first), token(second), token(first + second)});
    made[numbers.at(first + second)] = true;
  }
  for (std::size_t token = 0; token < made.size(); ++token)
    TORCH_CHECK_VALUE(made[token], learnt.string(), ": no merge makes token ", token, ", ",
                      printable(letters_of(pairs.bytes_[token])),
                      "; is the file cut short, or another vocabulary's?");
  return pairs;
}

std::string BytePairs::name(int64_t token) const {
  const auto& own = bytes(token);
  return is_special(own) ? own : letters_of(own);
}

void BytePairs::write(const fs::path& folder) const {
  std::string text = "{", learnt = std::string(kVersion) + "\n";
  for (int64_t token = 0; token < size(); ++token) {
    text += (token == 0 ? "" : ",") + nlohmann::json(name(token)).dump() + ":" + std::to_string(token);
  }
  for (const auto& merge : merges_) learnt += name(merge.first) + " " + name(merge.second) + "\n";
  write_file(folder / kVocabularyFile, text + "}\n");
  write_file(folder / kMergesFile, learnt);
}

}  // namespace spinlab::datasets
