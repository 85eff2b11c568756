#include "src/generation/next_token.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::generation {
namespace {

using testing::HasSubstr;

/// Logits of these probabilities.
at::Tensor logits(std::vector<double> probabilities) {
  return at::tensor(probabilities, at::kDouble).log() + 3;
}

at::Tensor numbers(std::vector<double> values) { return at::tensor(values, at::kDouble); }

class NextTokenTest : public SpinlabTest {
 protected:
  const at::Tensor logits_ = logits({0.1, 0.4, 0.3, 0.2});
};

TEST_F(NextTokenTest, TemperatureDividesLogits) {
  EXPECT_CLOSE(NextToken().probabilities(logits_), numbers({0.1, 0.4, 0.3, 0.2}), atol(1e-15));
  EXPECT_CLOSE(NextToken{.temperature = 0.5}.probabilities(logits_), numbers({1, 16, 9, 4}) / 30,
               atol(1e-15));
  EXPECT_CLOSE(NextToken{.temperature = 0}.probabilities(logits_), numbers({0, 1, 0, 0}), atol(0));
  EXPECT_CLOSE(NextToken{.temperature = 0}.probabilities(numbers({2, 7, 7})), numbers({0, 1, 0}), atol(0));
}

TEST_F(NextTokenTest, TopKKeepsTheMostProbable) {
  EXPECT_CLOSE(NextToken{.top_k = 2}.probabilities(logits_), numbers({0, 4, 3, 0}) / 7, atol(1e-15));
  EXPECT_CLOSE(NextToken{.top_k = 9}.probabilities(logits_), numbers({0.1, 0.4, 0.3, 0.2}), atol(1e-15));
  EXPECT_CLOSE(NextToken{.top_k = 2}.probabilities(numbers({1, 1, 1})), numbers({0.5, 0.5, 0}), atol(1e-15));
}

// 0.4 + 0.3 is 0.7: for that it is two tokens, for more three; never none.
TEST_F(NextTokenTest, TopPKeepsTheSmallestSetThatHasIt) {
  EXPECT_CLOSE(NextToken{.top_p = 0.69}.probabilities(logits_), numbers({0, 4, 3, 0}) / 7, atol(1e-15));
  EXPECT_CLOSE(NextToken{.top_p = 0.71}.probabilities(logits_), numbers({0, 4, 3, 2}) / 9, atol(1e-15));
  EXPECT_CLOSE(NextToken{.top_p = 1e-9}.probabilities(logits_), numbers({0, 1, 0, 0}), atol(0));
  EXPECT_CLOSE((NextToken{.top_k = 2, .top_p = 0.5}.probabilities(logits_)), numbers({0, 1, 0, 0}), atol(0));
}

// Of 40,000 draws each frequency is within 5.5 deviations: false failures of less than 4 · 4e-8.
TEST_F(NextTokenTest, DrawsWithTheseProbabilities) {
  constexpr int64_t kDraws = 40'000;
  const auto generator = make_generator(3, "draws");
  auto counts = at::zeros({4}, at::kDouble);
  for (int64_t i = 0; i < kDraws; ++i) counts[NextToken().draw(logits_, generator)] += 1;
  const auto p = numbers({0.1, 0.4, 0.3, 0.2});
  const auto deviation = (p * (1 - p) / kDraws).sqrt();
  EXPECT_LT(((counts / kDraws - p).abs() / deviation).max().item<double>(), 5.5);
}

TEST_F(NextTokenTest, RefusesWhatCannotBe) {
  const auto said = [](const NextToken& next) { return mistake([&] { next.require_valid(); }); };
  EXPECT_THAT(said({.temperature = -1}), HasSubstr("0 (the most probable token) or more, got -1"));
  EXPECT_THAT(said({.temperature = std::nan("")}), HasSubstr("got nan"));
  EXPECT_THAT(said({.top_k = 0}), HasSubstr("at least 1, got 0"));
  EXPECT_THAT(said({.top_p = 0}), HasSubstr("(0, 1], got 0"));
  EXPECT_THAT(mistake([] { NextToken().probabilities(numbers({1, std::nan("")})); }),
              HasSubstr("not finite"));
}

}  // namespace
}  // namespace spinlab::generation
