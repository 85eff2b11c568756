#define PCRE2_CODE_UNIT_WIDTH 8
#include "datasets/tokens/pre_tokens.h"

#include <c10/util/Exception.h>
#include <pcre2.h>

#include <memory>

namespace spinlab::datasets {
namespace {

/// GPT-2's own, in encoder.py.
constexpr const char* kPattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};

using Code = std::unique_ptr<pcre2_code, Free>;
using Match = std::unique_ptr<pcre2_match_data, Free>;

Code compiled() {
  int error = 0;
  PCRE2_SIZE place = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(kPattern), PCRE2_ZERO_TERMINATED,
                          PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF, &error, &place, nullptr));
  TORCH_INTERNAL_ASSERT(code, "the pattern of pre-tokens: error ", error, " at ", place);
  pcre2_jit_compile(code.get(),
                    PCRE2_JIT_COMPLETE);  // where there is no compiler for this processor, without
  return code;
}

}  // namespace

void for_each_pre_token(std::string_view text, const std::function<void(std::string_view)>& use) {
  static const auto code = compiled();
  const Match match(pcre2_match_data_create_from_pattern(code.get(), nullptr));
  const auto* place = pcre2_get_ovector_pointer(match.get());
  std::size_t done = 0;
  while (done < text.size()) {
    const auto found = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), done,
                                   0, match.get(), nullptr);
    TORCH_CHECK(found > 0 || found == PCRE2_ERROR_NOMATCH, "cutting a text into words: PCRE2 error ", found);
    const auto begin = found > 0 ? place[0] : text.size();
    if (begin > done) use(text.substr(done, begin - done));
    if (found == PCRE2_ERROR_NOMATCH) return;
    use(text.substr(place[0], place[1] - place[0]));
    done = place[1];
  }
}

}  // namespace spinlab::datasets
