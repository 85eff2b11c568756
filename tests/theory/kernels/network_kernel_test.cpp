#include "src/theory/kernels/network_kernel.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/theory/duals/hermite_series.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const double kCritical = std::sqrt(2.0);

/// Two vectors of d with ‖x‖²/d = 1 and a given cosine.
at::Tensor pair_with(double cosine) {
  return at::tensor({1.0, 0.0, cosine, std::sqrt(1 - cosine * cosine)}, at::kDouble).view({2, 2}) *
         std::sqrt(2.0);
}

LayerPtr hidden_layers(int64_t count, const std::string& phi, double weight_std, double bias_std = 0) {
  std::vector<LayerPtr> layers;
  for (int64_t l = 0; l < count; ++l) {
    layers.push_back(dense(weight_std, bias_std));
    layers.push_back(activation(phi));
  }
  layers.push_back(dense(weight_std, bias_std));
  return sequential(std::move(layers));
}

class NetworkKernelTest : public SpinlabTest {};

/// [Cho and Saul 2009; Jacot et al. 2018]
TEST_F(NetworkKernelTest, OneHiddenReluLayerHasThePublishedNumbers) {
  const auto [nngp, ntk] = kernels(*hidden_layers(1, "relu", 1), pair_with(0.5));
  EXPECT_NEAR(nngp[0][1].item<double>(), 0.304499, 5e-7);
  EXPECT_NEAR(ntk[0][1].item<double>(), 0.471166, 5e-7);
}

/// Published for inputs of ‖x‖² = 1, L hidden layers and a last dense layer of σ_w² = 2 each, behind a first
/// dense layer that leaves the covariances as they are, σ_w² = 1: Θ₀ = c₀, Θ_l = c_l + Θ_(l-1) 2 E φ'φ'. With
/// σ_w² = 2 in the first layer too, as most have it, all is twice as large.
TEST_F(NetworkKernelTest, DeepReluNetworksHaveThePublishedNumbers) {
  struct Known {
    double correlation, ntk;
  };
  int64_t hidden = 0;
  for (const auto& [correlation, published] :
       {Known{0.608998, 0.942331}, Known{0.683906, 1.351480}, Known{0.738128, 1.737845}}) {
    const auto net = hidden_layers(++hidden, "relu", kCritical);
    const auto [nngp, ntk] = kernels(*net, pair_with(0.5));
    EXPECT_NEAR(nngp[0][0].item<double>(), 2, 1e-12);
    EXPECT_NEAR(nngp[0][1].item<double>() / 2, correlation, 5e-7);
    EXPECT_NEAR(ntk[0][1].item<double>() / 2, published, 5e-7);
  }
}

/// Every layer of a linear network gives the NTK the whole kernel once.
TEST_F(NetworkKernelTest, OfALinearNetworkTheNtkIsLayersTimesTheNngp) {
  const auto X = at::randn({7, 5}, at::kDouble);
  for (int64_t layers = 1; layers <= 5; ++layers) {
    const auto [nngp, ntk] = kernels(*hidden_layers(layers - 1, "linear", 1.3), X);
    EXPECT_CLOSE(nngp, X.mm(X.t()) * (std::pow(1.69, layers) / 5), rtol(1e-12));
    EXPECT_CLOSE(ntk, nngp * layers, rtol(1e-12));
  }
}

/// More rows than a tile has.
TEST_F(NetworkKernelTest, HalvesAndTilesMakeTheWholeMatrix) {
  const auto net = hidden_layers(2, "erf", 1.2, 0.3);
  const auto X = at::randn({301, 6}, at::kDouble), Z = at::randn({150, 6}, at::kDouble);
  const auto own = kernels(*net, X);
  EXPECT_TRUE(at::equal(own.nngp, own.nngp.t()));
  EXPECT_TRUE(at::equal(own.ntk, own.ntk.t()));
  const auto both = kernels(*net, X, at::cat({X, Z}));
  EXPECT_CLOSE(both.nngp.narrow(1, 0, 301), own.nngp, rtol(1e-12) + atol(1e-14));
  EXPECT_CLOSE(both.ntk.narrow(1, 0, 301), own.ntk, rtol(1e-12) + atol(1e-14));
  EXPECT_CLOSE(both.ntk.narrow(1, 301, 150), kernels(*net, Z, X).ntk.t(), rtol(1e-12) + atol(1e-14));
  const auto rough = kernels(*net, X.to(at::kFloat));
  EXPECT_CLOSE(rough.ntk.to(at::kDouble), own.ntk, rtol(1e-4) + atol(1e-5));
  EXPECT_FALSE(kernels(*net, X, {.ntk = false}).ntk.defined());
}

/// An angle is the root of a difference: without care the diagonal would be wrong in the eighth digit.
TEST_F(NetworkKernelTest, TheDiagonalIsExact) {
  const auto X = at::randn({40, 13}, at::kDouble);
  const auto q = X.square().mean(1);
  const auto [nngp, ntk] = kernels(*hidden_layers(20, "relu", kCritical), X);
  EXPECT_CLOSE(nngp.diagonal(), 2 * q, rtol(1e-13));
  EXPECT_CLOSE(ntk.diagonal(), 2 * q * 21, rtol(1e-13));
}

TEST_F(NetworkKernelTest, InAFolderTheNumbersAreTheSame) {
  const auto X = at::randn({130, 6}, at::kDouble);
  const auto net = hidden_layers(1, "relu", 1);
  const auto there = kernels(*net, X, {.folder = folder() / "kernels"}), here = kernels(*net, X);
  EXPECT_TRUE(at::equal(there.ntk, here.ntk));
  EXPECT_EQ(std::filesystem::file_size(folder() / "kernels/nngp.bin"), 130 * 130 * 8);
}

TEST_F(NetworkKernelTest, ABranchOfAResidualLayerIsAdded) {
  const auto X = at::randn({5, 4}, at::kDouble);
  const auto branch = sequential({activation("relu"), dense(1.1, 0.2)});
  const auto with = kernels(*sequential({dense(1), residual(branch)}), X);
  const auto stem = kernels(*dense(1), X), other = kernels(*sequential({dense(1), branch}), X);
  EXPECT_CLOSE(with.nngp, stem.nngp + other.nngp, rtol(1e-13));
  EXPECT_CLOSE(with.ntk, stem.ntk + other.ntk, rtol(1e-13));
}

TEST_F(NetworkKernelTest, AfterLayerNormTheVarianceIsOne) {
  const auto X = at::randn({5, 4}, at::kDouble);
  const auto after = kernels(*sequential({dense(2, 0.5), layer_norm(), dense(1)}), X);
  EXPECT_CLOSE(after.nngp.diagonal(), at::ones({5}, at::kDouble), rtol(1e-13));
  const auto scaled = kernels(*sequential({dense(2, 0), layer_norm(), dense(1)}), X * 10);
  EXPECT_CLOSE(scaled.nngp, kernels(*sequential({dense(2, 0), layer_norm(), dense(1)}), X).nngp, rtol(1e-12));
}

/// Weights of a layer with N inputs have gradients N times as large, biases' are 1.
TEST_F(NetworkKernelTest, StandardParametrisationHasItsOwnGradients) {
  const auto X = at::randn({5, 4}, at::kDouble);
  const DenseOptions first{1.3, 0.2, Parametrization::kStandard, 4},
      second{0.9, 0, Parametrization::kStandard, 100};
  const auto ntk = kernels(*sequential({dense(first), activation("linear"), dense(second)}), X).ntk;
  const auto K0 = X.mm(X.t()) / 4, K1 = 1.69 * K0 + 0.04;
  EXPECT_CLOSE(ntk, 0.81 * (4 * K0 + 1) + 100 * K1, rtol(1e-12));
}

class ImagesTest : public SpinlabTest, public testing::WithParamInterface<Padding> {
 protected:
  /// Σ over a 3 × 3 filter of what is at p and p' moved alike, by its definition; k: (h, w, h, w).
  static at::Tensor convolved(const at::Tensor& k, Padding padding) {
    const auto h = k.size(0), w = k.size(1);
    auto sum = at::zeros_like(k);
    const auto in = k.accessor<double, 4>();
    auto out = sum.accessor<double, 4>();
    const auto place = [&](int64_t i, int64_t count) -> int64_t {
      if (padding == Padding::kCircular) return (i + count) % count;
      return i >= 0 && i < count ? i : -1;
    };
    for (int64_t a = 0; a < h; ++a)
      for (int64_t b = 0; b < w; ++b)
        for (int64_t c = 0; c < h; ++c)
          for (int64_t d = 0; d < w; ++d)
            for (int64_t i = -1; i <= 1; ++i)
              for (int64_t j = -1; j <= 1; ++j) {
                const auto A = place(a + i, h), B = place(b + j, w), C = place(c + i, h), D = place(d + j, w);
                if (A >= 0 && B >= 0 && C >= 0 && D >= 0) out[a][b][c][d] += in[A][B][C][D] / 9;
              }
    return sum;
  }
};

/// Two layers, all by their definitions, on two pictures.
TEST_P(ImagesTest, ConvolutionsArePooledAndFlattenedAsDefined) {
  const auto X = at::randn({2, 3, 4, 5}, at::kDouble);
  const ConvolutionOptions options{.weight_std = 1.3, .bias_std = 0.4, .padding = GetParam()};
  const auto relu = make_dual({{"name", "relu"}}, "test");
  const auto layers = [&](LayerPtr last) {
    return sequential(
        {convolution(options), activation(relu), convolution(options), std::move(last), dense(1)});
  };
  std::vector<at::Tensor> covariances;
  for (const auto& [i, j] : {std::pair{0, 0}, {1, 1}, {0, 1}}) {
    const auto k = X[i].flatten(1).t().mm(X[j].flatten(1)).view({4, 5, 4, 5}) / 3;
    covariances.push_back(1.69 * convolved(k, GetParam()) + 0.16);
  }
  const auto variance = [&](int i) { return covariances[i].view({20, 20}).diagonal(); };
  const auto means = dual(*relu, variance(0).unsqueeze(1), variance(1), covariances[2].view({20, 20}));
  const auto K = 1.69 * convolved(means.value.view({4, 5, 4, 5}), GetParam()) + 0.16;
  const auto T =
      1.69 * convolved((covariances[2].view({20, 20}) * means.derivative).view({4, 5, 4, 5}), GetParam()) + K;
  const auto pooled = kernels(*layers(average_pool()), X), flat = kernels(*layers(flatten()), X);
  EXPECT_CLOSE(pooled.nngp[0][1], K.mean(), rtol(1e-12));
  EXPECT_CLOSE(pooled.ntk[0][1], (T + K).mean(), rtol(1e-12));
  EXPECT_CLOSE(flat.nngp[0][1], K.view({20, 20}).diagonal().mean(), rtol(1e-12));
  EXPECT_CLOSE(flat.ntk[0][1], (T + K).view({20, 20}).diagonal().mean(), rtol(1e-12));
}

/// Filters of one place do not mix: the pooled kernel is the mean over pairs of places of the dense
/// network's, which knows that a place has the angle 0 to itself. So many channels that the sums over them
/// differ.
TEST_F(NetworkKernelTest, APlaceHasNoAngleToItself) {
  const auto X = at::randn({3, 1999, 2, 3}, at::kDouble);
  std::vector<LayerPtr> layers, dense_layers;
  for (int l = 0; l < 6; ++l) {
    layers.insert(layers.end(), {convolution({.weight_std = kCritical, .size = 1}), activation("relu")});
    dense_layers.insert(dense_layers.end(), {dense(kCritical), activation("relu")});
  }
  layers.push_back(average_pool());
  const auto pooled = kernels(*sequential(layers), X);
  const auto places = X.permute({0, 2, 3, 1}).reshape({18, 1999});
  const auto [nngp, ntk] = kernels(*sequential(dense_layers), places);
  const auto mean = [](const at::Tensor& k) { return k.view({3, 6, 3, 6}).mean({1, 3}); };
  EXPECT_CLOSE(pooled.nngp, mean(nngp), rtol(1e-12));
  EXPECT_CLOSE(pooled.ntk, mean(ntk), rtol(1e-12));
}

INSTANTIATE_TEST_SUITE_P(Paddings, ImagesTest, testing::Values(Padding::kZero, Padding::kCircular));

/// One sequence of one token attends to itself with weight 1: the values' layer alone is left.
TEST_F(NetworkKernelTest, AttentionOnOneTokenIsADenseLayer) {
  const auto X = at::randn({4, 3, 1}, at::kDouble);
  const auto net = sequential({attention({.score_std = 2, .value_std = 1.5}), flatten()});
  const auto [nngp, ntk] = kernels(*net, X);
  EXPECT_CLOSE(nngp, 2.25 * X.squeeze(2).mm(X.squeeze(2).t()) / 3, rtol(1e-12));
  EXPECT_CLOSE(ntk, nngp, rtol(1e-12));
}

TEST_F(NetworkKernelTest, AttentionMixesTokensByItsScores) {
  const auto X = at::randn({2, 3, 4}, at::kDouble);
  const auto net = sequential({attention({.score_std = 1.2, .value_std = 0.7}), average_pool()});
  const auto own = [&](int64_t i, int64_t j) { return X[i].t().mm(X[j]) / 3; };
  const auto A = (own(0, 0) * 1.44).softmax(1), B = (own(1, 1) * 1.44).softmax(1);
  EXPECT_CLOSE(kernels(*net, X).nngp[0][1], (A.mm(own(0, 1)).mm(B.t()) * 0.49).mean(), rtol(1e-12));
}

TEST_F(NetworkKernelTest, BadInputIsSaidInALine) {
  const auto net = hidden_layers(1, "relu", 1);
  const auto X = at::randn({3, 4}, at::kDouble);
  const auto says = [&](const char* what) { return ThrowsMessage<c10::ValueError>(HasSubstr(what)); };
  EXPECT_THAT([&] { kernels(*net, X, X.to(at::kFloat)); }, says("both float64"));
  EXPECT_THAT([&] { kernels(*net, X, at::randn({3, 5}, at::kDouble)); }, says("one shape"));
  EXPECT_THAT([&] { kernels(*net, X / 0); }, says("not a finite number"));
  EXPECT_THAT([&] { kernels(*net, at::zeros({0, 4}, at::kDouble)); }, says("no inputs"));
  EXPECT_THAT([&] { kernels(*net, at::randn({3, 2, 4, 4}, at::kDouble)); }, says("flatten or average_pool"));
  EXPECT_THAT([&] { kernels(*sequential({average_pool()}), X); }, says("mixes positions"));
  EXPECT_THAT([] { dense(-1); }, says("dense: standard deviations must be finite and at least 0, are -1"));
  EXPECT_THAT([] { convolution({.bias_std = -1}); }, says("convolution: standard deviations"));
  EXPECT_THAT([] { attention({.score_std = -1}); }, says("attention: standard deviations"));
  EXPECT_THAT([] { sequential({}); }, says("a network needs at least one layer"));
  EXPECT_THAT([] { sequential({dense(1), nullptr}); }, says("layer 2 of a network of 2 is missing"));
  EXPECT_THAT([] { residual(nullptr); }, says("the branch is missing"));
  EXPECT_THAT([] { activation(DualPtr{}); }, says("the nonlinearity is missing"));
  EXPECT_THAT([] { activation("rellu"); }, says("there is no activation \"rellu\"; did you mean \"relu\"?"));
}

TEST_F(NetworkKernelTest, WhatDoesNotFitIsSaidBeforeItIsBegun) {
  const auto says = [](const char* what) { return ThrowsMessage<c10::ValueError>(HasSubstr(what)); };
  const auto many = at::zeros({1, 1}, at::kDouble).expand({1'000'000, 1});
  EXPECT_THAT([&] { kernels(*dense(1), many); },
              AllOf(says("a kernel of 1000000 x 1000000 pairs takes 14901 GiB of memory"),
                    says("name a folder for it (KernelOptions::folder)")));
  const auto images = at::zeros({1, 1, 1, 1}, at::kFloat).expand({20'000, 1, 64, 64});
  EXPECT_THAT([&] { kernels(*average_pool(), images); },
              says("any two of 4096 places of 20000 inputs takes 2500 GiB"));
}

TEST_F(NetworkKernelTest, WhatGrowsTooFastIsSaid) {
  const auto X = at::randn({3, 4}, at::kDouble);
  const auto says = [](const char* what) { return ThrowsMessage<c10::ValueError>(HasSubstr(what)); };
  const auto fast = hermite_series([](const at::Tensor& u) { return u.square().exp(); });
  EXPECT_THAT([&] { kernels(*sequential({dense(1), activation(fast), dense(1)}), X); },
              says("does not converge within 20 standard deviations: φ grows too fast"));
  EXPECT_THAT([&] { kernels(*hidden_layers(12, "exp", 1.5), X); },
              says("φ grows too fast; take smaller weights or fewer layers"));
}

/// An input of zeros has the variance of the biases alone, or none, and no kernel is undefined there.
TEST_F(NetworkKernelTest, ZeroInputsHaveKernels) {
  auto X = at::randn({4, 3}, at::kDouble);
  X[1].zero_();
  for (const auto& [name, entry] : registry<DualEntry>()) {
    const auto net =
        sequential({dense(1), activation(name), dense(1), layer_norm(), activation(name), dense(1)});
    const auto [nngp, ntk] = kernels(*net, X);
    EXPECT_TRUE(nngp.isfinite().all().item<bool>() && ntk.isfinite().all().item<bool>()) << name;
  }
  const auto relu = kernels(*hidden_layers(2, "relu", 1), X);
  EXPECT_EQ(relu.nngp[1].abs().max().item<double>(), 0);
  EXPECT_EQ(relu.ntk[1].abs().max().item<double>(), 0);
  EXPECT_CLOSE(kernels(*hidden_layers(1, "relu", kCritical, 0.3), X).nngp[1][1].item<double>(), 0.18,
               rtol(1e-14));
}

/// Products are of several tiles, of which a kernel between few inputs has one.
TEST_F(NetworkKernelTest, OfManyInputsAPairsNumbersAreThoseOfThePairAlone) {
  const auto X = at::randn({1700, 6}, at::kDouble);
  const auto net = hidden_layers(2, "relu", kCritical, 0.3);
  const auto all = kernels(*net, X);
  for (const int64_t row : {0, 900, 1650}) {
    const auto few = X.narrow(0, row, 50);
    const auto across = kernels(*net, few, X);
    EXPECT_CLOSE(all.nngp.narrow(0, row, 50), across.nngp, rtol(1e-12));
    for (const int64_t column : {0, 127, 128, 1023, 1024, 1699}) {
      const auto pair = kernels(*net, few, X.narrow(0, column, 1));
      const auto ntk = all.ntk.narrow(0, row, 50).narrow(1, column, 1);
      EXPECT_CLOSE(ntk, pair.ntk, rtol(1e-6));  // an input with itself is pinned in `all` alone
    }
  }
  EXPECT_TRUE(all.ntk.equal(all.ntk.t()) && all.nngp.equal(all.nngp.t()));
}

}  // namespace
}  // namespace spinlab::theory
