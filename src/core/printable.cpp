#include "src/core/printable.h"

#include "src/core/json.h"

namespace spinlab {

std::string printable(std::string text, std::size_t max_bytes) {
  if (text.size() > max_bytes) text = text.substr(0, max_bytes) + " …";
  for (char& c : text)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) c = ' ';
  // The serialiser knows UTF-8: what is none comes back as U+FFFD.
  const Json checked = text;
  return Json::parse(checked.dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

}  // namespace spinlab
