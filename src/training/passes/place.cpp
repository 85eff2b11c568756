#include "src/training/passes/place.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <array>
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
    for (int64_t y = 0; y < height_; ++y) {
      const auto inside = [&](int64_t size, int64_t place) { return place < 0 ? 0 : std::min(place, size); };
      const bool in_hole = y >= corners_[2 * i] && y < corners_[2 * i] + hole_;
      const auto first = in_hole ? inside(width_, corners_[2 * i + 1]) : width_,
                 last = in_hole ? inside(width_, corners_[2 * i + 1] + hole_) : width_;
      for (int64_t c = 0; c < channels_; ++c) {
        const auto* plane = image + c * height_ * width_;
        auto* to = to_ + i * image_stride_ + c * channel_stride_ + y * width_ * pixel_stride_;
        line(to, plane, table_ + c * kBytes, offsets, y, 0, first);
        for (auto x = first; x < last; ++x) to[x * pixel_stride_] = 0;
        line(to, plane, table_ + c * kBytes, offsets, y, last, width_);
      }
    }
  }

 private:
  void line(float* to, const uint8_t* plane, const float* table, const Offsets& offsets, int64_t y,
            int64_t first, int64_t last) const {
    const auto down = offsets.down[y];
    const auto* across = offsets.across.data();
    for (auto x = first; x < last; ++x) {
      const auto from = down + across[x];
      to[x * pixel_stride_] = from < 0 ? 0 : table[plane[from]];
    }
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
