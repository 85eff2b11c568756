#include "datasets/sets/tinyshakespeare.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <array>

#include "datasets/files/compressed_file.h"
#include "datasets/registry.h"

namespace spinlab::datasets {
namespace {

constexpr std::size_t kMaxBytes = 16 << 20;
constexpr int64_t kMaxContext = 4096;

Split windows(const at::Tensor& codes, int64_t context, int64_t stride) {
  const auto n = codes.size(0);
  TORCH_CHECK_VALUE(n > context, "tinyshakespeare: a context of ", context, " needs more than its ", n,
                    " characters; choose a smaller one");
  return {codes.narrow(0, 0, n - 1).unfold(0, context, stride),
          codes.narrow(0, 1, n - 1).unfold(0, context, stride),
          {}};
}

}  // namespace

Characters::Characters(std::string_view text) {
  std::array<bool, 256> present{};
  for (const unsigned char byte : text) present[byte] = true;
  for (int byte = 0; byte < 256; ++byte) {
    if (present[byte]) alphabet.push_back(static_cast<char>(byte));
  }
}

at::Tensor Characters::encode(std::string_view text) const {
  std::array<int64_t, 256> code;
  code.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    code[static_cast<unsigned char>(alphabet[i])] = static_cast<int64_t>(i);
  auto codes = at::empty({static_cast<int64_t>(text.size())}, at::kLong);
  auto* to = codes.mutable_data_ptr<int64_t>();
  for (std::size_t i = 0; i < text.size(); ++i) {
    to[i] = code[static_cast<unsigned char>(text[i])];
    TORCH_CHECK_VALUE(to[i] >= 0, "character ", i, " (byte ", int{static_cast<unsigned char>(text[i])},
                      ") is not among the ", alphabet.size(), " of the alphabet");
  }
  return codes;
}

std::string Characters::decode(const at::Tensor& codes) const {
  const auto flat = codes.to(at::kCPU, at::kLong).contiguous();
  std::string text;
  for (int64_t i = 0; i < flat.numel(); ++i) text.push_back(alphabet.at(flat.const_data_ptr<int64_t>()[i]));
  return text;
}

std::string read_tinyshakespeare(const std::filesystem::path& file) {
  CompressedFile in(file, fetch_again("tinyshakespeare"));
  return in.read_rest(kMaxBytes);
}

Dataset load_tinyshakespeare(const Config& options, const DataFolders& folders) {
  const auto context = options.integer("context", 1, kMaxContext);
  const auto stride = options.integer("stride", 1, kMaxContext);
  options.expect_no_other_keys();
  const auto text = read_tinyshakespeare(folders.find("tinyshakespeare/input.txt", "tinyshakespeare"));
  const Characters characters(text);
  const auto codes = characters.encode(text);
  const auto first_tested = codes.size(0) * 9 / 10;
  Dataset set;
  set.name = "tinyshakespeare";
  set.objective = "language_modelling";
  set.train = windows(codes.narrow(0, 0, first_tested), context, stride);
  set.test = windows(codes.narrow(0, first_tested, codes.size(0) - first_tested), context, stride);
  set.how_split = "in the order of the text: the first 90 % train";
  for (const char c : characters.alphabet) set.classes.emplace_back(1, c);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "tinyshakespeare",
                                            .summary = "plays, character by character",
                                            .defaults = {{"context", 64}, {"stride", 1}},
                                            .load = load_tinyshakespeare}};

}  // namespace
}  // namespace spinlab::datasets
