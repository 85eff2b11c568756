#include "src/core/setting.h"

#include <c10/util/Exception.h>

#include "src/core/escape.h"

namespace spinlab {

Setting parse_setting(const std::string& text) {
  const auto equals = text.find('=');
  TORCH_CHECK_VALUE(clean_utf8(text) == text, "--set ", one_line(text), ": is no UTF-8; write it in that");
  TORCH_CHECK_VALUE(equals != std::string::npos && equals > 0, "--set ", text,
                    ": expected KEY=VALUE, say optimizer.lr=3e-4");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace spinlab
