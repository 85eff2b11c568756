#include "src/training/export/tensorboard.h"

#include <array>
#include <bit>
#include <cstring>

namespace spinlab::training {
namespace {

static_assert(std::endian::native == std::endian::little, "protocol buffers and TFRecords are little-endian");

template <typename Number>
std::string little_endian(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

constexpr std::array<std::uint32_t, 256> crc_table() {
  constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    auto rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? kReflectedPolynomial : 0);
    table[byte] = rest;
  }
  return table;
}

/// Length, its checksum, content, its checksum. Checksums are turned and shifted, since a record may hold
/// records. [TensorFlow, tensorflow/core/lib/io/record_writer.h and tsl/lib/hash/crc32c.h]
std::string record(std::string_view content) {
  const auto masked = [](std::string_view bytes) {
    return little_endian<std::uint32_t>(std::rotr(crc32c(bytes), 15) + 0xA282EAD8);
  };
  const auto length = little_endian<std::uint64_t>(content.size());
  return (length + masked(length)).append(content) + masked(content);
}

/// The four forms of a field of a protocol buffer. [https://protobuf.dev/programming-guides/encoding]
enum Wire { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

std::string key(int field, Wire wire) { return varint(static_cast<std::uint64_t>(field) << 3 | wire); }
std::string field(int number, double value) { return key(number, kFixed64) + little_endian(value); }
std::string field(int number, float value) { return key(number, kFixed32) + little_endian(value); }
std::string field(int number, int64_t value) {
  return key(number, kVarint) + varint(static_cast<std::uint64_t>(value));
}
std::string field(int number, const std::string& value) {
  return key(number, kBytes) + varint(value.size()) + value;
}

// The fields that are used of Event, Summary and Summary.Value.
// [TensorFlow, tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto]
constexpr int kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;
constexpr int kValue = 1;
constexpr int kTag = 1, kSimpleValue = 2;

std::string event(const ScalarPoint& point) {
  std::string summary;
  for (const auto& [tag, value] : point.values)
    summary += field(kValue, field(kTag, tag) + field(kSimpleValue, static_cast<float>(value)));
  return field(kWallTime, point.wall_time) + field(kStep, point.step) + field(kSummary, summary);
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr auto kTable = crc_table();
  std::uint32_t rest = ~0U;
  for (const unsigned char byte : bytes) rest = rest >> 8 ^ kTable[(rest ^ byte) & 0xFF];
  return ~rest;
}

std::string tensorboard_events(double started, const std::vector<ScalarPoint>& points) {
  auto bytes = record(field(kWallTime, started) + field(kFileVersion, std::string("brain.Event:2")));
  for (const auto& point : points) bytes += record(event(point));
  return bytes;
}

}  // namespace spinlab::training
