#pragma once

#include <string>

namespace spinlab {

/// What --set names: a dotted key and the text of its value, for set_key (src/core/config.h).
struct Setting {
  std::string key, value;
};

/// From "optimizer.lr=3e-4". Throws c10::ValueError where there is no "=", no key, or no UTF-8.
Setting parse_setting(const std::string& text);

}  // namespace spinlab
