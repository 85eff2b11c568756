#include "src/core/text_encoding.h"

#include <c10/util/Exception.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace spinlab {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::string_view bytes;
  const char* encoding;
};
constexpr Mark kMarks[] = {
    {"\xEF\xBB\xBF"sv, "UTF-8"}, {"\xFF\xFE"sv, "UTF-16LE"}, {"\xFE\xFF"sv, "UTF-16BE"}};

struct Close {
  void operator()(void* converter) const { ::iconv_close(converter); }
};

/// Converts to UTF-8 by the C library; false where `bytes` are not text in `encoding`.
bool convert(std::string_view bytes, const char* encoding, std::string& text) {
  const std::unique_ptr<void, Close> converter(::iconv_open("UTF-8", encoding));
  TORCH_CHECK(converter.get() != reinterpret_cast<void*>(-1), "the C library of this machine cannot read ",
              encoding, "; save the file as UTF-8");
  char* in = const_cast<char*>(bytes.data());
  size_t left = bytes.size();
  std::array<char, 4096> block;
  while (left > 0) {
    char* out = block.data();
    size_t room = block.size();
    const bool done = ::iconv(converter.get(), &in, &left, &out, &room) != static_cast<size_t>(-1);
    if (!done && errno != E2BIG) return false;
    text.append(block.data(), block.size() - room);
  }
  return true;
}

/// How many bytes at the end are a character's beginning, after a text whose other characters say that it is
/// UTF-8; else 0: in Windows-1252 a text may well end in such a byte.
size_t cut_bytes(std::string_view bytes) {
  for (size_t cut = 1; cut <= 3 && cut < bytes.size(); ++cut) {
    if (static_cast<unsigned char>(bytes[bytes.size() - cut]) < 0xc0) continue;
    const auto before = bytes.substr(0, bytes.size() - cut);
    std::string text;
    const bool ascii =
        std::all_of(before.begin(), before.end(), [](char byte) { return (byte & 0x80) == 0; });
    return !ascii && convert(before, "UTF-8", text) ? cut : 0;
  }
  return 0;
}

}  // namespace

DecodedText decode_text(std::string_view bytes) {
  DecodedText decoded;
  for (const auto& mark : kMarks) {
    if (!bytes.starts_with(mark.bytes)) continue;
    decoded.encoding = mark.encoding;
    decoded.byte_order_mark = true;
    TORCH_CHECK_VALUE(convert(bytes.substr(mark.bytes.size()), mark.encoding, decoded.text), "begins as ",
                      mark.encoding, " but holds bytes that are none; save it again as UTF-8");
    return decoded;
  }
  decoded.encoding = "UTF-8";
  if (convert(bytes, "UTF-8", decoded.text)) return decoded;
  const auto cut = cut_bytes(bytes);
  TORCH_CHECK_VALUE(cut == 0, "ends within a character of UTF-8, which begins at byte ",
                    bytes.size() - cut + 1, " of ", bytes.size(), "; save it whole, or without its last ",
                    cut == 1 ? "byte" : "bytes");
  decoded = {"", "WINDOWS-1252", false};
  TORCH_CHECK_VALUE(convert(bytes, "WINDOWS-1252", decoded.text),
                    "is neither UTF-8 nor Windows-1252 text; save it again as UTF-8");
  return decoded;
}

}  // namespace spinlab
