#include "src/physics/dynamics/kuramoto_sivashinsky.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

using testing::HasSubstr;

class KuramotoSivashinskyTest : public SpinlabTest {
 protected:
  at::Tensor wave(int64_t mode) const {
    return (at::arange(equation_.points, at::kDouble) * (2 * M_PI * static_cast<double>(mode) / 64)).cos();
  }

  const KuramotoSivashinsky equation_;
  /// Smooth, and after some time on the attractor.
  const at::Tensor start_ = (wave(1) * (1 + wave(2).roll(5))).unsqueeze(0);
};

// While a wave is small it grows as exp((k² - k⁴) t), by steps of any length.
TEST_F(KuramotoSivashinskyTest, SmallWavesGrowAtTheirRates) {
  for (const int64_t mode : {1, 2, 5}) {
    const double k = 2 * M_PI * static_cast<double>(mode) / equation_.length;
    const auto u = integrate(equation_, 1e-9 * wave(mode).unsqueeze(0), {0.5, 4, 4})[0][1];
    EXPECT_CLOSE(u * 1e9, wave(mode) * std::exp(2 * (k * k - k * k * k * k)), atol(1e-8));
  }
}

TEST_F(KuramotoSivashinskyTest, KeepsTheMeanAndMovesWithItsStart) {
  const auto u = integrate(equation_, start_, {0.25, 100, 100})[0][1];
  EXPECT_NEAR(u.mean().item<double>(), start_.mean().item<double>(), 1e-12);
  const auto moved = integrate(equation_, start_.roll(7, 1), {0.25, 100, 100})[0][1];
  EXPECT_CLOSE(moved, u.roll(7), atol(1e-8));
}

// Of a stiff equation the order is reached slowly: 3.4, 3.6, 3.7, … as the steps are halved from 1/16.
TEST_F(KuramotoSivashinskyTest, IsOfOrderFour) {
  const auto end = [&](int64_t steps) {
    return integrate(equation_, start_, {4.0 / static_cast<double>(steps), steps, steps})[0][1];
  };
  const auto exact = end(4096);
  const auto error = [&](int64_t steps) { return (end(steps) - exact).norm().item<double>(); };
  EXPECT_NEAR(std::log2(error(512) / error(1024)), 4, 0.3);
}

// More points, the same solution: the spectrum is resolved.
TEST_F(KuramotoSivashinskyTest, DoesNotDependOnItsPoints) {
  const auto coarse = integrate(equation_, start_, {0.05, 200, 200})[0][1];
  const auto finer = at::fft_irfft(at::fft_rfft(start_) * 2, 128);
  const auto fine = integrate({22, 128}, finer, {0.05, 200, 200})[0][1];
  EXPECT_CLOSE(fine.slice(0, 0, std::nullopt, 2), coarse, atol(1e-8));
}

TEST_F(KuramotoSivashinskyTest, TangentsAreDerivatives) {
  constexpr double kSmall = 1e-6;
  const KuramotoSivashinskySteps motion(equation_, 0.25);
  auto u = start_[0], vectors = at::stack({wave(3), wave(1).roll(2)}, 1);
  const auto before = u.clone(), directions = vectors.clone();
  motion.advance(u, vectors);
  EXPECT_CLOSE(u, motion.advanced(start_)[0], atol(1e-13));
  for (int64_t i = 0; i < 2; ++i) {
    const auto at_distance = [&](double s) {
      return motion.advanced((before + s * directions.select(1, i)).unsqueeze(0))[0];
    };
    EXPECT_CLOSE(vectors.select(1, i), (at_distance(kSmall) - at_distance(-kSmall)) / (2 * kSmall),
                 atol(1e-8));
  }
}

TEST_F(KuramotoSivashinskyTest, SaysWhatCannotBe) {
  EXPECT_THAT(mistake([&] { integrate(equation_, start_, {-0.1, 10, 1}); }), HasSubstr("no solutions"));
  EXPECT_THAT(mistake([&] { integrate({22, 63}, start_, {0.1, 10, 1}); }),
              HasSubstr("an even number of points"));
  EXPECT_THAT(mistake([&] { integrate({0, 64}, start_, {0.1, 10, 1}); }), HasSubstr("a length above 0"));
  EXPECT_THAT(mistake([&] { integrate({22, 32}, start_, {0.1, 10, 1}); }),
              HasSubstr("expected u (n, 32), got [1, 64]"));
}

}  // namespace
}  // namespace spinlab::physics
