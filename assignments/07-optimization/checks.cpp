// The checks that students see. Every input is drawn from the check's seed, and gradients are evaluated on
// this side, where they are counted.
#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "assignments/shared/differences.h"
#include "calls.h"
#include "nist_problems.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

/// The path of LibTorch's own optimizer, given the same gradients.
template <typename Optimizer, typename Options>
Tensor library_path(const Map& gradient, const Tensor& x0, const Options& options, int steps) {
  auto x = x0.clone().requires_grad_();
  Optimizer optimizer(std::vector<Tensor>{x}, options);
  std::vector<Tensor> path{x0};
  for (int t = 0; t < steps; ++t) {
    x.mutable_grad() = gradient(x.detach());
    optimizer.step();
    path.push_back(x.detach().clone());
  }
  return torch::stack(path);
}

/// From w* + v_min + v_max, the step 2/(λ_min + λ_max) multiplies the two errors by ±(κ−1)/(κ+1) each time,
/// exactly.
TEST(GradientDescent, HasTheRateOfItsBestStep) {
  const double kappa = number(20, 60, "kappa");
  const auto quadratic = with_spectrum(vector({kappa, 7.0, 3.0, 1.0}), "rate");
  const auto fast = quadratic.V.select(1, 0), slow = quadratic.V.select(1, 3);
  const auto path =
      gradient_descent(quadratic.gradient(), quadratic.minimum + slow + fast, 2 / (1 + kappa), 60);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({61, 4}));
  const double rate = (kappa - 1) / (kappa + 1);
  for (const int t : {0, 1, 2, 15, 60}) {
    const auto error = std::pow(rate, t) * (slow + std::pow(-1, t) * fast);
    EXPECT_CLOSE(path[t] - quadratic.minimum, error, atol(1e-11)) << "after " << t << " steps";
  }
}

TEST(GradientDescent, AsksForTheGradientOnceAtEachPoint) {
  const auto x0 = normal({5}, "start");
  Watch watch;
  const auto path = gradient_descent(watch.on(bumpy_gradient(5, "bumps")), x0, 0.05, 12);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({13, 5}));
  ASSERT_EQ(watch.calls(), 12);
  EXPECT_CLOSE(path[0], x0, atol(0.0));
  EXPECT_CLOSE(watch.points(), path.slice(0, 0, 12), atol(0.0));
}

/// With Polyak's coefficients both ends of the spectrum have a double root ±r, r = (√κ−1)/(√κ+1), of z² − (1
/// + β − ηλ) z + β. From rest that gives (1 + (1−r) t) rᵗ and (1 + (1+r) t) (−r)ᵗ: at κ = 100, r = 0.8182.
TEST(HeavyBall, ContractsAtPolyaksRate) {
  const auto quadratic = with_spectrum(vector({100.0, 30.0, 5.0, 1.0}), "heavy ball");
  const auto fast = quadratic.V.select(1, 0), slow = quadratic.V.select(1, 3);
  const double r = 9.0 / 11;
  const auto path = heavy_ball(quadratic.gradient(), quadratic.minimum + slow + fast, {4 / 121.0, r * r}, 80);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({81, 4}));
  for (const int t : {0, 1, 2, 10, 80}) {
    const auto error = (1 + (1 - r) * t) * std::pow(r, t) * slow + (1 + (1 + r) * t) * std::pow(-r, t) * fast;
    EXPECT_CLOSE(path[t] - quadratic.minimum, error, atol(1e-10)) << "after " << t << " steps";
  }
}

TEST(HeavyBall, StepsLikeTheLibrary) {
  const auto gradient = bumpy_gradient(6, "heavy bumps");
  const auto x0 = normal({6}, "heavy start");
  const auto options = torch::optim::SGDOptions(0.03).momentum(0.8);
  Watch watch;
  const auto path = heavy_ball(watch.on(gradient), x0, {0.03, 0.8}, 25);
  EXPECT_CLOSE(path, library_path<torch::optim::SGD>(gradient, x0, options, 25), atol(1e-10));
  EXPECT_EQ(watch.calls(), 25);
}

TEST(BestHeavyBall, HasPolyaksCoefficients) {
  const double low = number(0.1, 2, "low"), root = number(2, 20, "root of kappa");
  const auto best = best_heavy_ball(low, low * root * root);
  EXPECT_CLOSE(best.momentum, std::pow((root - 1) / (root + 1), 2), rtol(1e-12));
  EXPECT_CLOSE(best.step, 4 / (low * std::pow(root + 1, 2)), rtol(1e-12));
  EXPECT_CLOSE(best_heavy_ball(low, low).momentum, 0.0, atol(1e-14));  // all eigenvalues alike: one step
}

/// With step 1/L and momentum (√κ−1)/(√κ+1) the slowest mode has the double root r = 1 − 1/√κ: from rest (1 +
/// (1−r) t) rᵗ. The fastest is gone after one step, since 1 − ηL = 0.
TEST(Nesterov, ContractsAtItsExactRate) {
  const auto quadratic = with_spectrum(vector({100.0, 40.0, 1.0}), "nesterov");
  const auto fast = quadratic.V.select(1, 0), slow = quadratic.V.select(1, 2);
  const auto path = nesterov(quadratic.gradient(), quadratic.minimum + slow + 3 * fast, {0.01, 9.0 / 11}, 90);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({91, 3}));
  for (const int t : {1, 2, 10, 90}) {
    const auto error = (1 + 0.1 * t) * std::pow(0.9, t) * slow;
    EXPECT_CLOSE(path[t] - quadratic.minimum, error, atol(1e-11)) << "after " << t << " steps";
  }
}

/// LibTorch's iterates are the points y_t: there the gradient has to be asked for, and a step down from them
/// leads to x_{t+1}.
TEST(Nesterov, LooksAheadWhereTheLibraryDoes) {
  const auto gradient = bumpy_gradient(6, "nesterov bumps");
  const auto x0 = normal({6}, "nesterov start");
  const auto options = torch::optim::SGDOptions(0.03).momentum(0.8).nesterov(true);
  const auto ahead = library_path<torch::optim::SGD>(gradient, x0, options, 24);
  Watch watch;
  const auto path = nesterov(watch.on(gradient), x0, {0.03, 0.8}, 25);
  ASSERT_EQ(watch.calls(), 25);
  EXPECT_CLOSE(watch.points(), ahead, atol(1e-10));
  const auto y = ahead[24];
  EXPECT_CLOSE(path[25], y - 0.03 * gradient(y), atol(1e-10));
}

TEST(BestNesterov, HasNesterovsCoefficients) {
  const double low = number(0.1, 2, "low"), root = number(2, 20, "root of kappa");
  const auto best = best_nesterov(low, low * root * root);
  EXPECT_CLOSE(best.step, 1 / (low * root * root), rtol(1e-12));
  EXPECT_CLOSE(best.momentum, (root - 1) / (root + 1), rtol(1e-12));
}

TEST(Adagrad, StepsLikeTheLibrary) {
  const auto gradient = bumpy_gradient(6, "adagrad bumps");
  const auto x0 = normal({6}, "adagrad start");
  const auto options = torch::optim::AdagradOptions(0.2).eps(0.1);
  Watch watch;
  const auto path = adagrad(watch.on(gradient), x0, {0.2, 0.1}, 25);
  EXPECT_CLOSE(path, library_path<torch::optim::Adagrad>(gradient, x0, options, 25), atol(1e-10));
  EXPECT_EQ(watch.calls(), 25);
}

TEST(RmsProp, StepsLikeTheLibrary) {
  const auto gradient = bumpy_gradient(6, "rmsprop bumps");
  const auto x0 = normal({6}, "rmsprop start");
  const auto options = torch::optim::RMSpropOptions(0.05).alpha(0.85).eps(0.1);
  Watch watch;
  const auto path = rmsprop(watch.on(gradient), x0, {0.05, 0.85, 0.1}, 25);
  EXPECT_CLOSE(path, library_path<torch::optim::RMSprop>(gradient, x0, options, 25), atol(1e-10));
  EXPECT_EQ(watch.calls(), 25);
}

torch::optim::AdamOptions adam_options(double weight_decay) {
  return torch::optim::AdamOptions(0.1).betas({0.8, 0.95}).eps(0.05).weight_decay(weight_decay);
}

TEST(Adam, StepsLikeTheLibrary) {
  const auto gradient = bumpy_gradient(6, "adam bumps");
  const auto x0 = normal({6}, "adam start");
  Watch watch;
  const auto path = adam(watch.on(gradient), x0, {0.1, 0.8, 0.95, 0.05, 0.0}, 25);
  EXPECT_CLOSE(path, library_path<torch::optim::Adam>(gradient, x0, adam_options(0), 25), atol(1e-10));
  EXPECT_EQ(watch.calls(), 25);
}

TEST(Adam, PenalisesThroughTheGradient) {
  const auto gradient = bumpy_gradient(6, "penalised bumps");
  const auto x0 = normal({6}, "penalised start");
  const auto path = adam(gradient, x0, {0.1, 0.8, 0.95, 0.05, 0.7}, 25);
  EXPECT_CLOSE(path, library_path<torch::optim::Adam>(gradient, x0, adam_options(0.7), 25), atol(1e-10));
}

TEST(AdamW, StepsLikeTheLibrary) {
  const auto gradient = bumpy_gradient(6, "adamw bumps");
  const auto x0 = normal({6}, "adamw start");
  const auto options = torch::optim::AdamWOptions(0.1).betas({0.8, 0.95}).eps(0.05).weight_decay(0.7);
  Watch watch;
  const auto path = adamw(watch.on(gradient), x0, {0.1, 0.8, 0.95, 0.05, 0.7}, 25);
  EXPECT_CLOSE(path, library_path<torch::optim::AdamW>(gradient, x0, options, 25), atol(1e-10));
  EXPECT_EQ(watch.calls(), 25);
}

/// Half of the squared distance to the mean of the points of a batch, and the batches that were asked for.
class Batches {
 public:
  Batches(int64_t n, int64_t d) : centres_(normal({n, d}, "centres")) {}

  optimization::BatchGradient gradient() {
    return [this](const Tensor& x, const Tensor& indices) {
      TORCH_CHECK(indices.dim() == 1 && indices.scalar_type() == torch::kInt64 && indices.numel() > 0,
                  "the indices of a batch are a vector of int64");
      asked_.push_back(indices.clone());
      return at(x, indices);
    };
  }
  Tensor at(const Tensor& x, const Tensor& indices) const { return x - centres_.index({indices}).mean(0); }
  const std::vector<Tensor>& asked() const { return asked_; }

 private:
  Tensor centres_;
  std::vector<Tensor> asked_;
};

/// 23 points in batches of 5: four full ones and one of 3. That an epoch repeats the order of the last has
/// the probability 1/23! = 4e-23.
TEST(Sgd, VisitsEveryPointOnceAnEpoch) {
  Batches batches(23, 2);
  sgd(batches.gradient(), normal({2}, "sgd start"), {23, 5, 0.1, 3, false, seed("sgd")});
  ASSERT_EQ(batches.asked().size(), 15);
  std::vector<Tensor> orders;
  for (int epoch = 0; epoch < 3; ++epoch) {
    const auto first = batches.asked().begin() + 5 * epoch;
    EXPECT_EQ(first[0].numel(), 5);
    EXPECT_EQ(first[4].numel(), 3);
    orders.push_back(torch::cat(std::vector<Tensor>(first, first + 5)));
    EXPECT_CLOSE(std::get<0>(orders.back().sort()), torch::arange(23), atol(0.0)) << "epoch " << epoch;
  }
  EXPECT_FALSE(orders[0].equal(orders[1]) || orders[1].equal(orders[2])) << "the order must change";
  EXPECT_FALSE(orders[0].equal(torch::arange(23))) << "the points must be shuffled";
}

TEST(Sgd, StepsDownTheGradientOfEachBatch) {
  Batches batches(12, 3);
  auto x = normal({3}, "sgd start");
  const auto path = sgd(batches.gradient(), x, {12, 4, 0.3, 2, false, seed("sgd")});
  ASSERT_EQ(path.sizes(), at::IntArrayRef({7, 3}));
  ASSERT_EQ(batches.asked().size(), 6);
  for (int t = 0; t < 6; ++t) {
    EXPECT_CLOSE(path[t], x, atol(1e-13));
    x = x - 0.3 * batches.at(x, batches.asked()[t]);
  }
  EXPECT_CLOSE(path[6], x, atol(1e-13));
}

/// 60 of 60 indices without a repetition have the probability 60!/60⁶⁰ = 2e-25. Of 18,000 draws an index gets
/// 300 ± 17.2; that one of them gets less than 195 or more than 410 has the probability 3e-8.
TEST(Sgd, DrawsWithReplacement) {
  Batches batches(60, 1);
  sgd(batches.gradient(), normal({1}, "sgd start"), {60, 60, 0.1, 300, true, seed("sgd")});
  ASSERT_EQ(batches.asked().size(), 300);
  const auto all = torch::cat(batches.asked());
  ASSERT_EQ(all.numel(), 18000);
  ASSERT_GE(all.min().item<int64_t>(), 0);
  const auto counts = torch::bincount(all, {}, 60);
  ASSERT_EQ(counts.numel(), 60);
  EXPECT_GE(counts.min().item<int64_t>(), 195);
  EXPECT_LE(counts.max().item<int64_t>(), 410);
  const auto first = std::get<0>(batches.asked()[0].sort());
  EXPECT_TRUE((first.slice(0, 1) == first.slice(0, 0, 59)).any().item<bool>()) << "no index came twice";
}

/// 12 points whose gradients are the 12 unit vectors, in batches of 4. For two points the sum over an epoch's
/// batches counts whether they share one, which has the probability 3/11 if all orders are equally likely:
/// over 300 epochs 82 ± 7.7 times. That any of the 66 pairs is off by 50 has the probability 3e-8; 50 are
/// 0.0035 in the covariance. And every point comes in each of the 12 places sooner or later: that one of the
/// 144 stays empty has the probability 144 (11/12)³⁰⁰ = 7e-10.
TEST(Sgd, ShufflingMakesTheNoiseSmaller) {
  const int64_t n = 12, B = 4, epochs = 300;
  std::vector<Tensor> noise, order;
  const auto gradient = [&](const Tensor&, const Tensor& indices) {
    order.push_back(indices.clone());
    const auto mean = torch::eye(n, torch::kFloat64).index({indices}).mean(0);
    noise.push_back(mean - 1.0 / n);
    return mean;
  };
  sgd(gradient, torch::zeros({n}, torch::kFloat64), {n, B, 0.1, epochs, false, seed("sgd")});
  ASSERT_EQ(noise.size(), epochs * n / B);
  const auto xi = torch::stack(noise);
  const auto of_a_point = (torch::eye(n, torch::kFloat64) - 1.0 / n) / n;
  const double factor = double(n - B) / ((n - 1) * B);
  EXPECT_CLOSE(xi.t().matmul(xi) / xi.size(0), factor * of_a_point, atol(0.0035));
  const auto epoch = xi.view({epochs, n / B, n}).sum(1);
  EXPECT_CLOSE(epoch, torch::zeros_like(epoch), atol(1e-13)) << "over an epoch the noise adds up to nothing";
  const auto places = torch::cat(order) + n * torch::arange(n).repeat(epochs);
  EXPECT_GT(torch::bincount(places, {}, n * n).min().item<int64_t>(), 0)
      << "in 300 epochs some point never came to some place of the order, its own for instance";
}

TEST(StationaryCovariance, SolvesItsEquation) {
  const auto quadratic = with_spectrum(uniform({4}, 0.2, 2, "spectrum"), "stationary");
  const auto root = normal({4, 4}, "noise");
  const auto noise = root.matmul(root.t());
  const auto C = stationary_covariance(quadratic.H, noise, 0.7);
  const auto contraction = torch::eye(4, torch::kFloat64) - 0.7 * quadratic.H;
  EXPECT_CLOSE(contraction.matmul(C).matmul(contraction) + 0.49 * noise, C, atol(1e-11));
}

/// With noise that H does not mix, each eigenvector has the variance η σ²/(λ (2 − η λ)).
TEST(StationaryCovariance, HasTheVarianceOfEachEigenvector) {
  const double step = number(0.1, 0.5, "step"), variance = number(0.5, 3, "variance");
  const auto quadratic = with_spectrum(vector({0.1, 1.0, 3.5}), "variances");
  const auto expected = step * variance / (quadratic.eigenvalues * (2 - step * quadratic.eigenvalues));
  const auto C = stationary_covariance(quadratic.H, variance * torch::eye(3, torch::kFloat64), step);
  EXPECT_CLOSE(C, (quadratic.V * expected).matmul(quadratic.V.t()), atol(1e-10));
  const auto flat = stationary_covariance(torch::diag(vector({0.01, 2})), eye(2), 1e-4);
  EXPECT_CLOSE(flat.diagonal(), 1e-4 / (vector({0.02, 4}) - 1e-4 * vector({1e-4, 4})), rtol(1e-6));
  const auto minute = stationary_covariance(1e-12 * eye(2), eye(2), 1e10);
  EXPECT_CLOSE(minute, 1e10 / (1e-12 * 1.99) * eye(2), rtol(1e-9));
}

TEST(Newton, EndsOnAQuadraticInOneStep) {
  const auto quadratic = with_spectrum(uniform({6}, 0.01, 100, "newton spectrum"), "newton");
  Watch gradients, hessians;
  const auto path = newton(gradients.on(quadratic.gradient()), hessians.on(quadratic.hessian()),
                           normal({6}, "newton start"), 2);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({3, 6}));
  EXPECT_CLOSE(path[1], quadratic.minimum, atol(1e-9));
  EXPECT_CLOSE(path[2], quadratic.minimum, atol(1e-9));
  EXPECT_EQ(gradients.calls(), 2);
  EXPECT_EQ(hessians.calls(), 2);
}

/// The second line of Newton's equations on Rosenbrock's valley says x₂' = x₁'² − (x₁' − x₁)², exactly. In 9
/// steps full Newton reaches the minimum from all of these starts to rounding.
TEST(Newton, ConvergesQuadraticallyOnRosenbrock) {
  const auto valley = rosenbrock("newton valley");
  const auto path = newton(valley.gradient(), valley.hessian(), rosenbrock_start("newton"), 9);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({10, 2}));
  const auto first = path.select(1, 0), second = path.select(1, 1);
  const auto old = first.slice(0, 0, 9), next = first.slice(0, 1);
  EXPECT_CLOSE(second.slice(0, 1), next.square() - (next - old).square(), atol(1e-9));
  EXPECT_CLOSE(path[9], valley.minimum(), atol(1e-9));
}

/// Mean of −ln p(x_i), without the constant.
double gaussian_loss(const Tensor& x, const Tensor& theta) {
  const auto z = (x - theta[0]) * torch::exp(-theta[1]);
  return (theta[1] + z.square().mean() / 2).item<double>();
}

/// Central differences of step h are off by h² f‴/6, here below 1e-7.
TEST(GaussianGradient, MatchesFiniteDifferences) {
  const auto x = 2 + 1.5 * normal({30}, "gaussian sample");
  const auto theta = vector({number(0, 4, "mu"), number(0.2, 1, "ln sigma")});
  const auto loss = [&](const Tensor& at) { return gaussian_loss(x, at); };
  const auto expected = central_differences(loss, theta, 1e-4);
  EXPECT_CLOSE(gaussian_gradient(x, theta), expected, atol(1e-6));
}

/// F = E ∇ln p ∇ln pᵀ: polynomials of degree 4 in z = (x − μ)/σ, which the three nodes 0, ±√3 of Gauss and
/// Hermite integrate exactly.
TEST(GaussianFisher, IsTheCovarianceOfTheScores) {
  const double mu = number(-3, 3, "mu"), log_sigma = number(-1, 1, "ln sigma");
  const auto theta = vector({mu, log_sigma});
  auto expected = torch::zeros({2, 2}, torch::kFloat64);
  const double root = std::sqrt(3);
  for (const auto& [z, weight] :
       {std::pair(-root, 1 / 6.0), std::pair(0.0, 2 / 3.0), std::pair(root, 1 / 6.0)}) {
    const auto score = vector({-z * std::exp(-log_sigma), 1 - z * z});
    expected = expected + weight * torch::outer(score, score);
  }
  EXPECT_CLOSE(gaussian_fisher(theta), expected, atol(1e-12));
}

/// Poisson rates λ: the gradient is 1 − x̄/λ, F = diag(1/λ). In these coordinates, the expectations, a step of
/// 1 is maximum likelihood: λ = x̄.
TEST(NaturalGradient, FindsPoissonRatesInOneStep) {
  const auto mean = uniform({4}, 0.5, 20, "counts"), rates = uniform({4}, 0.5, 20, "rates");
  const auto gradient = [&](const Tensor& rates) { return 1 - mean / rates; };
  const auto fisher = [](const Tensor& rates) { return torch::diag(1 / rates); };
  Watch gradients, fishers;
  const auto path =
      natural_gradient(gradients.on(Map(gradient)), fishers.on(Map(fisher)), rates, {1.0, 0.0}, 1);
  EXPECT_CLOSE(path, torch::stack({rates, mean}), atol(1e-11));
  EXPECT_EQ(gradients.calls(), 1);
  EXPECT_EQ(fishers.calls(), 1);
}

/// With θ = Aφ the gradient becomes Aᵀg and the Fisher matrix AᵀFA: the paths are images of each other.
TEST(NaturalGradient, DoesNotDependOnTheUnits) {
  const auto gradient = bumpy_gradient(4, "natural bumps");
  const auto metric = [](const Tensor& theta) {
    return torch::diag(1 + theta.square()) + 0.3 * torch::ones({4, 4}, torch::kFloat64);
  };
  const auto A = torch::eye(4, torch::kFloat64) + 0.3 * normal({4, 4}, "units");
  const auto start = normal({4}, "natural start");
  const auto path =
      natural_gradient([&](const Tensor& phi) { return A.t().matmul(gradient(A.matmul(phi))); },
                       [&](const Tensor& phi) { return A.t().matmul(metric(A.matmul(phi))).matmul(A); },
                       start, {0.1, 0.0}, 12);
  const auto image = natural_gradient(gradient, metric, A.matmul(start), {0.1, 0.0}, 12);
  EXPECT_CLOSE(path.matmul(A.t()), image, atol(1e-8));
  EXPECT_GT((image[12] - image[0]).norm().item<double>(), 0.01);
}

TEST(ConjugateGradients, EndInAsManyStepsAsThereAreUnknowns) {
  const auto quadratic = with_spectrum(torch::linspace(1, 40, 12, torch::kFloat64), "cg");
  const auto b = quadratic.H.matmul(quadratic.minimum);
  Watch watch;
  const auto product = watch.on(Map([&](const Tensor& x) { return quadratic.H.matmul(x); }));
  const auto path = conjugate_gradients(product, b, normal({12}, "cg start"), {1e-9, 12});
  ASSERT_LE(path.size(0), 13);
  EXPECT_CLOSE(path[-1], quadratic.minimum, atol(1e-8));
  EXPECT_EQ(watch.calls(), path.size(0));
  EXPECT_GT((path[-2] - quadratic.minimum).norm().item<double>(),
            1e-9);  // it took all the steps that it needed
}

TEST(ConjugateGradients, EndInAsManyStepsAsThereAreEigenvalues) {
  const auto spectrum = vector({1, 1, 1, 1, 4, 4, 4, 9, 9, 9, 9, 9, 9, 9, 9});
  const auto quadratic = with_spectrum(spectrum * number(0.1, 10, "scale"), "cg clusters");
  const auto product = [&](const Tensor& x) { return quadratic.H.matmul(x); };
  const auto b = normal({15}, "cg b");
  const auto path = conjugate_gradients(product, b, torch::zeros({15}, torch::kFloat64), {1e-10, 15});
  EXPECT_EQ(path.size(0), 4);
  EXPECT_CLOSE(product(path[-1]), b, atol(1e-8));
}

/// A quadratic along which the first trial, α = 1, is far too long, far too short, or right.
TEST(WolfeSearch, MeetsBothConditions) {
  const auto quadratic = with_spectrum(uniform({4}, 0.5, 3, "wolfe spectrum"), "wolfe");
  const auto x = quadratic.minimum + normal({4}, "wolfe start");
  const auto g = quadratic.gradient()(x);
  const double f = quadratic.value()(x);
  for (const double scale : {1e-3, 0.3, 1.0, 40.0}) {
    Watch values, gradients;
    const auto direction = -scale * g;
    const auto end =
        wolfe_search(values.on(quadratic.value()), gradients.on(quadratic.gradient()), {x, f, g}, direction);
    const double alpha = ((end.x - x).dot(direction) / direction.dot(direction)).item<double>();
    const double slope = g.dot(direction).item<double>();
    EXPECT_GT(alpha, 0);
    EXPECT_CLOSE(end.x, x + alpha * direction, atol(1e-12));
    EXPECT_CLOSE(end.value, quadratic.value()(end.x), rtol(1e-10) + atol(1e-14));
    EXPECT_CLOSE(end.gradient, quadratic.gradient()(end.x), atol(1e-10));
    EXPECT_LE(end.value, f + 1e-4 * alpha * slope) << "not low enough, scale " << scale;
    EXPECT_GE(end.gradient.dot(direction).item<double>(), 0.9 * slope) << "still steep, scale " << scale;
    EXPECT_LE(values.calls(), 14);
    EXPECT_LE(gradients.calls(), values.calls());
  }
}

TEST(BfgsUpdate, MeetsTheSecantCondition) {
  const auto H = with_spectrum(uniform({5}, 0.2, 5, "inverse spectrum"), "inverse").H;
  const auto s = normal({5}, "s"), y = with_spectrum(uniform({5}, 0.2, 5, "curvature"), "y").H.matmul(s);
  const auto updated = bfgs_update(H, s, y);
  ASSERT_EQ(updated.sizes(), H.sizes());
  EXPECT_CLOSE(updated.matmul(y), s, atol(1e-11));
  EXPECT_CLOSE(updated, updated.t(), atol(1e-11));
  EXPECT_GT(torch::linalg_eigvalsh(updated).min().item<double>(), 0);
  // Its inverse follows another formula. [Nocedal and Wright, eq. 6.19]
  const auto B = torch::linalg_inv(H), image = B.matmul(s);
  const auto expected = B - torch::outer(image, image) / s.dot(image) + torch::outer(y, y) / y.dot(s);
  EXPECT_CLOSE(torch::linalg_inv(updated), expected, atol(1e-9) + rtol(1e-9));
  EXPECT_CLOSE(bfgs_update(H, 1e-9 * s, 1e-9 * y), updated, atol(1e-10))
      << "steps near the minimum are small";
}

/// Over 300 drawn valleys: 16 to 49 steps, at most 74 values and 54 gradients; gradient descent takes
/// thousands.
TEST(Bfgs, FindsTheMinimumOfRosenbrocksValley) {
  const auto valley = rosenbrock("bfgs valley");
  const auto start = rosenbrock_start("bfgs");
  Watch values, gradients;
  const auto path = bfgs(values.on(valley.value()), gradients.on(valley.gradient()), start, {1e-8, 200});
  EXPECT_CLOSE(path[0], start, atol(0.0));
  EXPECT_CLOSE(path[-1], valley.minimum(), atol(1e-7));
  EXPECT_LE(values.calls(), 100);
  EXPECT_LE(gradients.calls(), 80);
  EXPECT_LE(gradients.calls(), values.calls());
}

/// The ratio of successive errors tends to 0, that of a linear method to a constant. Over 300 drawn valleys
/// the last four steps divide the error by at least 3·10⁵.
TEST(Bfgs, ConvergesFasterThanLinearly) {
  const auto valley = rosenbrock("superlinear valley");
  const auto path = bfgs(valley.value(), valley.gradient(), rosenbrock_start("superlinear"), {1e-10, 200});
  const auto error = distances(path, valley.minimum());
  ASSERT_GT(path.size(0), 6);
  EXPECT_LT(error[-1].item<double>(), 1e-9);
  EXPECT_LT((error[-1] / error[-5]).item<double>(), 1e-3);
}

/// To six digits, from both of NIST's starts. Points taken: the Jacobian is asked for once at each.
void expect_certified(const std::string& name, std::initializer_list<int> starts) {
  const auto problem = nist_problem(name);
  for (const int start : starts) {
    Watch jacobians;
    const auto path =
        levenberg_marquardt(problem.residuals(), jacobians.on(problem.jacobian()),
                            start == 1 ? problem.data.start1 : problem.data.start2, {1e-9, 300});
    EXPECT_CLOSE(path[-1], problem.data.certified, rtol(1e-6)) << name << " from start " << start;
    EXPECT_EQ(jacobians.calls(), path.size(0));
  }
}

TEST(LevenbergMarquardt, ReachesNistsCertifiedMinima) {
  for (const auto* name : {"Misra1a", "Misra1b", "Chwirut2", "DanWood", "Gauss1"})
    expect_certified(name, {1, 2});
}

TEST(LevenbergMarquardt, ReachesTheMinimaOfAverageDifficulty) {
  for (const auto* name : {"Kirby2", "Hahn1", "Misra1c", "Misra1d"}) expect_certified(name, {1, 2});
}

/// A linear model of noisy points. Gauss–Newton solves it in one step; with λ = 10⁻³, 10⁻⁴, … each step
/// leaves a known part, x_{t+1} = x_t − (AᵀA + λ D²)⁻¹ Aᵀr.
TEST(LevenbergMarquardt, SolvesLinearLeastSquares) {
  const auto A = normal({20, 4}, "design"), y = normal({20}, "values");
  const auto exact = std::get<0>(torch::linalg_lstsq(A, y.unsqueeze(1))).squeeze(1);
  const auto residuals = [&](const Tensor& x) { return A.matmul(x) - y; };
  Watch asked;
  const auto path = levenberg_marquardt(asked.on(Map(residuals)), [&](const Tensor&) { return A; },
                                        normal({4}, "linear start"), {1e-9, 30});
  EXPECT_CLOSE(path[-1], exact, atol(1e-8));
  EXPECT_LE(asked.calls(), 30);
  ASSERT_GE(path.size(0), 3);
  const auto gram = A.t().matmul(A);
  for (const int t : {0, 1}) {
    const auto damped = gram + 1e-3 * std::pow(0.1, t) * torch::diag(gram.diagonal());
    const auto step = torch::linalg_solve(damped, A.t().matmul(residuals(path[t])));
    EXPECT_CLOSE(path[t + 1], path[t] - step, atol(1e-11))
        << "step " << t + 1 << " of 2, from the point before";
    EXPECT_LT(residuals(path[t + 1]).norm().item<double>(), residuals(path[t]).norm().item<double>());
  }
}

}  // namespace
