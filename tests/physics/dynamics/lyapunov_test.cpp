#include "src/physics/dynamics/lyapunov.h"

#include <ATen/ATen.h>

#include <cmath>

#include "src/physics/dynamics/maps.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

using testing::HasSubstr;

class LyapunovTest : public SpinlabTest {
 protected:
  static double number(const at::Tensor& x, int64_t i) { return x[i].item<double>(); }
  const at::Tensor start_ = at::tensor({1.0, 2.0, 20.0}, at::kDouble);
};

// A linear map's exponents are the logarithms of its eigenvalues' sizes; per two units of time, half of them.
TEST_F(LyapunovTest, OfALinearMapTheyAreItsEigenvalues) {
  const auto turn = std::get<0>(at::linalg_qr(at::randn({4, 4}, at::kDouble)));
  const auto sizes = at::tensor({3.0, 1.5, 0.5, 0.1}, at::kDouble);
  const auto A = turn.mm(at::diag_embed(sizes)).mm(turn.t());
  const TangentMotion motion = [&](at::Tensor& x, at::Tensor& vectors) { vectors = A.mm(vectors); };
  const auto all =
      lyapunov_spectrum(motion, at::zeros({4}, at::kDouble), {.time = 2, .motions = 100, .transient = 100});
  EXPECT_CLOSE(all.exponents, sizes.log() / 2, atol(1e-10));
  const auto two = lyapunov_spectrum(motion, at::zeros({4}, at::kDouble),
                                     {.time = 2, .motions = 100, .transient = 100, .count = 2});
  EXPECT_CLOSE(two.exponents, sizes.log().narrow(0, 0, 2) / 2, atol(1e-10));
}

// Their sum is the trace of the flow's matrix, -(σ + 1 + β), whatever the orbit; the middle one, of the
// motion along the orbit, is 0; the largest 0.9056 [Sprott, Chaos and Time-Series Analysis, 2003, table 4.4].
// Five standard errors, of normal tails 6e-7, and what is published to four digits.
TEST_F(LyapunovTest, OfLorenz) {
  const auto [exponents, errors] = lyapunov_spectrum(Lorenz(), start_, {.step = 0.005, .steps = 200'000});
  EXPECT_NEAR(exponents.sum().item<double>(), Lorenz().divergence(), 1e-5);
  EXPECT_NEAR(number(exponents, 0), 0.9056, 5 * number(errors, 0) + 5e-5);
  EXPECT_NEAR(number(exponents, 1), 0, 5 * number(errors, 1) + 1e-3);
  EXPECT_LT(number(errors, 0), 0.02);
  EXPECT_NEAR(kaplan_yorke_dimension(exponents), 2.062, 0.01);
}

// Sprott's table: 0.0714, 0, -5.3943.
TEST_F(LyapunovTest, OfRoessler) {
  const auto [exponents, errors] = lyapunov_spectrum(Roessler(), at::tensor({1.0, 1.0, 0.0}, at::kDouble),
                                                     {.step = 0.02, .steps = 200'000});
  EXPECT_NEAR(number(exponents, 0), 0.0714, 5 * number(errors, 0) + 5e-5);
  EXPECT_NEAR(number(exponents, 1), 0, 5 * number(errors, 1) + 1e-3);
  EXPECT_NEAR(number(exponents, 2), -5.3943, 5 * number(errors, 2) + 1e-3);
}

// ln |f'| is ln 2 but for what cancels from one step to the next: f is a tent of slope 2 in another variable.
TEST_F(LyapunovTest, OfTheLogisticMapLn2) {
  EXPECT_NEAR(lyapunov_exponent(LogisticMap{4}, 0.3, 1'000'000), std::log(2.0), 3e-5);
  // A fixed point at 1 - 1/r with slope 2 - r.
  EXPECT_NEAR(lyapunov_exponent(LogisticMap{2.5}, 0.3, 1000), std::log(0.5), 1e-9);
  const auto orbit = iterate(LogisticMap{4}, at::tensor({0.75, 0.25}, at::kDouble), 3);
  EXPECT_CLOSE(orbit[0], at::full({4}, 0.75, at::kDouble), atol(1e-15));
  EXPECT_CLOSE(orbit[1], at::tensor({0.25, 0.75, 0.75, 0.75}, at::kDouble), atol(1e-15));
  EXPECT_THAT(mistake([] { lyapunov_exponent(LogisticMap{4.5}, 0.3, 10); }),
              HasSubstr("expected r in [0, 4]"));
}

TEST_F(LyapunovTest, KaplanYorkeByHand) {
  const auto of = [](std::vector<double> x) { return kaplan_yorke_dimension(at::tensor(x, at::kDouble)); };
  EXPECT_NEAR(of({0.9056, 0, -14.5723}), 2 + 0.9056 / 14.5723, 1e-12);
  EXPECT_EQ(of({-1, -2}), 0);
  EXPECT_EQ(of({1, -0.5}), 2);
  EXPECT_NEAR(of({0.5, -1}), 1.5, 1e-12);
  EXPECT_THAT(mistake([&] { of({-1, 1}); }), HasSubstr("exponents that fall"));
}

TEST_F(LyapunovTest, SaysWhatCannotBe) {
  EXPECT_THAT(mistake([&] { lyapunov_spectrum(Lorenz(), start_, {.steps = 100, .every = 10}); }),
              HasSubstr("motions: expected at least 20, got 10"));
  EXPECT_THAT(mistake([&] { lyapunov_spectrum(Lorenz(), start_, {.step = 0.5}); }),
              HasSubstr("is no longer finite"));
  EXPECT_THAT(mistake([&] { lyapunov_spectrum(Lorenz(), start_.narrow(0, 0, 2)); }),
              HasSubstr("expected a start (3)"));
}

}  // namespace
}  // namespace spinlab::physics
