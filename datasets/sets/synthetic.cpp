#include "datasets/sets/synthetic.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "datasets/registry.h"
#include "datasets/statistics.h"
#include "src/core/seed.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxSamples = 10'000'000, kMaxFeatures = 10'000, kMaxElements = int64_t{1} << 28;

at::Tensor normal(at::IntArrayRef shape, std::uint64_t seed, const char* purpose) {
  return at::randn(shape, make_generator(seed, purpose), at::kDouble);
}

at::Tensor uniform(int64_t n, std::uint64_t seed) {
  return at::rand({n}, make_generator(seed, "inputs"), at::kDouble);
}

Split noisy(const at::Tensor& inputs, const at::Tensor& exact, double noise, std::uint64_t seed) {
  return {inputs, exact + noise * normal({exact.size(0)}, seed, "noise"), {}};
}

void require(int64_t samples, double noise) {
  TORCH_CHECK_VALUE(1 <= samples && samples <= kMaxSamples, "samples must lie in [1, ", kMaxSamples,
                    "], got ", samples);
  TORCH_CHECK_VALUE(noise >= 0 && std::isfinite(noise), "noise must be 0 or above, got ", noise);
}

// ±1 at `nonzero` places drawn without replacement.
at::Tensor sparse_signs(int64_t features, int64_t nonzero, std::uint64_t seed) {
  auto coefficients = at::zeros({features}, at::kDouble);
  const auto places = at::randperm(features, make_generator(seed, "places"), at::kLong).narrow(0, 0, nonzero);
  const auto coins = at::randint(0, 2, {nonzero}, make_generator(seed, "signs"), at::kDouble);
  return coefficients.index_put_({places}, coins * 2 - 1);
}

// Orthonormal columns from the QR decomposition of a normal matrix.
at::Tensor orthonormal(int64_t rows, int64_t columns, std::uint64_t seed, const char* purpose) {
  return std::get<0>(at::linalg_qr(normal({rows, columns}, seed, purpose)));
}

Dataset named(const char* name, Split train, Split test) {
  Dataset set;
  set.name = name;
  set.train = std::move(train);
  set.test = std::move(test);
  set.how_split = "train and test are made independently, by two streams of the seed";
  for (int64_t i = 1; i <= set.train.inputs.size(1); ++i) set.features.push_back("x" + std::to_string(i));
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

constexpr double kMaxNoise = 1e6;

}  // namespace

Split make_sinusoid(const SinusoidOptions& options, std::uint64_t seed) {
  require(options.samples, options.noise);
  const auto x = uniform(options.samples, seed);
  return noisy(x.unsqueeze(1), (2 * std::numbers::pi * options.frequency * x).sin(), options.noise, seed);
}

Split make_polynomial(const PolynomialOptions& options, std::uint64_t seed) {
  require(options.samples, options.noise);
  const auto x = 2 * uniform(options.samples, seed) - 1;
  auto y = at::zeros_like(x);
  for (auto c = options.coefficients.rbegin(); c != options.coefficients.rend(); ++c) y = y * x + *c;
  return noisy(x.unsqueeze(1), y, options.noise, seed);
}

LinearSample make_linear(const LinearOptions& options, std::uint64_t seed) {
  const auto n = options.samples, d = options.features;
  require(n, options.noise);
  TORCH_CHECK_VALUE(1 <= d && d <= kMaxFeatures && d <= n, "features must lie in [1, samples = ", n,
                    "] and be at most ", kMaxFeatures, ", got ", d);
  TORCH_CHECK_VALUE(n <= kMaxElements / d, n, " × ", d,
                    " inputs do not fit in memory; ask for fewer samples or features");
  TORCH_CHECK_VALUE(0 <= options.nonzero && options.nonzero <= d, "nonzero must lie in [0, features = ", d,
                    "], got ", options.nonzero);
  TORCH_CHECK_VALUE(options.condition >= 1 && std::isfinite(options.condition),
                    "condition must be 1 or above, got ", options.condition);
  const auto singular = at::linspace(0, -0.5 * std::log(options.condition), d, at::kDouble).exp();
  const auto axes = singular.unsqueeze(1) * orthonormal(d, d, seed, "rotation").t();
  const auto w = sparse_signs(d, options.nonzero, seed);
  const auto train = std::sqrt(static_cast<double>(n)) * orthonormal(n, d, seed, "train").matmul(axes);
  const auto test = normal({n, d}, seed, "test").matmul(axes);
  return {noisy(train, train.matmul(w), options.noise, derive_seed(seed, "train")),
          noisy(test, test.matmul(w), options.noise, derive_seed(seed, "test")), w};
}

Dataset load_sinusoid(const Config& options, const DataFolders&, std::uint64_t seed) {
  SinusoidOptions made;
  made.samples = options.integer("samples", 1, kMaxSamples);
  made.frequency = options.number("frequency", 0, 1e6);
  made.noise = options.number("noise", 0, kMaxNoise);
  options.expect_no_other_keys();
  return named("sinusoid", make_sinusoid(made, derive_seed(seed, "train")),
               make_sinusoid(made, derive_seed(seed, "test")));
}

Dataset load_polynomial(const Config& options, const DataFolders&, std::uint64_t seed) {
  PolynomialOptions made;
  made.samples = options.integer("samples", 1, kMaxSamples);
  made.coefficients = options.get<std::vector<double>>("coefficients");
  made.noise = options.number("noise", 0, kMaxNoise);
  options.expect_no_other_keys();
  return named("polynomial", make_polynomial(made, derive_seed(seed, "train")),
               make_polynomial(made, derive_seed(seed, "test")));
}

Dataset load_linear(const Config& options, const DataFolders&, std::uint64_t seed) {
  LinearOptions made;
  made.samples = options.integer("samples", 1, kMaxSamples);
  made.features = options.integer("features", 1, kMaxFeatures);
  made.nonzero = options.integer_or("nonzero", made.features, 0, kMaxFeatures);
  made.condition = options.number("condition", 1, 1e16);
  made.noise = options.number("noise", 0, kMaxNoise);
  options.expect_no_other_keys();
  auto sample = make_linear(made, seed);
  return named("linear", std::move(sample.train), std::move(sample.test));
}

namespace {

Json sinusoid_defaults() {
  const SinusoidOptions made;
  return {{"samples", made.samples}, {"frequency", made.frequency}, {"noise", made.noise}};
}

Json polynomial_defaults() {
  const PolynomialOptions made;
  return {{"samples", made.samples}, {"coefficients", made.coefficients}, {"noise", made.noise}};
}

Json linear_defaults() {
  const LinearOptions made;
  return {{"samples", made.samples},
          {"features", made.features},
          {"condition", made.condition},
          {"nonzero", nullptr},
          {"noise", made.noise}};
}

const Registered<DatasetEntry> kRegistered[] = {
    Registered<DatasetEntry>{{.name = "sinusoid",
                              .summary = "a noisy sinusoid on [0, 1), made from a seed",
                              .defaults = sinusoid_defaults(),
                              .load = load_sinusoid}},
    Registered<DatasetEntry>{{.name = "polynomial",
                              .summary = "a noisy polynomial on [-1, 1), made from a seed",
                              .defaults = polynomial_defaults(),
                              .load = load_polynomial}},
    Registered<DatasetEntry>{{.name = "linear",
                              .summary = "a linear regression of a given condition number, made from a seed",
                              .defaults = linear_defaults(),
                              .load = load_linear}}};

}  // namespace
}  // namespace spinlab::datasets
