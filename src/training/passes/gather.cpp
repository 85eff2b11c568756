#include "src/training/passes/gather.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/on_all_cores.h"

namespace spinlab::training {
namespace {

/// How many rows ahead memory is asked for, and in pieces of which size it comes.
constexpr int64_t kAhead = 4, kLine = 64;
/// Numbers that are worth a thread's while.
constexpr int64_t kGrain = 1 << 16;

#if defined(__x86_64__) && defined(__linux__)
#define SPINLAB_FOR_THIS_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define SPINLAB_FOR_THIS_PROCESSOR
#endif

SPINLAB_FOR_THIS_PROCESSOR
void normalize(float* to, const uint8_t* from, int64_t count, float scale, float shift) {
  for (int64_t k = 0; k < count; ++k) to[k] = static_cast<float>(from[k]) * scale + shift;
}

void fetch(const uint8_t* from, int64_t count) {
  for (int64_t k = 0; k < count; k += kLine) __builtin_prefetch(from + k);
}

/// One scale and shift for all, or one for each of the planes that a row consists of.
bool by_planes(const at::Tensor& raw, const at::Tensor& scale) {
  return scale.numel() == 1 || (raw.dim() == 4 && scale.sizes() == at::IntArrayRef({raw.size(1), 1, 1}));
}

bool bytes_in_order(const at::Tensor& raw) {
  return raw.is_cpu() && raw.scalar_type() == at::kByte && raw.is_contiguous();
}

void gather_bytes(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows, const at::Tensor& scale,
                  const at::Tensor& shift) {
  const auto width = raw.numel() / std::max<int64_t>(1, raw.size(0));
  const auto planes = scale.numel(), numbers = width / planes, available = raw.size(0);
  const auto* from = raw.const_data_ptr<uint8_t>();
  const auto* row = rows.defined() ? rows.const_data_ptr<int64_t>() : nullptr;
  const auto *scales = scale.const_data_ptr<float>(), *shifts = shift.const_data_ptr<float>();
  auto* to = out.mutable_data_ptr<float>();
  const auto place = [&](int64_t i) {
    const auto at = row ? row[i] : i;
    TORCH_CHECK_INDEX(at >= 0 && at < available, "row ", at, " of ", available);
    return from + at * width;
  };
  on_all_cores(out.size(0), kGrain / std::max<int64_t>(1, width) + 1, [&](int64_t begin, int64_t end) {
    for (auto i = begin; i < end; ++i) {
      if (i + kAhead < end) fetch(place(i + kAhead), width);
      for (int64_t c = 0; c < planes; ++c) {
        normalize(to + i * width + c * numbers, place(i) + c * numbers, numbers, scales[c], shifts[c]);
      }
    }
  });
}

}  // namespace

void gather_normalized(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows,
                       const at::Tensor& scale, const at::Tensor& shift) {
  auto sizes = raw.sizes().vec();
  if (rows.defined()) sizes.front() = rows.size(0);
  if (out.sizes() != sizes) out.resize_(sizes);
  if (bytes_in_order(raw) && by_planes(raw, scale) && shift.sizes() == scale.sizes()) {
    return gather_bytes(out, raw, rows.defined() ? rows.contiguous() : rows, scale.contiguous(),
                        shift.contiguous());
  }
  out.copy_(rows.defined() ? raw.index_select(0, rows) : raw);
  out.mul_(scale).add_(shift);
}

}  // namespace spinlab::training
