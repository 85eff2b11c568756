#pragma once

#include <functional>
#include <string_view>

namespace spinlab::datasets {

/// The pieces that byte pairs never cross, by the rule of GPT-2 [Radford et al. 2019, section 2.2, and its
/// encoder.py]: English contractions; a run of letters, of digits or of other signs, with at most one space
/// before it; a run of white space, which leaves its last space to what follows. Bytes that are no UTF-8 are
/// a piece of their own. Together the pieces are the text, byte by byte.
void for_each_pre_token(std::string_view text, const std::function<void(std::string_view)>& use);

}  // namespace spinlab::datasets
