#include "src/training/passes/place.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "src/core/on_all_cores.h"

namespace spinlab::training {
namespace {

constexpr int64_t kBytes = 256;
/// So negative that the sum with any place within an image is.
constexpr int32_t kOutside = std::numeric_limits<int32_t>::min() / 2;

/// What each of the 256 bytes becomes in each channel, (C, 256).
at::Tensor normalized_bytes(const at::Tensor& raw, const at::Tensor& scale, const at::Tensor& shift) {
  const auto bytes = at::arange(kBytes, at::kInt).to(at::kByte).view(raw.scalar_type());
  const auto columns = [&](const at::Tensor& each) { return each.reshape({-1, 1}).expand({raw.size(1), 1}); };
  return (bytes.to(at::kFloat) * columns(scale)).add_(columns(shift)).contiguous();
}

/// Where an output pixel (y, x) is read: at down[y] + across[x] of its plane; below 0: the mean.
struct Offsets {
  std::vector<int32_t> down, across;
};

/// Places along an axis of the original, `stride` pixels apart.
void spread(std::vector<int32_t>& offsets, const int32_t* places, int64_t stride) {
  for (size_t i = 0; i < offsets.size(); ++i)
    offsets[i] = places[i] < 0 ? kOutside : places[i] * static_cast<int32_t>(stride);
}

class Placer {
 public:
  Placer(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows, const Placements& placements,
         const at::Tensor& table)
      : channels_(raw.size(1)),
        height_(raw.size(2)),
        width_(raw.size(3)),
        available_(raw.size(0)),
        channel_stride_(out.stride(1)),
        pixel_stride_(out.stride(3)),
        image_stride_(out.stride(0)),
        hole_(placements.hole),
        from_(static_cast<const uint8_t*>(raw.const_data_ptr())),
        row_(rows.const_data_ptr<int64_t>()),
        rows_(placements.rows.const_data_ptr<int32_t>()),
        columns_(placements.columns.const_data_ptr<int32_t>()),
        transposed_(placements.transposed.const_data_ptr<int32_t>()),
        corners_(placements.corners.const_data_ptr<int32_t>()),
        table_(table.const_data_ptr<float>()),
        to_(out.mutable_data_ptr<float>()) {}

  void place(int64_t i, Offsets& offsets) const {
    TORCH_CHECK_INDEX(row_[i] >= 0 && row_[i] < available_, "row ", row_[i], " of ", available_);
    const auto *rows = rows_ + i * height_, *columns = columns_ + i * width_;
    // A transposed image is square.
    spread(transposed_[i] ? offsets.across : offsets.down, rows, width_);
    spread(transposed_[i] ? offsets.down : offsets.across, columns, 1);
    const auto* image = from_ + row_[i] * channels_ * height_ * width_;
    auto* to = to_ + i * image_stride_;
    const bool inside = std::ranges::min(offsets.down) >= 0 && std::ranges::min(offsets.across) >= 0;
    if (channels_ == 3)
      inside ? pixels<3, true>(to, image, offsets) : pixels<3, false>(to, image, offsets);
    else
      inside ? pixels<0, true>(to, image, offsets) : pixels<0, false>(to, image, offsets);
    if (hole_ > 0) clear(to, corners_[2 * i], corners_[2 * i + 1]);
  }

 private:
  /// kChannels: 0 for any number, which the compiler then does not know.
  template <int kChannels, bool kInside>
  void pixels(float* to, const uint8_t* image, const Offsets& offsets) const {
    const auto channels = kChannels > 0 ? kChannels : channels_, plane = height_ * width_;
    const auto* across = offsets.across.data();
    for (int64_t y = 0; y < height_; ++y) {
      const auto down = offsets.down[static_cast<size_t>(y)];
      for (int64_t x = 0; x < width_; ++x, to += pixel_stride_) {
        const auto from = down + across[x];
        for (int64_t c = 0; c < channels; ++c)
          to[c * channel_stride_] =
              kInside || from >= 0 ? table_[c * kBytes + image[c * plane + from]] : 0.0F;
      }
    }
  }

  void clear(float* to, int64_t top, int64_t left) const {
    for (auto y = std::max<int64_t>(top, 0); y < std::min(top + hole_, height_); ++y)
      for (auto x = std::max<int64_t>(left, 0); x < std::min(left + hole_, width_); ++x)
        for (int64_t c = 0; c < channels_; ++c)
          to[(y * width_ + x) * pixel_stride_ + c * channel_stride_] = 0;
  }

  int64_t channels_, height_, width_, available_, channel_stride_, pixel_stride_, image_stride_, hole_;
  const uint8_t* from_;
  const int64_t* row_;
  const int32_t *rows_, *columns_, *transposed_, *corners_;
  const float* table_;
  float* to_;
};

}  // namespace

bool places_at_once(const at::Tensor& raw, const at::Tensor& scale, const at::Tensor& shift) {
  const bool bytes = raw.scalar_type() == at::kByte || raw.scalar_type() == at::kChar;
  const bool by_channel = scale.numel() == 1 || scale.sizes() == at::IntArrayRef({raw.size(1), 1, 1});
  return raw.is_cpu() && bytes && raw.is_contiguous() && by_channel && shift.sizes() == scale.sizes() &&
         scale.scalar_type() == at::kFloat && raw[0][0].numel() <= std::numeric_limits<int32_t>::max() / 4;
}

void place_normalized(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows,
                      const Placements& placements, const at::Tensor& scale, const at::Tensor& shift) {
  const auto in_order = rows.contiguous();
  const auto table = normalized_bytes(raw, scale, shift);
  const Placer placer(out, raw, in_order, placements, table);
  on_all_cores(in_order.size(0), 16, [&](int64_t begin, int64_t end) {
    Offsets offsets{std::vector<int32_t>(raw.size(2)), std::vector<int32_t>(raw.size(3))};
    for (auto i = begin; i < end; ++i) placer.place(i, offsets);
  });
}

}  // namespace spinlab::training
