#include "datasets/tokens/token_windows.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/tokens/byte_pairs.h"
#include "datasets/tokens/characters.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxContext = 1 << 16;

Split windows(const at::Tensor& tokens, int64_t context, int64_t stride, const std::string& name) {
  const auto n = tokens.size(0);
  TORCH_CHECK_VALUE(n > context, name, ": a context of ", context, " needs more than the ", n,
                    " tokens of a part; choose a smaller one");
  return {tokens.narrow(0, 0, n - 1).unfold(0, context, stride),
          tokens.narrow(0, 1, n - 1).unfold(0, context, stride),
          {}};
}

}  // namespace

Json token_options() {
  return {
      {"context", 64}, {"stride", 1}, {"tokens", "characters"}, {"vocabulary", 1000}, {"tokenizer", nullptr}};
}

std::shared_ptr<const Tokenizer> make_tokenizer(const Config& options,
                                                const std::vector<std::string_view>& alphabet,
                                                std::string_view train) {
  const auto vocabulary = options.integer("vocabulary", BytePairs::kBytes, BytePairs::kMaxTokens);
  const bool characters = options.one_of("tokens", {"characters", "byte_pairs"}) == "characters";
  TORCH_CHECK_VALUE(!characters || !options.has("tokenizer"), options.where(),
                    ": a tokenizer is one of byte pairs; set tokens to byte_pairs, or leave tokenizer out");
  if (characters) return std::make_shared<Characters>(alphabet);
  if (options.has("tokenizer"))
    return std::make_shared<BytePairs>(BytePairs::read(options.get<std::string>("tokenizer")));
  return std::make_shared<BytePairs>(BytePairs::train(train, vocabulary));
}

void set_windows(Dataset& set, std::shared_ptr<const Tokenizer> tokenizer,
                 const std::map<std::string, std::string_view>& texts, const Config& options) {
  const auto context = options.integer("context", 1, kMaxContext),
             stride = options.integer("stride", 1, kMaxContext);
  set.objective = "language_modelling";
  set.classes = tokenizer->names();
  for (const auto& [part, text] : texts) {
    const bool train = part == "train";
    auto& split = train ? set.train : part == "test" ? set.test : set.parts[part];
    split = windows(tokenizer->encode(text), context, train ? stride : context, set.name);
  }
  set.tokenizer = std::move(tokenizer);
}

}  // namespace spinlab::datasets
