#include "datasets/formats/idx.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <array>
#include <bit>
#include <optional>
#include <sstream>
#include <vector>

#include "datasets/files/compressed_file.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kUnsignedBytes = 0x0800, kMaxSide = 1024, kMaxDimensions = 8;

int64_t big_endian(CompressedFile& in) {
  std::array<unsigned char, 4> b{};
  in.read(b.data(), b.size());
  return int64_t{b[0]} << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

[[noreturn]] void refuse(CompressedFile& in, const std::string& expected, int64_t magic) {
  std::ostringstream what;
  what << "not an idx file of " << expected << " (its first four bytes are 0x" << std::hex << magic << ")";
  in.fail(what.str());
}

std::vector<int64_t> read_header(CompressedFile& in, int64_t dimensions, int64_t max_rows) {
  const auto magic = big_endian(in);
  if (magic != (kUnsignedBytes | dimensions))
    refuse(in, std::to_string(dimensions) + "-dimensional bytes", magic);
  std::vector<int64_t> shape;
  for (int64_t d = 0; d < dimensions; ++d) {
    shape.push_back(big_endian(in));
    const auto limit = d == 0 ? max_rows : kMaxSide;
    if (shape[d] < 1 || shape[d] > limit) {
      in.fail("its header claims " + std::to_string(shape[d]) + " in dimension " + std::to_string(d) +
              ", 1 to " + std::to_string(limit) + " are accepted");
    }
  }
  return shape;
}

std::optional<at::ScalarType> type_of(int64_t magic) {
  switch (magic >> 8) {
    case 0x08:
      return at::kByte;
    case 0x09:
      return at::kChar;
    case 0x0b:
      return at::kShort;
    case 0x0c:
      return at::kInt;
    case 0x0d:
      return at::kFloat;
    case 0x0e:
      return at::kDouble;
  }
  return std::nullopt;
}

at::Tensor to_this_byte_order(const at::Tensor& values) {
  const auto size = static_cast<int64_t>(values.element_size());
  if (size == 1 || std::endian::native == std::endian::big) return values;
  const auto bytes = values.view({-1}).view(at::kByte).view({-1, size}).flip(1).contiguous();
  return bytes.view({-1}).view(values.scalar_type()).view(values.sizes());
}

}  // namespace

at::Tensor read_idx(const fs::path& file, int64_t dimensions, int64_t max_rows, const std::string& remedy) {
  CompressedFile in(file, remedy);
  const auto shape = read_header(in, dimensions, max_rows);
  auto values = at::empty(shape, at::kByte);
  in.read(values.data_ptr(), values.numel());
  in.expect_end();
  return values;
}

at::Tensor read_any_idx(const fs::path& file) {
  CompressedFile in(file, "copy it again, or check what wrote it");
  const auto magic = big_endian(in), dimensions = magic & 0xff;
  const auto type = type_of(magic);
  if (!type || dimensions < 1 || dimensions > kMaxDimensions) refuse(in, "1 to 8 dimensions", magic);
  std::vector<int64_t> shape;
  std::uint64_t bytes = c10::elementSize(*type);
  for (int64_t d = 0; d < dimensions; ++d) {
    shape.push_back(big_endian(in));
    if (shape[d] < 1) in.fail("its header claims 0 in dimension " + std::to_string(d));
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(shape[d]), &bytes))
      bytes = ~std::uint64_t{0};
    if (bytes > justified_bytes(file)) in.fail("its header claims more than a file of this size can hold");
  }
  auto values = at::empty(shape, *type);
  in.read(values.mutable_data_ptr(), bytes);
  in.expect_end();
  return to_this_byte_order(values);
}

}  // namespace spinlab::datasets
