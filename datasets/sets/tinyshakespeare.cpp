#include "datasets/sets/tinyshakespeare.h"

#include "datasets/files/compressed_file.h"
#include "datasets/registry.h"
#include "datasets/tokens/token_windows.h"

namespace spinlab::datasets {
namespace {

constexpr std::size_t kMaxBytes = 16 << 20;

}  // namespace

std::string read_tinyshakespeare(const std::filesystem::path& file) {
  CompressedFile in(file, fetch_again("tinyshakespeare"));
  return in.read_rest(kMaxBytes);
}

Dataset load_tinyshakespeare(const Config& options, const DataFolders& folders) {
  const auto text = read_tinyshakespeare(folders.find("tinyshakespeare/input.txt", "tinyshakespeare"));
  const std::string_view all = text, train = all.substr(0, text.size() * 9 / 10);
  const auto tokenizer = make_tokenizer(options, {all}, train);
  Dataset set;
  set.name = "tinyshakespeare";
  set_windows(set, tokenizer, {{"train", train}, {"test", all.substr(train.size())}}, options);
  set.how_split = "in the order of the text: the first 90 % train";
  options.expect_no_other_keys();
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "tinyshakespeare",
                                            .summary = "plays, character by character or by byte pairs",
                                            .defaults = token_options(),
                                            .load = load_tinyshakespeare}};

}  // namespace
}  // namespace spinlab::datasets
