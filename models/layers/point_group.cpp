#include "models/layers/point_group.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace spinlab::models {
namespace {

constexpr int64_t kTurns = 4;

}  // namespace

PointGroup::PointGroup(const std::string& name) : order_(name == "p4" ? kTurns : 2 * kTurns) {
  TORCH_CHECK_VALUE(name == "p4" || name == "p4m", "a group is \"p4\" or \"p4m\", got \"", name, "\"");
}

int64_t PointGroup::product(int64_t g, int64_t h) const {
  const auto flips = g / kTurns, turns = h % kTurns;
  // F R = R⁻¹ F.
  const auto k = g % kTurns + (flips == 0 ? turns : kTurns - turns);
  return (flips + h / kTurns) % 2 * kTurns + k % kTurns;
}

int64_t PointGroup::inverse(int64_t g) const { return g < kTurns ? (kTurns - g) % kTurns : g; }

at::Tensor PointGroup::transform(const at::Tensor& x, int64_t g) {
  return (g < kTurns ? x : x.flip({-1})).rot90(g % kTurns, {-2, -1});
}

}  // namespace spinlab::models
