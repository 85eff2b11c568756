#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spinlab::training {

/// What was measured at one step.
struct ScalarPoint {
  /// Seconds since 1970.
  double wall_time = 0;
  int64_t step = 0;
  /// Tag ("test/accuracy") and value.
  std::vector<std::pair<std::string, double>> values;
};

/// An event file as `tensorboard --logdir` reads it: a TFRecord of a protocol buffer `Event` for its version,
/// then one a point. Values are rounded to float32. `started`: seconds since 1970.
std::string tensorboard_events(double started, const std::vector<ScalarPoint>& points);

/// CRC-32C, of the polynomial 1EDC6F41h with bits reflected. [RFC 3720, appendix B.4]
std::uint32_t crc32c(std::string_view bytes);

}  // namespace spinlab::training
