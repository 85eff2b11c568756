// Bumps, layers and random networks: the edges of the definitions, independence, and refusals between right
// answers.
#include <cmath>
#include <limits>

#include "assignments/14-infinite-width/calls.h"
#include "assignments/14-infinite-width/problems.h"

namespace {

using namespace spinlab;
using namespace infinite_width::problems;

/// Cells of ¼, whose edges binary numbers hit: an edge belongs to the cell at its right, the last one to
/// none.
TEST(BumpNetwork, EdgesBelongToTheCellAtTheRight) {
  const auto x = vector({1, 0.25, -0.25, 0, 0.5, 0.75, -3, 7, 0.999}),
             f = vector({0, 0.375, 0, 0.125, 0.625, 0.875, 0, 0, 0.875});
  int calls = 0;
  const auto same = [&](const Tensor& at) {
    ++calls;
    return at.clone();
  };
  EXPECT_CLOSE(bump_network(same, 0, 1, 4, x), f, atol(1e-14));
  EXPECT_EQ(calls, 1);
  EXPECT_CLOSE(bump_network(same, -2, 2, 1, x), 0 * f, atol(1e-14));
  EXPECT_CLOSE(bump_network([](const Tensor& at) { return at + 5; }, -2, 2, 1, x),
               vector({5, 5, 5, 5, 5, 5, 0, 0, 5}), atol(1e-14));
}

TEST(BumpNetwork, RefusesEmptyIntervals) {
  const auto same = [](const Tensor& at) { return at.clone(); };
  const auto x = uniform({5}, 0.01, 0.24, "places");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(bump_network(same, 0, 1, 4, x), torch::full({5}, 0.125, torch::kFloat64), atol(1e-14));
      },
      [&] {
        EXPECT_THROW(bump_network(same, 1, 1, 4, x), StudentError);
        EXPECT_THROW(bump_network(same, 1, 0, 4, x), StudentError);
        EXPECT_THROW(bump_network(same, 0, 1, 0, x), StudentError);
        EXPECT_THROW(bump_network(same, 0, 1, 4, x.unsqueeze(1)), StudentError);
      });
}

TEST(BumpsNeeded, AtTheEdges) {
  EXPECT_EQ(bumps_needed(0, 3, 0.1), 1);
  EXPECT_EQ(bumps_needed(1, 2, 0.25), 4);  // exactly: no fifth
  EXPECT_EQ(bumps_needed(1e-3, 1, 10), 1);
  EXPECT_EQ(bumps_needed(1e6, 2, 0.5), 2'000'000);
}

TEST(BumpsNeeded, RefusesNoError) {
  between_right_answers([&] { EXPECT_EQ(bumps_needed(2, 3, 0.5), 6); },
                        [&] {
                          EXPECT_THROW(bumps_needed(1, 1, 0), StudentError);
                          EXPECT_THROW(bumps_needed(-1, 1, 1), StudentError);
                          EXPECT_THROW(bumps_needed(1, 0, 1), StudentError);
                        });
}

/// One neuron, one coordinate, one point; and no biases, with any b.
TEST(Preactivations, OfOneNeuron) {
  const auto one = [](double value) { return vector({value}).unsqueeze(1); };
  EXPECT_CLOSE(preactivations(one(2), one(3), vector({5}), 4, 9), one(2 * 6 + 3 * 5), rtol(1e-14));
  const auto X = normal({3, 5}, "points"), W = normal({2, 5}, "W");
  EXPECT_CLOSE(preactivations(X, W, 1e6 * normal({2}, "b"), 5, 0), X.matmul(W.t()),
               rtol(1e-12) + atol(1e-12));
}

TEST(Preactivations, RefuseWhatDoesNotFit) {
  const auto X = normal({3, 2}, "points"), W = normal({4, 2}, "W"), b = normal({4}, "b");
  between_right_answers(
      [&] { EXPECT_CLOSE(preactivations(X, W, b, 2, 1), X.matmul(W.t()) + b, rtol(1e-12) + atol(1e-12)); },
      [&] {
        EXPECT_THROW(preactivations(X, normal({4, 1}, "one"), b, 2, 1), StudentError);
        EXPECT_THROW(preactivations(X, W, b.slice(0, 0, 1), 2, 1), StudentError);
        EXPECT_THROW(preactivations(X[0], W, b, 2, 1), StudentError);
        EXPECT_THROW(preactivations(X, W, b.unsqueeze(1), 2, 1), StudentError);
        EXPECT_THROW(preactivations(X, W, b.unsqueeze(0), 2, 1), StudentError);
        EXPECT_THROW(preactivations(X, W, b, 0, 1), StudentError);
        EXPECT_THROW(preactivations(X, W, b, -1, 1), StudentError);
        EXPECT_THROW(preactivations(X, W, b, 2, -1e-9), StudentError);
      });
}

/// One network's output says nothing of another's: means of products are products of means, of cosines
/// (Hoeffding, 1e-9) and of signs, which are 0 half of the time at width 1 (Bernstein, 1e-9).
TEST(RandomNetworks, AreIndependentOfEachOther) {
  const auto x = normal({1, 2}, "point");
  const auto f = random_networks(x, 2, 6000, 2, 0, seed("independent")).view({3000, 2}) / x.norm();
  const auto transform = [](double t) { return std::pow(0.5 + 0.5 / std::sqrt(1 + t * t), 2); };
  const auto sum = (f.select(1, 0) + f.select(1, 1)).cos().mean().item<double>();
  EXPECT_CLOSE(sum, transform(1) * transform(1), atol(hoeffding(3000)));
  const auto signs = random_networks(x, 1, 6000, 2, 0, seed("signs")).view(-1).sign();
  for (const int64_t apart : {1, 2, 3000}) {
    const auto pairs = signs.slice(0, 0, 3000) * signs.slice(0, apart, apart + 3000);
    EXPECT_CLOSE(pairs.mean().item<double>(), 0.0, atol(bernstein(1500, 0.25))) << apart << " apart";
  }
}

/// At x = 0 a neuron is its bias, and the outputs' bias is there whatever the width: q = σ_b². And at x and
/// −x with biases alone f is the same.
TEST(RandomNetworks, HaveBiasesInBothLayers) {
  const auto f = random_networks(zeros({2, 3}), 1, 6000, 4, 0.5, seed("biases"));
  EXPECT_CLOSE(f.select(1, 0), f.select(1, 1), atol(1e-12));
  for (const double t : {0.7, 1.0}) {
    const double expected = std::exp(-t * t * 0.25) * (0.5 + 0.5 / std::sqrt(1 + t * t * 2));
    EXPECT_CLOSE((t * f.select(1, 0)).cos().mean().item<double>(), expected, atol(hoeffding(6000))) << t;
    EXPECT_CLOSE((t * f.select(1, 0)).sin().mean().item<double>(), 0.0, atol(hoeffding(6000))) << t;
  }
}

TEST(RandomNetworks, TheSeedAloneDecides) {
  const auto X = normal({3, 2}, "points");
  const auto first = random_networks(X, 4, 5, 1, 0.1, 3), other = random_networks(X, 4, 5, 1, 0.1, 4);
  EXPECT_CLOSE(random_networks(X, 4, 5, 1, 0.1, 3), first, rtol(1e-15));
  EXPECT_GT((first - other).abs().min().item<double>(), 0);
  EXPECT_CLOSE(random_networks(X.slice(0, 0, 1), 4, 5, 1, 0.1, 3), first.slice(1, 0, 1),
               rtol(1e-12) + atol(1e-12));
}

TEST(RandomNetworks, RefuseNoWidth) {
  const auto X = normal({2, 2}, "points"), both = torch::cat({X, 2 * X});
  between_right_answers(
      [&] {
        const auto f = random_networks(both, 3, 4, 2, 0, seed("right"));
        EXPECT_CLOSE(f.slice(1, 2), 2 * f.slice(1, 0, 2), atol(1e-12));
        EXPECT_GT(f.abs().max().item<double>(), 1e-3);
      },
      [&] {
        EXPECT_THROW(random_networks(X, 0, 4, 2, 0, 1), StudentError);
        EXPECT_THROW(random_networks(X, 3, 0, 2, 0, 1), StudentError);
        EXPECT_THROW(random_networks(X, 3, 4, 0, 0, 1), StudentError);
        EXPECT_THROW(random_networks(X, 3, 4, 2, -1, 1), StudentError);
        EXPECT_THROW(random_networks(X[0], 3, 4, 2, 0, 1), StudentError);
      });
}

TEST(ExcessKurtosis, RefusesImpossibleMoments) {
  between_right_answers([&] { EXPECT_CLOSE(excess_kurtosis(2, 20, 3), 4.0, rtol(1e-12)); },
                        [&] {
                          EXPECT_THROW(excess_kurtosis(2, 3.9, 3), StudentError);
                          EXPECT_THROW(excess_kurtosis(0, 1, 3), StudentError);
                          EXPECT_THROW(excess_kurtosis(-1, 1, 3), StudentError);
                          EXPECT_THROW(excess_kurtosis(2, 20, 0), StudentError);
                        });
}

/// More cells than an int has, and a hair more than a whole number of them.
TEST(BumpsNeeded, OfManyCells) {
  EXPECT_EQ(bumps_needed(1, 8589934594.0, 0.5), int64_t{8589934594});
  EXPECT_EQ(bumps_needed(1, 2, 0.25 * (1 - 1e-12)), 5);
}

/// One coordinate, one neuron, no biases: f = σ_w² x v max(W, 0), 20,000 of them.
TEST(RandomNetworks, OfOneNeuronToTwoDigits) {
  not_called_again("thousands of networks, and the seed has a check of its own");
  const auto f = random_networks(vector({1}).unsqueeze(1), 1, 20'000, 1, 0, seed("one neuron")).view(-1);
  for (const double t : {1.7, 2.8}) {
    const double mean = 0.5 + 0.5 / std::sqrt(1 + t * t), twice = 0.5 + 0.5 / std::sqrt(1 + 4 * t * t);
    EXPECT_CLOSE((t * f).cos().mean().item<double>(), mean,
                 atol(bernstein(20'000, (1 + twice) / 2 - mean * mean)));
    EXPECT_CLOSE((t * f).sin().mean().item<double>(), 0.0, atol(bernstein(20'000, (1 - twice) / 2)));
  }
  EXPECT_CLOSE(f.eq(0).to(torch::kFloat64).mean().item<double>(), 0.5,
               atol(hoeffding(20'000, 0.5)));  // off half of the time
}

/// At x = 0 forty neurons are forty biases, and as good as Gaussian; one for all of them would be a ReLU of
/// one number.
TEST(RandomNetworks, EachNeuronHasItsBias) {
  not_called_again("thousands of networks, and the seed has a check of its own");
  const auto f = random_networks(zeros({1, 1}), 40, 6000, 4, 1, seed("forty")).view(-1);
  const auto transform = [](double t) {
    return std::exp(-t * t / 2) * std::pow(0.5 + 0.5 / std::sqrt(1 + t * t / 10), 40);
  };
  for (const double t : {0.7, 1.0})
    EXPECT_CLOSE((t * f).cos().mean().item<double>(), transform(t),
                 atol(bernstein(6000, (1 + transform(2 * t)) / 2 - transform(t) * transform(t))));
  const auto bias = random_networks(zeros({1, 1}), 1, 20'000, 1e-12, 1, seed("bias alone")).view(-1);
  for (const double t : {1.0, 2.0})
    EXPECT_CLOSE((t * bias).cos().mean().item<double>(), std::exp(-t * t / 2),
                 atol(bernstein(20'000, (1 + std::exp(-2 * t * t)) / 2 - std::exp(-t * t))));
  const auto neuron = random_networks(zeros({1, 1}), 1, 20'000, 1e4, 1e-4, seed("neuron's bias"))
                          .view(-1);  // v max(b, 0) + .01 β
  for (const double t : {1.7, 2.8}) {
    const double mean = std::exp(-t * t * 5e-5) * (0.5 + 0.5 / std::sqrt(1 + t * t)),
                 twice = std::exp(-t * t * 2e-4) * (0.5 + 0.5 / std::sqrt(1 + 4 * t * t));
    EXPECT_CLOSE((t * neuron).cos().mean().item<double>(), mean,
                 atol(bernstein(20'000, (1 + twice) / 2 - mean * mean)));
  }
}

/// Another seed has other networks, not the same one place on; and no network comes twice.
TEST(RandomNetworks, NoNetworkComesTwice) {
  const auto X = normal({1, 3}, "point");
  const auto first = random_networks(X, 4, 50, 1, 0.1, 3);
  for (const int64_t other : {4, 5, 3 + 65536})
    EXPECT_GT((first - random_networks(X, 4, 50, 1, 0.1, other).t()).abs().min().item<double>(), 0);
  EXPECT_GT(std::get<0>(random_networks(X, 2, 6000, 1, 0.1, 7).view(-1).sort()).diff().min().item<double>(),
            0);
}

}  // namespace
