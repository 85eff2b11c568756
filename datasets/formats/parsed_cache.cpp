#include "datasets/formats/parsed_cache.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <array>
#include <cstring>
#include <fstream>
#include <optional>

#include "datasets/files/integrity.h"
#include "src/core/cache_folder.h"
#include "src/core/files.h"
#include "src/core/sha256.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

// An entry: kMagic, the length of the head (8 bytes), the head (JSON: notes, and name, type and shape of each
// tensor), the bytes of the tensors, the SHA-256 of all that in hexadecimal digits.
constexpr std::string_view kMagic = "spinlab parsed 1\n";
constexpr std::uint64_t kDigits = 64, kSmallest = 1 << 20;
constexpr std::array kTypes = {at::kByte, at::kChar, at::kLong, at::kDouble};

class Writer {
 public:
  explicit Writer(const fs::path& file) : out_(file, std::ios::binary) {}

  void write(std::string_view bytes) {
    hash_.update(bytes);
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  void finish() {
    out_ << hash_.hex();
    out_.close();
    TORCH_CHECK(out_, "the cache takes no more");
  }

 private:
  std::ofstream out_;
  Sha256 hash_;
};

std::string_view bytes_of(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()};
}

void write_entry(const fs::path& file, const Parsed& parsed) {
  Json head{{"notes", parsed.notes}, {"tensors", Json::array()}};
  for (const auto& [name, tensor] : parsed.tensors)
    head["tensors"].push_back({name, static_cast<int>(tensor.scalar_type()), tensor.sizes().vec()});
  const auto text = head.dump();
  const std::uint64_t length = text.size();
  Writer out(file);
  out.write(kMagic);
  out.write({reinterpret_cast<const char*>(&length), sizeof(length)});
  out.write(text);
  for (const auto& [name, tensor] : parsed.tensors) out.write(bytes_of(tensor.contiguous()));
  out.finish();
}

/// Throws whatever where the entry is not as it was written.
class EntryReader {
 public:
  explicit EntryReader(const fs::path& file) : in_(file, std::ios::binary), left_(fs::file_size(file)) {
    TORCH_CHECK(left_ > kDigits);
    left_ -= kDigits;
  }

  Parsed read() {
    TORCH_CHECK(text(kMagic.size()) == kMagic);
    std::uint64_t length = 0;
    take(&length, sizeof(length));
    const auto head = Json::parse(text(length));
    Parsed parsed;
    parsed.notes = head.at("notes");
    for (const auto& each : head.at("tensors")) parsed.tensors[each.at(0).get<std::string>()] = tensor(each);
    std::string digits(kDigits, '\0');
    in_.read(digits.data(), kDigits);
    TORCH_CHECK(in_ && left_ == 0 && digits == hash_.hex());
    return parsed;
  }

 private:
  void take(void* to, std::uint64_t size) {
    TORCH_CHECK(size <= left_);
    in_.read(static_cast<char*>(to), static_cast<std::streamsize>(size));
    TORCH_CHECK(in_);
    left_ -= size;
    hash_.update({static_cast<const char*>(to), size});
  }

  std::string text(std::uint64_t size) {
    TORCH_CHECK(size <= left_);
    std::string bytes(size, '\0');
    take(bytes.data(), size);
    return bytes;
  }

  at::Tensor tensor(const Json& head) {
    const auto type = static_cast<at::ScalarType>(head.at(1).get<int>());
    TORCH_CHECK(std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end());
    std::uint64_t size = c10::elementSize(type);
    for (const auto d : head.at(2).get<std::vector<int64_t>>())
      TORCH_CHECK(d >= 0 && !__builtin_mul_overflow(size, static_cast<std::uint64_t>(d), &size));
    TORCH_CHECK(size <= left_);
    auto made = at::empty(head.at(2).get<std::vector<int64_t>>(), type);
    take(made.mutable_data_ptr(), size);
    return made;
  }

  std::ifstream in_;
  std::uint64_t left_;
  Sha256 hash_;
};

std::optional<Parsed> read_entry(const fs::path& file) {
  std::error_code unreadable;
  if (!fs::is_regular_file(file, unreadable)) return std::nullopt;
  try {
    return EntryReader(file).read();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string key_of(const std::vector<fs::path>& files, const std::string& reader, const Json& options) {
  Sha256 key;
  key.update(reader + '\n' + options.dump() + '\n');
  for (const auto& file : files) key.update(file_sha256(file));
  return key.hex();
}

bool pays(const std::vector<fs::path>& files) {
  std::uint64_t bytes = 0;
  std::error_code unreadable;
  for (const auto& file : files) {
    const auto size = fs::file_size(file, unreadable);
    if (unreadable) return false;  // the reader says what is wrong with it
    bytes += size;
  }
  return bytes >= kSmallest;
}

}  // namespace

Parsed parsed_once(const std::vector<fs::path>& files, const std::string& reader, const Json& options,
                   const std::function<Parsed()>& parse) {
  if (!pays(files)) return parse();
  const auto entry = cache_folder() / "parsed" / key_of(files, reader, options);
  if (auto kept = read_entry(entry)) return std::move(*kept);
  auto parsed = parse();
  try {
    write_file_with(entry, [&](const fs::path& aside) { write_entry(aside, parsed); });
  } catch (const std::exception&) {  // no room, or no right to write there: it is parsed again next time
  }
  return parsed;
}

}  // namespace spinlab::datasets
