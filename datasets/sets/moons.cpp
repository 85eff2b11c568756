#include "datasets/sets/moons.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "datasets/registry.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxSamples = 10'000'000, kNodes = 16;
constexpr double kMinNoise = 0.01, kMaxNoise = 1e3, kFarthest = 32;
// So many pairs of a point and a node of the integral at once.
constexpr int64_t kChunk = int64_t{1} << 22;

struct Quadrature {
  at::Tensor nodes, log_weights;  // (m), the weights sum to 1
};

/// On [-1, 1], by the eigenvalues of the Legendre polynomials' Jacobi matrix [Golub and Welsch, Math. Comp.
/// 23 (1969) 221].
Quadrature gauss_legendre() {
  const auto k = at::arange(1, kNodes, at::kDouble);
  const auto beside = k / (4 * k * k - 1).sqrt();
  const auto [nodes, vectors] = at::linalg_eigh(at::diag(beside, 1) + at::diag(beside, -1));
  return {nodes, vectors[0].square().log()};
}

/// Pieces of [0, π] no longer than the noise. Seen from beyond an end of the arc the integrand falls by the
/// factor e in noise²/|x|: towards both ends each piece is half as long as the one before.
at::Tensor piece_edges(double noise) {
  const auto pieces = std::max<int64_t>(2, std::llround(std::ceil(std::numbers::pi / noise)));
  const auto width = std::numbers::pi / static_cast<double>(pieces);
  const auto halvings = std::max<int64_t>(1, std::llround(std::ceil(std::log2(kFarthest / noise))));
  const auto graded = width * at::exp2(-at::arange(1, halvings + 1, at::kDouble));
  const auto ends = at::tensor({0.0, std::numbers::pi}, at::kDouble);
  const auto even = width * at::arange(1, pieces, at::kDouble);
  return std::get<0>(at::cat({ends, even, graded, std::numbers::pi - graded}).sort());
}

/// For the mean over θ in [0, π].
Quadrature over_half_circle(double noise) {
  const auto one = gauss_legendre();
  const auto edges = piece_edges(noise);
  const auto half = edges.diff().unsqueeze(1) / 2;
  return {(edges.slice(0, 0, -1).unsqueeze(1) + half * (1 + one.nodes)).flatten(),
          (one.log_weights + (2 * half / std::numbers::pi).log()).flatten()};
}

/// θ (…) to points (…, 2) of class 0; class 1 is the same arc turned about (1/2, 1/4).
at::Tensor upper_arc(const at::Tensor& angle) { return at::stack({angle.cos(), angle.sin()}, -1); }

at::Tensor turned(const at::Tensor& points) { return at::tensor({1.0, 0.5}, at::kDouble) - points; }

at::Tensor upper_log_density(const at::Tensor& x, const Quadrature& over, double noise) {
  const auto variance = noise * noise;
  const auto arc = upper_arc(over.nodes);
  std::vector<at::Tensor> chunks;
  for (const auto& part : x.split(std::max<int64_t>(1, kChunk / arc.size(0)))) {
    const auto apart = (part.unsqueeze(1) - arc).square().sum(2);
    chunks.push_back((over.log_weights - apart / (2 * variance)).logsumexp(1));
  }
  return at::cat(chunks) - std::log(2 * std::numbers::pi * variance);
}

}  // namespace

KnownClasses moons(const MoonsOptions& options) {
  const auto noise = options.noise;
  TORCH_CHECK_VALUE(kMinNoise <= noise && noise <= kMaxNoise, "noise must lie in [", kMinNoise, ", ",
                    kMaxNoise, "], got ", noise);
  const auto over = over_half_circle(noise);
  return {at::full({2}, 0.5, at::kDouble),
          [=](const at::Tensor& classes, at::Generator generator) {
            const auto angle =
                std::numbers::pi * at::rand(classes.sizes(), generator, at::TensorOptions(at::kDouble));
            const auto arc = upper_arc(angle);
            const auto clean = at::where(classes.eq(1).unsqueeze(1), turned(arc), arc);
            return clean + noise * at::randn({classes.size(0), 2}, generator, at::kDouble);
          },
          [=](const at::Tensor& x) {
            return at::stack({upper_log_density(x, over, noise), upper_log_density(turned(x), over, noise)},
                             1);
          }};
}

at::Tensor moons_posterior(const at::Tensor& x, const MoonsOptions& options) {
  return posterior(moons(options), x);
}

Dataset load_moons(const Config& options, const DataFolders&, std::uint64_t seed) {
  MoonsOptions made;
  made.samples = options.integer("samples", 2, kMaxSamples);
  made.noise = options.number("noise", kMinNoise, kMaxNoise);
  options.expect_no_other_keys();
  return known_classes_set("moons", moons(made), made.samples, seed);
}

namespace {

const MoonsOptions kDefaults;
const Registered<DatasetEntry> kRegistered{
    {.name = "moons",
     .summary = "two noisy half circles in each other's way, from a seed, with their exact posterior",
     .defaults = {{"samples", kDefaults.samples}, {"noise", kDefaults.noise}},
     .load = load_moons}};

}  // namespace
}  // namespace spinlab::datasets
