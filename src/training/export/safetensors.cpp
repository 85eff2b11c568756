#include "src/training/export/safetensors.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <vector>

#include "src/core/called_as.h"
#include "src/core/json.h"
#include "src/training/export/safetensors_header.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the numbers of a safetensors file are little-endian");

constexpr std::uint64_t kLengthBytes = 8;
constexpr auto kMetadata = "__metadata__";

using Item = std::pair<std::string, at::Tensor>;

/// On the CPU, in row-major order, the widest first.
std::vector<Item> in_file_order(const NamedTensors& tensors) {
  std::vector<Item> items;
  for (const auto& [name, tensor] : tensors) {
    TORCH_CHECK_VALUE(!safetensors_name(tensor.scalar_type()).empty() && name != kMetadata, name, " of type ",
                      tensor.scalar_type(), " has no place in a safetensors file");
    items.emplace_back(name, tensor.detach().cpu().contiguous());
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.second.itemsize() > b.second.itemsize(); });
  return items;
}

/// Filled up with spaces to a multiple of 8, so that the numbers behind it are aligned.
std::string header_text(const std::vector<Item>& items, const std::map<std::string, std::string>& metadata) {
  // Put together by hand: an ordered Json looks through all its keys for each new one.
  std::string text = "{";
  if (!metadata.empty()) text += Json(kMetadata).dump() + ':' + Json(metadata).dump() + ',';
  size_t begin = 0;
  for (const auto& [name, tensor] : items) {
    const Json entry = {{"dtype", safetensors_name(tensor.scalar_type())},
                        {"shape", tensor.sizes().vec()},
                        {"data_offsets", {begin, begin + tensor.nbytes()}}};
    text += Json(name).dump() + ':' + entry.dump() + ',';
    begin += tensor.nbytes();
  }
  if (text.back() == ',') text.pop_back();
  text += '}';
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  return text;
}

/// Reads front to back and knows how much is left.
class Source {
 public:
  explicit Source(const fs::path& file, std::uintmax_t max_bytes) {
    std::error_code error;
    left_ = fs::file_size(file, error);
    TORCH_CHECK_VALUE(!error && left_ <= max_bytes, "is of ", left_, " bytes, at most ", max_bytes,
                      " are read");
    in_.open(file, std::ios::binary);
    TORCH_CHECK_VALUE(in_, "cannot be read (", std::strerror(errno), ")");
  }

  std::uint64_t left() const { return left_; }

  void read(void* to, std::uint64_t bytes) {
    in_.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
    TORCH_CHECK_VALUE(in_ && bytes <= left_, "became shorter while it was read");
    left_ -= bytes;
  }

 private:
  std::ifstream in_;
  std::uint64_t left_ = 0;
};

std::string read_header(Source& source) {
  TORCH_CHECK_VALUE(source.left() >= kLengthBytes, "is too short to be one");
  std::uint64_t length = 0;
  source.read(&length, kLengthBytes);
  TORCH_CHECK_VALUE(length <= kMaxSafetensorsHeader, "says that its header is of ", length,
                    " bytes, at most ", kMaxSafetensorsHeader, " are read");
  TORCH_CHECK_VALUE(length <= source.left(), "says that its header is of ", length, " bytes, but only ",
                    source.left(), " follow");
  std::string text(length, '\0');
  source.read(text.data(), length);
  return text;
}

at::Tensor read_tensor(Source& source, const SafetensorsHeader::Entry& entry, const std::string& name) {
  auto tensor = at::empty(entry.shape, entry.type);
  if (tensor.nbytes() == 0) return tensor;
  auto* bytes = static_cast<unsigned char*>(tensor.mutable_data_ptr());
  source.read(bytes, tensor.nbytes());
  // A bool of another value is none to C++.
  const bool sound = entry.type != at::kBool ||
                     std::all_of(bytes, bytes + tensor.nbytes(), [](auto byte) { return byte <= 1; });
  TORCH_CHECK_VALUE(sound, name, " is of dtype BOOL and has other bytes than 0 and 1");
  return tensor;
}

Safetensors read(const fs::path& file, std::uintmax_t max_bytes) {
  Source source(file, max_bytes);
  const auto text = read_header(source);
  auto header = parse_safetensors_header(text, source.left());
  std::vector<std::pair<std::uint64_t, std::string>> order;
  for (const auto& [name, entry] : header.tensors) order.emplace_back(entry.begin, name);
  std::sort(order.begin(), order.end());
  Safetensors content{{}, std::move(header.metadata)};
  // An empty tensor and the one behind it begin at the same byte; in either order the reading goes on where
  // it is.
  for (const auto& [begin, name] : order)
    content.tensors[name] = read_tensor(source, header.tensors.at(name), name);
  return content;
}

}  // namespace

std::string safetensors_bytes(const Safetensors& content) {
  const auto items = in_file_order(content.tensors);
  const auto header = header_text(items, content.metadata);
  TORCH_CHECK_VALUE(header.size() <= kMaxSafetensorsHeader, "names and metadata of the tensors are of ",
                    header.size(), " bytes, a safetensors file takes ", kMaxSafetensorsHeader);
  const std::uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  bytes += header;
  for (const auto& [name, tensor] : items) {
    if (tensor.nbytes() > 0) bytes.append(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
  }
  return bytes;
}

Safetensors read_safetensors(const fs::path& file, std::uintmax_t max_bytes) {
  std::error_code error;
  TORCH_CHECK_VALUE(fs::exists(file, error), file.string(), ": no such file");
  TORCH_CHECK_VALUE(fs::is_regular_file(file, error), file.string(), ": not a regular file");
  try {
    return read(file, max_bytes);
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, file.string(), ": ", error.what_without_backtrace(),
                      "; it is damaged or no safetensors file: make it anew, from a run by ", called_as(),
                      " export RUN --format safetensors");
  }
}

}  // namespace spinlab::training
