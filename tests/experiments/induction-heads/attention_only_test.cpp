#include "experiments/induction-heads/attention_only.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class AttentionOnlyTest : public SpinlabTest {};

TEST_F(AttentionOnlyTest, CopyingScoresByHand) {
  EXPECT_CLOSE(copying_score(at::eye(4) - 0.25), 1.0, atol(1e-6));
  EXPECT_CLOSE(copying_score(0.25 - at::eye(4)), -1.0, atol(1e-6));
  // A turn by a right angle: eigenvalues ±i.
  EXPECT_CLOSE(copying_score(at::tensor({0., -1., 1., 0.}, at::kDouble).view({2, 2})), 0.0, atol(1e-12));
}

// Symbols 0 1 0 1 1. Behind an earlier 0 lies place 1; behind earlier 1s places 2 and, for the last, 4.
TEST_F(AttentionOnlyTest, ScoresByHand) {
  const auto symbols = at::tensor({0, 1, 0, 1, 1}, at::kLong).unsqueeze(0);
  const auto weights = at::tensor({1., 0., 0., 0., 0.,   //
                                   .5, .5, 0., 0., 0.,   //
                                   .1, .7, .2, 0., 0.,   //
                                   .1, .1, .6, .2, 0.,   //
                                   .1, .1, .3, .1, .4},  //
                                  at::kDouble)
                           .view({1, 5, 5});
  EXPECT_CLOSE(previous_place_score(weights), (0.5 + 0.7 + 0.6 + 0.1) / 4, atol(1e-12));
  EXPECT_CLOSE(induction_score(weights, symbols), (0.7 + 0.6 + 0.3 + 0.4) / 3, atol(1e-12));
}

// With the weights held, what a head adds is linear in what it looks at: a network of one layer whose norms
// are taken out of its logits gives the matrix's rows.
TEST_F(AttentionOnlyTest, TheCopyingMatrixIsWhatLookingAtASymbolDoes) {
  const at::NoGradGuard no_graph;
  constexpr int64_t kSymbols = 5, kWidth = 8, kHeads = 2;
  AttentionOnly network(AttentionOnlyOptions(kSymbols, kWidth).layers(1).heads(kHeads));
  network->to(at::kDouble);
  for (auto& parameter : network->parameters()) parameter.copy_(at::randn_like(parameter));
  auto parameters = network->named_parameters();
  // A sequence of one symbol looks at itself alone.
  const auto symbols = at::arange(kSymbols).unsqueeze(1);
  const auto E = parameters["embedding.weight"];
  const auto scale = E.square().mean(1, true).add(1e-5).sqrt();
  const auto normed = E / scale * parameters["norm0.weight"];
  const auto values = normed.matmul(parameters["attention0.key_value.weight"].narrow(0, kWidth, kWidth).t());
  const auto x = E + values.matmul(parameters["attention0.out.weight"].t());
  const auto last = x.square().mean(1, true).add(1e-5).sqrt();
  const auto direct = (E * parameters["last_norm.weight"]).matmul(parameters["out.weight"].t());
  auto added = network->forward(symbols).squeeze(1) * last - direct;
  added = (added - added.mean(1, true)) * scale;
  EXPECT_CLOSE(network->copying_matrix(0, 0) + network->copying_matrix(0, 1), added, atol(1e-10));
}

}  // namespace
}  // namespace spinlab::experiments
