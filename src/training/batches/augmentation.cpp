#include "src/training/batches/augmentation.h"

#include <ATen/ATen.h>

namespace spinlab::training {
namespace {

using Edges = Augmentation::Edges;

/// int64 of any shape, places on an axis that may lie outside of 0 … size - 1, to those within, or to -1.
at::Tensor within(const at::Tensor& place, int64_t size, Edges edges) {
  if (edges == Edges::kReflected) return (size - 1) - ((size - 1) - place.abs()).abs();
  if (edges == Edges::kWrapped) return place.remainder(size);
  return at::where((place >= 0).logical_and(place < size), place, -1);
}

at::Tensor reversed_where(const at::Tensor& chosen, const at::Tensor& places) {
  return at::where(chosen.unsqueeze(1), places.flip({1}), places);
}

}  // namespace

Placements draw_placements(const Augmentation& augmentation, int64_t height, int64_t width,
                           const at::Tensor& mirrored, at::Generator generator) {
  const auto n = mirrored.size(0);
  const auto below = [&](int64_t first, int64_t last) {
    return at::randint(first, last, {n}, generator, at::kLong);
  };
  const auto moved = [&](int64_t size) {
    return at::arange(size) + below(-augmentation.translate, augmentation.translate + 1).unsqueeze(1);
  };
  auto rows = within(moved(height), height, augmentation.edges);
  auto columns = moved(width);
  if (augmentation.flip) columns = at::where(mirrored.unsqueeze(1), (width - 1) - columns, columns);
  columns = within(columns, width, augmentation.edges);
  auto transposed = at::zeros({n}, at::kLong);
  if (augmentation.turn) {
    // The image turned k times has at (y, x) what was at (x, L - 1 - y), (L - 1 - y, L - 1 - x) and
    // (L - 1 - x, y) for k = 1, 2, 3.
    const auto turns = below(0, 4);
    transposed = turns.remainder(2);
    rows = reversed_where(turns >= 2, rows);
    columns = reversed_where((turns == 1).logical_or(turns == 2), columns);
  }
  auto corners = at::zeros({n, 2}, at::kLong);
  if (augmentation.cutout > 0)
    corners = at::stack({below(0, height), below(0, width)}, 1) - augmentation.cutout / 2;
  const auto small = [](const at::Tensor& numbers) { return numbers.to(at::kInt).contiguous(); };
  return {small(rows), small(columns), small(transposed), small(corners), augmentation.cutout};
}

std::pair<at::Tensor, at::Tensor> placed(const at::Tensor& images, const at::Tensor& rows,
                                         const Placements& placements) {
  const auto device = images.device();
  const auto here = [&](const at::Tensor& numbers) { return numbers.to(device, at::kLong); };
  const auto height = images.size(2), width = images.size(3), m = rows.size(0);
  // (m, 1, H, 1) and (m, 1, 1, W); of transposed images, which are square, the other way round.
  auto row = here(placements.rows).view({m, 1, height, 1}),
       column = here(placements.columns).view({m, 1, 1, width});
  if (placements.transposed.any().item<bool>()) {
    const auto transposed = here(placements.transposed).ne(0).view({m, 1, 1, 1});
    std::tie(row, column) = std::pair(at::where(transposed, row.transpose(2, 3), row),
                                      at::where(transposed, column.transpose(2, 3), column));
  }
  const auto image = rows.view({m, 1, 1, 1}),
             channel = at::arange(images.size(1), device).view({1, -1, 1, 1});
  auto outside = (row < 0).logical_or(column < 0);
  if (placements.hole > 0) {
    const auto corners = here(placements.corners);
    const auto across = [&](int64_t axis, int64_t size) {
      const auto place = at::arange(size, device) - corners.select(1, axis).unsqueeze(1);
      return (place >= 0).logical_and(place < placements.hole);
    };
    outside = outside.logical_or(
        across(0, height).view({m, 1, height, 1}).logical_and(across(1, width).view({m, 1, 1, width})));
  }
  return {images.index({image, channel, row.clamp_min(0), column.clamp_min(0)}), outside};
}

}  // namespace spinlab::training
