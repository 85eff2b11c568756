#include "benchmarks/shakespeare.h"

#include "datasets/sets/tinyshakespeare.h"
#include "datasets/tokens/characters.h"
#include "datasets/tokens/token_windows.h"
#include "src/core/seed.h"

namespace spinlab::benchmarks {
namespace {

constexpr std::size_t kLetters = 1'115'394;

}  // namespace

std::string shakespeare(const datasets::DataFolders& data) {
  if (const auto file = data.look_up("tinyshakespeare/input.txt"))
    return datasets::read_tinyshakespeare(*file);
  std::string letters;
  auto engine = make_engine(0, "letters");
  for (std::size_t i = 0; i < kLetters; ++i) letters.push_back(static_cast<char>(' ' + engine() % 65));
  return letters;
}

datasets::Dataset character_windows(const std::string& letters, int64_t context) {
  datasets::Dataset set;
  set.name = "tinyshakespeare";
  const std::string_view all = letters, train = all.substr(0, letters.size() * 9 / 10);
  const auto tokenizer = std::make_shared<datasets::Characters>(std::vector<std::string_view>{all});
  datasets::set_windows(set, tokenizer, {{"train", train}, {"test", all.substr(train.size())}},
                        Config({{"context", context}, {"stride", 1}}, "bench"));
  return set;
}

}  // namespace spinlab::benchmarks
