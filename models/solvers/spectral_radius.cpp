#include "models/solvers/spectral_radius.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "src/core/seed.h"

namespace spinlab::models {
namespace {

constexpr double kTolerance = 1e-9, kRounding = 1e-14;
constexpr int64_t kWhole = 500, kFirstLook = 100, kMostNumbers = 1 << 27;

/// An orthonormal basis V of the Krylov space and H with A V_m = V_{m+1} H.
class Arnoldi {
 public:
  Arnoldi(int64_t n, int64_t most)
      : basis_(at::zeros({most + 1, n}, at::kDouble)), H_(at::zeros({most + 1, most}, at::kDouble)) {
    const auto start = at::randn({n}, make_generator(0, "arnoldi"), at::kDouble);
    basis_[0].copy_(start / start.norm());
  }

  int64_t size() const { return m_; }
  /// Whether the space is closed: it holds its own images.
  bool is_closed() const { return closed_; }

  void grow(const std::function<at::Tensor(const at::Tensor&)>& multiply) {
    auto w = multiply(basis_[m_]);
    const auto length = w.norm().item<double>();
    const auto known = basis_.slice(0, 0, m_ + 1);
    auto column = H_.select(1, m_);
    for (int pass = 0; pass < 2; ++pass) {  // once leaves rounding that grows with the space
      const auto along = known.mv(w);
      w.sub_(known.t().mv(along));
      column.slice(0, 0, m_ + 1).add_(along);
    }
    const auto rest = w.norm().item<double>();
    closed_ = rest <= kRounding * length;
    ++m_;
    if (closed_) return;
    column[m_].fill_(rest);
    basis_[m_].copy_(w.div_(rest));
  }

  /// |λ| of the largest eigenvalue in the space and the residual of its vector.
  std::pair<double, double> largest() const {
    const auto [values, vectors] = at::linalg_eig(H_.slice(0, 0, m_).slice(1, 0, m_));
    const auto sizes = values.abs();
    const auto at = sizes.argmax().item<int64_t>();
    const auto next = closed_ ? 0.0 : H_[m_][m_ - 1].item<double>();
    return {sizes[at].item<double>(), next * vectors[m_ - 1][at].abs().item<double>()};
  }

 private:
  at::Tensor basis_, H_;
  int64_t m_ = 0;
  bool closed_ = false;
};

}  // namespace

double spectral_radius(const std::function<at::Tensor(const at::Tensor&)>& multiply, int64_t n) {
  TORCH_CHECK_VALUE(n > 0, "the spectral radius of a matrix without rows");
  const auto most = std::min(n, std::max<int64_t>(kMostNumbers / n, kWhole));
  Arnoldi space(n, most);
  for (auto look = n <= kWhole ? n : kFirstLook; !space.is_closed() && space.size() < most;
       look += look / 4) {
    while (space.size() < std::min(look, most) && !space.is_closed()) space.grow(multiply);
    const auto [radius, residual] = space.largest();
    if (space.is_closed() || space.size() == n || residual <= kTolerance * radius) return radius;
  }
  TORCH_CHECK_VALUE(false, "the spectral radius of ", n, " × ", n, " numbers is not found in a space of ",
                    most, " dimensions; choose fewer units");
}

}  // namespace spinlab::models
