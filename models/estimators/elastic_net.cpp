#include "models/estimators/elastic_net.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "models/registry.h"
#include "models/solvers/coordinate_descent.h"
#include "models/solvers/moments.h"

namespace spinlab::models {
namespace {

/// Up to so many columns all moments are made at once.
constexpr int64_t kAllColumns = 4096;
/// A descent aims below the gap that is asked for, which the columns outside a working set share: where they
/// miss their condition by a share e of λ, the gap grows by about 2 e of the objective.
constexpr double kInner = 0.3, kOutside = 0.1;

/// Rows and target with their means, which are 0 without an intercept.
struct Rows {
  at::Tensor X, y, x_mean, y_mean;
  int64_t n() const { return X.size(0); }

  /// y - Xw of centred columns, for weights (d, L): (n, L).
  at::Tensor residuals(const at::Tensor& W) const {
    return at::addmm((y - y_mean).unsqueeze(1), X, W, 1, -1).add_(x_mean.matmul(W));
  }
  /// Xᵀr/n of centred columns, for r (n, L): (d, L).
  at::Tensor correlations(const at::Tensor& r) const {
    return X.t().mm(r).sub_(x_mean.outer(r.sum(0))).div_(n());
  }
};

Rows rows_of(const at::Tensor& X, const at::Tensor& y, bool intercept) {
  Rows rows{X, y, X.mean(0), y.mean()};
  if (!intercept) rows.x_mean.zero_(), rows.y_mean.zero_();
  return rows;
}

QuadraticLoss quadratic(const at::Tensor& X, const at::Tensor& y, bool intercept) {
  const auto all = moments(X, y.unsqueeze(1));
  const auto n = static_cast<double>(X.size(0));
  return {all.xx(intercept).div_(n), all.xy(intercept).squeeze(1).div_(n),
          all.yy(intercept).item<double>() / n};
}

ElasticNetPenalty parts(double penalty, double l1_ratio) {
  return {penalty * l1_ratio, penalty * (1 - l1_ratio)};
}

/// One penalty after the other; each starts from the last one's weights.
class Path {
 public:
  Path(const at::Tensor& X, const at::Tensor& y, const ElasticNetOptions& options)
      : rows_(rows_of(X, y, options.intercept)), options_(options), w_(at::zeros({X.size(1)}, at::kDouble)) {
    if (X.size(1) <= kAllColumns) all_ = quadratic(X, y, options.intercept);
    yy_ = (y - rows_.y_mean).square().mean().item<double>();
    gap_ = options.tolerance * 0.5 * yy_;
  }

  /// Duality gaps (L) of all weights (d, L): the dual point is the residual, scaled until it is feasible (see
  /// coordinate_descent.cpp).
  at::Tensor gaps(const at::Tensor& W, const at::Tensor& penalties) const {
    const auto l1 = penalties * options_.l1_ratio, l2 = penalties * (1 - options_.l1_ratio);
    at::Tensor correlations, squares, fitted;
    if (all_) {
      correlations = all_->c.unsqueeze(1) - all_->G.mm(W);
      fitted = all_->c.matmul(W);
      squares = all_->yy - fitted - (correlations * W).sum(0);
    } else {
      const auto r = rows_.residuals(W);
      correlations = rows_.correlations(r);
      squares = r.square().sum(0) / rows_.n();
      fitted = yy_ - r.t().mv(rows_.y - rows_.y_mean) / rows_.n();
    }
    const auto s = (l1 / (correlations - l2 * W).abs().amax(0)).clamp_max(1);
    const auto extended = squares + l2 * W.square().sum(0);
    const auto primal = 0.5 * extended + l1 * W.abs().sum(0),
               dual = s * (yy_ - fitted) - 0.5 * s.square() * extended;
    return (primal - dual).clamp_min(0);
  }

  const Rows& rows() const { return rows_; }

  const at::Tensor& next(double penalty) {
    const auto part = parts(penalty, options_.l1_ratio);
    const DescentEnd end{.gap = kInner * gap_};
    w_ = all_ ? descend(*all_, part, w_, end).w : by_working_sets(part, end);
    return w_;
  }

 private:
  at::Tensor by_working_sets(const ElasticNetPenalty& penalty, const DescentEnd& end) const {
    auto w = w_.clone();
    auto inside = w != 0;
    const auto allowed = penalty.l1 * std::max(kOutside * options_.tolerance, 1e-12);
    for (;;) {
      const auto slope = rows_.correlations(rows_.residuals(w.unsqueeze(1))).squeeze(1);
      const auto excess = (slope.abs() - penalty.l1).masked_fill(inside, 0);
      const auto violated = excess.gt(allowed).sum().item<int64_t>();
      if (violated == 0) return w;
      // At most as many new columns as there are old ones, the worst first.
      const auto more = std::min(violated, std::max<int64_t>(inside.sum().item<int64_t>(), 64));
      inside.index_fill_(0, std::get<1>(excess.topk(more)), true);
      const auto columns = inside.nonzero().view(-1);
      const auto loss = quadratic(rows_.X.index_select(1, columns), rows_.y, options_.intercept);
      w.index_copy_(0, columns, descend(loss, penalty, w.index_select(0, columns), end).w);
    }
  }

  Rows rows_;
  ElasticNetOptions options_;
  std::optional<QuadraticLoss> all_;
  double yy_ = 0, gap_ = 0;
  at::Tensor w_;
};

}  // namespace

double largest_penalty(const at::Tensor& X, const at::Tensor& y, const ElasticNetOptions& options) {
  const auto rows = rows_of(X, y, options.intercept);
  const auto slopes = rows.correlations((y - rows.y_mean).unsqueeze(1));
  return slopes.abs().max().item<double>() / options.l1_ratio;
}

ElasticNetPath elastic_net_path(const at::Tensor& X, const at::Tensor& y, const at::Tensor& penalties,
                                const ElasticNetOptions& options) {
  TORCH_CHECK_VALUE(penalties.gt(0).all().item<bool>(), "each penalty of an elastic net must be above 0");
  Path path(X, y, options);
  std::vector<at::Tensor> weights;
  for (int64_t i = 0; i < penalties.size(0); ++i) weights.push_back(path.next(penalties[i].item<double>()));
  const auto W = at::stack(weights, 1);
  const auto& rows = path.rows();
  return {W.t(), rows.y_mean - rows.x_mean.matmul(W), path.gaps(W, penalties)};
}

void ElasticNet::learn_values(const at::Tensor& X, const at::Tensor& Y) {
  std::vector<at::Tensor> weights, intercepts;
  const auto penalty = at::full({1}, penalty_, at::kDouble);
  for (int64_t k = 0; k < Y.size(1); ++k) {
    const auto found = elastic_net_path(X, Y.select(1, k).contiguous(), penalty, options_);
    weights.push_back(found.weights[0]);
    intercepts.push_back(found.intercepts[0]);
  }
  weights_ = at::stack(weights, 1);
  intercept_ = at::stack(intercepts);
}

namespace {

std::unique_ptr<Estimator> make(const Config& config, const Problem& problem) {
  const ElasticNetOptions options{.l1_ratio = config.number("l1_ratio", 1e-6, 1),
                                  .intercept = problem.has_intercept(config),
                                  .tolerance = config.number("tolerance", 1e-14, 1)};
  return std::make_unique<ElasticNet>(config.number("penalty", 1e-12, 1e12), options);
}

const Registered<ModelEntry> kRegistered{
    {.name = "elastic_net",
     .summary = "least squares with absolute values and squares as penalty; the lasso where l1_ratio is 1",
     .defaults = {{"penalty", 0.01}, {"l1_ratio", 1.0}, {"tolerance", 1e-8}, {"intercept", nullptr}},
     .estimator = make}};

}  // namespace
}  // namespace spinlab::models
