#include <ATen/ops/addmm.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "src/core/on_all_cores.h"
#include "src/core/registry.h"
#include "src/training/optimizers/adam.h"

namespace spinlab::training {
namespace {

struct MuonOptions {
  double momentum = 0.95;
  bool nesterov = true;
  std::array<double, 3> coefficients{};
  int64_t iterations = 5;
  double eps = 1e-7;
  /// The root mean square of a step is that of AdamW's; else that of an orthogonal matrix, enlarged for tall
  /// ones.
  bool match_adamw = false;
  /// The orthogonal factor in bfloat16, whatever the parameters are in, as torch.optim.Muon has it.
  bool bfloat16 = false;
};

/// About the U Vᵀ of M = U S Vᵀ (rows, columns): X ← a X + (b X Xᵀ + c (X Xᵀ)²) X from M / |M|, which takes
/// every singular value near 1. [Jordan et al., Muon: an optimizer for hidden layers, 2024; Bernstein and
/// Newhouse, arXiv:2409.20325, app. A]
at::Tensor orthogonal_factor(const at::Tensor& matrix, const MuonOptions& options) {
  const auto [a, b, c] = options.coefficients;
  const bool tall = matrix.size(0) > matrix.size(1);
  auto x = tall ? matrix.t() : matrix;
  x = x / x.norm().clamp_min(options.eps);
  for (int64_t i = 0; i < options.iterations; ++i) {
    const auto gram = x.mm(x.t());
    x = at::addmm(x, at::addmm(gram, gram, gram, b, c), x, a);
  }
  return tall ? x.t() : x;
}

/// m ← μ m + (1 - μ) g, W ← (1 - η λ) W - η s O(m), or O(μ m + (1 - μ) g) for Nesterov; O the orthogonal
/// factor above and s = √max(1, rows / columns), or 0.2 √max(rows, columns) to match AdamW [Liu et al.,
/// arXiv:2502.16982, eq. 4]. What has more than two dimensions is a matrix of (first, all others).
class MatrixMuon : public GradientOptimizer {
 public:
  MatrixMuon(std::vector<ParameterGroup> groups, MuonOptions options)
      : GradientOptimizer(std::move(groups), {"momentum"}), options_(options) {}

 private:
  void update(Group& group, double learning_rate, int64_t) override {
    const auto take = [&](int64_t begin, int64_t end) {
      for (auto i = begin; i < end; ++i) move(group, static_cast<size_t>(i), learning_rate);
    };
    const auto count = static_cast<int64_t>(group.parameters.size());
    // Products of matrices as small as these gain little from a second thread: a core takes whole ones.
    if (group.parameters.front().is_cpu())
      on_all_cores(count, 1, take);
    else
      take(0, count);
  }

  void move(Group& group, size_t i, double learning_rate) {
    auto& parameter = group.parameters[i];
    const auto direction = advance(group.moments["momentum"][i], group.gradients[i]).flatten(1);
    const auto factor =
        orthogonal_factor(options_.bfloat16 ? direction.to(at::kBFloat16) : direction, options_);
    parameter.mul_(1 - learning_rate * group.weight_decay);
    parameter.add_(factor.reshape(parameter.sizes()), -learning_rate * scale(direction));
  }

  at::Tensor advance(at::Tensor& momentum, const at::Tensor& gradient) const {
    momentum.lerp_(gradient, 1 - options_.momentum);
    return options_.nesterov ? gradient.lerp(momentum, options_.momentum) : momentum;
  }

  double scale(const at::Tensor& matrix) const {
    const auto rows = static_cast<double>(matrix.size(0)), columns = static_cast<double>(matrix.size(1));
    return options_.match_adamw ? 0.2 * std::sqrt(std::max(rows, columns))
                                : std::sqrt(std::max(1.0, rows / columns));
  }

  MuonOptions options_;
};

/// Matrices by Muon, the others by AdamW with a learning rate of its own.
class Muon : public Optimizer {
 public:
  Muon(std::unique_ptr<Optimizer> matrices, std::unique_ptr<Optimizer> others, double ratio,
       std::vector<ParameterGroup> all)
      : Optimizer(std::move(all)),
        matrices_(std::move(matrices)),
        others_(std::move(others)),
        ratio_(ratio) {}

  void zero_grad() override {
    matrices_->zero_grad();
    if (others_) others_->zero_grad();
  }

  NamedTensors state() const override {
    auto all = Optimizer::state();
    for (const auto& [name, tensor] : matrices_->state()) all["matrices." + name] = tensor;
    if (!others_) return all;
    for (const auto& [name, tensor] : others_->state()) all["adamw." + name] = tensor;
    return all;
  }

 private:
  void take(const Step& step, int64_t) override {
    matrices_->step(step);
    if (others_) others_->step({step.learning_rate * ratio_});
  }

  std::unique_ptr<Optimizer> matrices_, others_;
  double ratio_;
};

/// The groups of those parameters for which `chosen` holds, empty ones left out.
template <typename Chosen>
std::vector<ParameterGroup> part(const std::vector<ParameterGroup>& groups, Chosen chosen) {
  std::vector<ParameterGroup> all;
  for (const auto& group : groups) {
    ParameterGroup kept{{}, {}, group.weight_decay, group.lr_scale};
    for (size_t i = 0; i < group.parameters.size(); ++i) {
      if (!chosen(group.names[i], group.parameters[i])) continue;
      kept.parameters.push_back(group.parameters[i]);
      kept.names.push_back(group.names[i]);
    }
    if (!kept.parameters.empty()) all.push_back(kept);
  }
  return all;
}

bool matches_any(const std::string& name, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return matches(name, pattern); });
}

void require_used(const std::vector<ParameterGroup>& groups, const std::vector<std::string>& patterns,
                  const std::string& where) {
  for (const auto& pattern : patterns) {
    const auto found = part(groups, [&](const auto& name, const auto&) { return matches(name, pattern); });
    TORCH_CHECK_VALUE(!found.empty(), where, ": adamw_match: no parameter that is trained is called \"",
                      pattern, "\"");
  }
}

MuonOptions parse(const Config& config) {
  MuonOptions options;
  options.momentum = config.number("momentum", 0, 1 - 1e-9);
  options.nesterov = config.get<bool>("nesterov");
  const auto coefficients = config.get<std::vector<double>>("ns_coefficients");
  TORCH_CHECK_VALUE(coefficients.size() == 3, config.where(), ": ns_coefficients are three numbers, got ",
                    coefficients.size());
  std::copy(coefficients.begin(), coefficients.end(), options.coefficients.begin());
  options.iterations = config.integer("ns_steps", 1, 99);
  options.eps = config.number("eps", 0, 1);
  options.match_adamw = config.one_of("adjust_lr", {"original", "match_rms_adamw"}) == "match_rms_adamw";
  options.bfloat16 = config.get<bool>("ns_bfloat16");
  return options;
}

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  const auto patterns = config.get<std::vector<std::string>>("adamw_match");
  require_used(groups, patterns, config.where());
  const auto is_matrix = [&](const auto& name, const auto& parameter) {
    return parameter.dim() > 1 && !matches_any(name, patterns);
  };
  auto matrices = part(groups, is_matrix);
  auto others =
      part(groups, [&](const auto& name, const auto& parameter) { return !is_matrix(name, parameter); });
  TORCH_CHECK_VALUE(!matrices.empty(), config.where(), ": muon: no matrix is left to it; choose adamw");
  const AdamOptions adam{config.number("adamw_beta1", 0, 1 - 1e-9), config.number("adamw_beta2", 0, 1 - 1e-9),
                         config.number("adamw_eps", 0, 1), /*decoupled=*/true};
  const auto ratio = config.number("adamw_lr_ratio", 0, 1e6);
  return std::make_unique<Muon>(std::make_unique<MatrixMuon>(std::move(matrices), parse(config)),
                                others.empty() ? nullptr : std::make_unique<Adam>(std::move(others), adam),
                                ratio, std::move(groups));
}

const Registered<OptimizerEntry> kRegistered{
    {.name = "muon",
     .summary = "orthogonalised momentum for matrices, AdamW for the rest",
     .defaults = {{"lr", 0.02},
                  {"momentum", 0.95},
                  {"nesterov", true},
                  {"ns_coefficients", {3.4445, -4.7750, 2.0315}},
                  {"ns_steps", 5},
                  {"ns_bfloat16", false},
                  {"eps", 1e-7},
                  {"adjust_lr", "original"},
                  {"weight_decay", 0.01},
                  {"adamw_match", Json::array()},
                  {"adamw_lr_ratio", 0.015},
                  {"adamw_beta1", 0.9},
                  {"adamw_beta2", 0.95},
                  {"adamw_eps", 1e-8}},
     .make = make}};

}  // namespace
}  // namespace spinlab::training
