#include "models/estimators/ngram.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

at::Tensor codes(std::vector<int64_t> values) { return at::tensor(values, at::kLong); }

class NGramTest : public SpinlabTest {
 protected:
  const at::Tensor text_ = at::randint(0, 3, {400}, at::kLong).cumsum(0).div(2, "floor").remainder(5);
};

// Of 0 1 0 1 1: once each 1/5 + … by the formula. No context: counts 2 and 3 of 5, two kinds: p(1) = (3 +
// 2/3)/7. Behind 0: twice 1, one kind: p(1 | 0) = (2 + p(1))/3.
TEST_F(NGramTest, ByHand) {
  const NGram model(codes({0, 1, 0, 1, 1}), 3, 2);
  const double one = (3 + 2.0 / 3) / 7;
  EXPECT_CLOSE(model.probabilities(codes({}))[1].item<double>(), one, rtol(1e-14));
  EXPECT_CLOSE(model.probabilities(codes({0}))[1].item<double>(), (2 + one) / 3, rtol(1e-14));
  // Nothing was ever seen behind 2: it tells nothing.
  EXPECT_CLOSE(model.probabilities(codes({2})), model.probabilities(codes({})), rtol(1e-14));
}

TEST_F(NGramTest, IsADistributionBehindEveryContext) {
  const NGram model(text_, 5, 4);
  for (const auto& context : {codes({}), codes({1}), codes({4, 0}), codes({2, 2, 2}), codes({0, 1, 2, 3, 4})})
    EXPECT_CLOSE(model.probabilities(context).sum().item<double>(), 1.0, atol(1e-14));
}

TEST_F(NGramTest, LooksAtTheLastTokensAlone) {
  const NGram model(text_, 5, 3);
  EXPECT_CLOSE(model.probabilities(codes({0, 3, 1, 2})), model.probabilities(codes({1, 2})), atol(0));
}

// Row by row, each token by those before it in its row, the first of a row by the row's first input.
TEST_F(NGramTest, TheLikelihoodIsThatOfItsProbabilities) {
  const NGram model(text_, 5, 3);
  const auto inputs = text_.narrow(0, 0, 12).view({2, 6}), targets = text_.narrow(0, 1, 12).view({2, 6});
  double expected = 0;
  for (int64_t row = 0; row < 2; ++row)
    for (int64_t t = 0; t < 6; ++t)
      expected +=
          std::log(model.probabilities(inputs[row].narrow(0, 0, t + 1))[targets[row][t].item<int64_t>()]
                       .item<double>());
  EXPECT_CLOSE(model.log_likelihood(inputs, targets), expected, rtol(1e-13));
}

// A bigram of a long text is its empirical conditional distribution: H(b | a) of the counts, up to smoothing.
TEST_F(NGramTest, OfALongTextComesNearItsConditionalEntropy) {
  const auto text = text_.repeat({200});
  const NGram model(text, 5, 2);
  const auto inputs = text.narrow(0, 0, text.size(0) - 1).unsqueeze(0),
             targets = text.narrow(0, 1, text.size(0) - 1).unsqueeze(0);
  const auto pairs = (inputs * 5 + targets).flatten().bincount({}, 25).view({5, 5}).to(at::kDouble);
  const auto conditional = pairs / pairs.sum(1, true);
  const auto entropy = -(pairs * conditional.log().nan_to_num(0, 0, 0)).sum().item<double>();
  EXPECT_CLOSE(-model.log_likelihood(inputs, targets), entropy, rtol(1e-3));
}

TEST_F(NGramTest, RefusesWhatCannotBe) {
  EXPECT_THAT(mistake([&] { NGram(text_, 5, 0); }), HasSubstr("at least one token, got 0"));
  EXPECT_THAT(mistake([&] { NGram(text_, 4, 2); }), HasSubstr("is 4; there are 4"));
}

}  // namespace
}  // namespace spinlab::models
