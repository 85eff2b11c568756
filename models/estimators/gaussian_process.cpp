#include "models/estimators/gaussian_process.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/optim/lbfgs.h>

#include <cmath>

#include "models/kernels/fitted_kernel.h"
#include "models/registry.h"
#include "models/solvers/cholesky.h"
#include "src/core/require_memory.h"

namespace spinlab::models {
namespace {

/// Keeps the covariance positive definite in float64, whatever the noise.
constexpr double kLeastNoise = 1e-9;
/// How far from their start the logarithms of widths and scales may go: a flat likelihood leads anywhere.
constexpr double kFarthest = 25;

double variance(const ProcessScales& scales) { return std::exp(scales.log_variance); }
double noise(const ProcessScales& scales) {
  return std::exp(scales.log_noise) + kLeastNoise * variance(scales);
}

/// The lower Cholesky factor of a² K + σ².
at::Tensor factor(const at::Tensor& K, const ProcessScales& scales) {
  auto C = K * variance(scales);
  C.diagonal().add_(noise(scales));
  auto L = try_cholesky(C);
  TORCH_CHECK_VALUE(
      L.has_value(),
      "the covariance is not positive definite; raise the noise, or use a function that is a kernel");
  return *std::move(L);
}

}  // namespace

Evidence evidence(const Kernel& kernel, const ProcessScales& scales, const at::Tensor& X,
                  const at::Tensor& Y) {
  const auto K = gram(kernel, X);
  const auto L = factor(K, scales);
  const auto alpha = at::cholesky_solve(Y, L);
  const auto log_likelihood = gaussian_log_density(L, (Y * alpha).sum().item<double>(), Y.size(1));
  // ∂ log p/∂θ = ½ tr((ααᵀ - C⁻¹) ∂C/∂θ)
  const auto M =
      at::cholesky_inverse(L).mul_(-0.5 * static_cast<double>(Y.size(1))).addmm_(alpha, alpha.t(), 1, 0.5);
  const auto a2 = variance(scales), trace = M.trace().item<double>();
  const auto own = kernel.gradient(X, K, M).mul_(a2);
  const auto by_variance = a2 * (at::dot(M.t().reshape(-1), K.view(-1)).item<double>() + kLeastNoise * trace);
  const auto by_noise = std::exp(scales.log_noise) * trace;
  return {log_likelihood, at::cat({own, at::tensor({by_variance, by_noise}, at::kDouble)})};
}

void GaussianProcess::learn_values(const at::Tensor& X, const at::Tensor& Y) {
  require_memory(24.0 * static_cast<double>(X.size(0)) * static_cast<double>(X.size(0)),
                 c10::str("a Gaussian process of ", X.size(0), " rows"), "take fewer rows (data.max_train)");
  auto trial = *this;  // so that what fails leaves no half of a fit
  trial.kernel_ = make_kernel_(X);
  trial.scales_ = {2 * std::log(options_.amplitude), 2 * std::log(options_.noise)};
  trial.rows_ = X.contiguous();
  trial.mean_ = Y.mean(0);
  trial.deviation_ = (Y - trial.mean_).square().mean(0).sqrt();
  trial.deviation_.masked_fill_(trial.deviation_ == 0, 1);
  trial.targets_ = (Y - trial.mean_) / trial.deviation_;
  if (options_.fit) trial.maximise_evidence();
  trial.condition();
  *this = std::move(trial);
}

void GaussianProcess::maximise_evidence() {
  constexpr double kGradientTolerance = 1e-6;
  const auto start = kernel_->parameters();
  const auto p = start.size(0);
  const auto all = at::cat({start, at::tensor({scales_.log_variance, scales_.log_noise}, at::kDouble)});
  const auto lowest = all - kFarthest, highest = all + kFarthest;
  const auto take = [&] {
    const auto bounded = at::clamp(all, lowest, highest);
    if (p > 0) kernel_ = kernel_->with_parameters(bounded.narrow(0, 0, p).clone());
    scales_ = {bounded[p].item<double>(), bounded[p + 1].item<double>()};
  };
  torch::optim::LBFGS solver({all}, torch::optim::LBFGSOptions(1)
                                        .max_iter(options_.max_iterations)
                                        .tolerance_grad(kGradientTolerance)
                                        .tolerance_change(0)
                                        .line_search_fn("strong_wolfe"));
  const at::NoGradGuard by_hand;
  const auto n = static_cast<double>(rows_.size(0));
  solver.step([&] {
    take();
    const auto found = evidence(*kernel_, scales_, rows_, targets_);
    all.mutable_grad() =
        at::where(all.gt(lowest).logical_and(all.lt(highest)), found.gradient / -n, at::zeros_like(all));
    return at::scalar_tensor(-found.log_likelihood / n, at::kDouble);
  });
  take();
}

void GaussianProcess::condition() {
  L_ = factor(gram(*kernel_, rows_), scales_);
  alpha_ = at::cholesky_solve(targets_, L_);
}

at::Tensor GaussianProcess::values(const at::Tensor& X) const {
  return expansion(*kernel_, X, rows_, alpha_).mul_(variance(scales_)).mul_(deviation_).add_(mean_);
}

ProcessPosterior GaussianProcess::posterior(const at::Tensor& X) const {
  TORCH_CHECK(features() > 0, "fit comes before posterior");
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the posterior at ", X.sizes(), ": left out, 14-infinite-width asks for it");
  constexpr int64_t kBlock = 1024;  // rows whose variance is made at a time
  const auto a2 = variance(scales_);
  auto left = at::empty({X.size(0)}, X.options());
  for (int64_t first = 0; first < X.size(0); first += kBlock) {
    const auto queries = X.slice(0, first, first + kBlock);
    const auto known = at::linalg_solve_triangular(L_, (*kernel_)(rows_, queries).mul_(a2), /*upper=*/false);
    left.slice(0, first, first + kBlock).copy_(kernel_->diagonal(queries).mul(a2).sub(known.square().sum(0)));
  }
  const auto unit = deviation_.square();
  return {values(X), left.clamp_min_(0).unsqueeze(1) * unit, noise(scales_) * unit};
  // END SOLUTION
}

std::map<std::string, at::Tensor> GaussianProcess::own_state() const {
  return {{"rows", rows_},
          {"targets", targets_},
          {"mean", mean_},
          {"deviation", deviation_},
          {"kernel", kernel_->parameters()},
          {"scales", at::tensor({scales_.log_variance, scales_.log_noise}, at::kDouble)}};
}

void GaussianProcess::load_own_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "rows", 2);
  check_state(state, "targets", 2);
  for (const auto* name : {"mean", "deviation", "scales"}) check_state(state, name, 1);
  const auto k = state.at("targets").size(1);
  TORCH_CHECK_VALUE(state.at("rows").size(0) == state.at("targets").size(0) &&
                        state.at("mean").size(0) == k && state.at("deviation").size(0) == k &&
                        state.at("scales").size(0) == 2,
                    "the checkpoint's rows, targets and scales do not belong together");
  auto trial = *this;
  trial.kernel_ = kernel_of_state(make_kernel_(state.at("rows").narrow(0, 0, 0)), state);
  trial.rows_ = state.at("rows");
  trial.targets_ = state.at("targets");
  trial.mean_ = state.at("mean");
  trial.deviation_ = state.at("deviation");
  trial.scales_ = {state.at("scales")[0].item<double>(), state.at("scales")[1].item<double>()};
  trial.condition();
  *this = std::move(trial);
}

namespace {

std::unique_ptr<Estimator> make(const Config& config, const Problem&) {
  return std::make_unique<GaussianProcess>(
      kernel_option(config),
      GaussianProcessOptions{.amplitude = config.number("amplitude", 1e-6, 1e6),
                             .noise = config.number("noise", 1e-6, 1e6),
                             .fit = config.get<bool>("fit"),
                             .max_iterations = config.integer("max_iterations", 1, 100'000)});
}

const Registered<ModelEntry> kRegistered{
    {.name = "gaussian_process",
     .summary = "Gaussian process regression, its widths and scales by the marginal likelihood",
     .defaults = {{"kernel", {{"name", "gaussian"}, {"width", nullptr}}},
                  {"amplitude", 1.0},
                  {"noise", 0.1},
                  {"fit", true},
                  {"max_iterations", 100}},
     .estimator = make}};

}  // namespace
}  // namespace spinlab::models
