#include "datasets/formats/text_file.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/files/compressed_file.h"
#include "src/core/text_encoding.h"

namespace spinlab::datasets {
namespace {

constexpr std::uint64_t kMaxBytes = 256 << 20;

}  // namespace

std::string read_text(const std::filesystem::path& file) {
  const auto most = std::min(justified_bytes(file), kMaxBytes);
  CompressedFile in(file, "check what wrote it, or save a part of it");
  std::string text;
  try {
    text = decode_text(in.read_rest(most)).text;
  } catch (const c10::ValueError& error) {
    const std::string what = error.what_without_backtrace();
    TORCH_CHECK_VALUE(false, what.starts_with(file.string()) ? "" : file.string() + ": ", what);
  }
  TORCH_CHECK_VALUE(!text.empty() && text.find('\0') == text.npos, file.string(),
                    ": is not text; save it as UTF-8");
  return text;
}

}  // namespace spinlab::datasets
