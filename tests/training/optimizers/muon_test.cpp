#include <ATen/ATen.h>

#include "src/core/seed.h"
#include "src/training/optimizers/optimizer.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

class MuonTest : public SpinlabTest {
 protected:
  at::Tensor random(std::vector<int64_t> sizes) { return at::randn(sizes, generator_, at::kDouble); }

  static std::unique_ptr<Optimizer> make(const std::vector<NamedParameter>& parameters,
                                         const Json& changes = Json::object()) {
    Json options = {{"name", "muon"}, {"weight_decay", 0.0}};
    options.update(changes);
    return make_optimizer(options, parameters, "recipe");
  }

  /// What the first step of rate 1 adds to a parameter of the sizes.
  at::Tensor first_move(const at::Tensor& gradient, const std::string& name,
                        const Json& changes = Json::object()) {
    const auto parameter = at::zeros_like(gradient).requires_grad_();
    const auto other = at::zeros({2, 2}, at::kDouble).requires_grad_();
    parameter.mutable_grad() = gradient.clone();
    other.mutable_grad() = at::ones_like(other);
    make({{name, parameter}, {"other", other}}, changes)->step({1});
    return parameter.detach();
  }

  at::Generator generator_ = make_generator(kSeed, "muon");
};

TEST_F(MuonTest, MovesByAnOrthogonalMatrixWhateverTheGradientsScale) {
  const auto gradient = random({6, 4});
  for (const double scale : {1e-3, 1.0, 1e4}) {
    const auto move = first_move(gradient * scale, "w") / std::sqrt(6.0 / 4);
    // The coefficients take singular values from 0.1 on, of a norm of 1, to between 0.68 and 1.13.
    const auto values = at::linalg_svdvals(move);
    EXPECT_GT(values.min().item<double>(), 0.65) << scale;
    EXPECT_LT(values.max().item<double>(), 1.2) << scale;
  }
  // With coefficients of a convergent iteration, x → (15 x - 10 x³ + 3 x⁵) / 8, it is minus the polar factor
  // itself.
  const Json convergent = {{"ns_coefficients", {1.875, -1.25, 0.375}}, {"ns_steps", 40}};
  const auto [u, s, vh] = at::linalg_svd(gradient, /*full_matrices=*/false);
  EXPECT_CLOSE(first_move(gradient, "w", convergent), -u.mm(vh) * std::sqrt(6.0 / 4), atol(1e-9));
  EXPECT_CLOSE(first_move(gradient.t().contiguous(), "w", convergent), -vh.t().mm(u.t()), atol(1e-9));
}

TEST_F(MuonTest, AConvolutionIsTheMatrixOfItsFilters) {
  const auto gradient = random({5, 2, 3, 3});
  const auto as_matrix = first_move(gradient.flatten(1), "w");
  EXPECT_CLOSE(first_move(gradient, "w").flatten(1), as_matrix, atol(0));
  EXPECT_CLOSE(first_move(gradient.contiguous(at::MemoryFormat::ChannelsLast), "w").flatten(1), as_matrix,
               rtol(1e-12));
}

TEST_F(MuonTest, VectorsAndWhatIsNamedGoToAdamW) {
  // AdamW's first step is its rate times the sign.
  Json options = {{"adamw_lr_ratio", 0.25}, {"adamw_eps", 0.0}};
  const auto vector = random({5}), matrix = random({3, 4});
  EXPECT_CLOSE(first_move(vector, "bias", options), -0.25 * vector.sign(), rtol(1e-6));
  options["adamw_match"] = {"embed*"};
  EXPECT_CLOSE(first_move(matrix, "embedding", options), -0.25 * matrix.sign(), rtol(1e-6));
}

TEST_F(MuonTest, GroupsHoldForBothKinds) {
  const auto matrix = at::ones({3, 3}, at::kDouble).requires_grad_(),
             vector = at::ones({3}, at::kDouble).requires_grad_();
  for (const auto& p : {matrix, vector}) p.mutable_grad() = at::zeros_like(p);
  make({{"a.weight", matrix}, {"a.bias", vector}},
       {{"adamw_lr_ratio", 0.5}, {"groups", {{{"match", "a.*"}, {"lr_scale", 0.1}, {"weight_decay", 2.0}}}}})
      ->step({0.3});
  EXPECT_CLOSE(matrix, at::full_like(matrix, 1 - 0.3 * 0.1 * 2), rtol(1e-12));
  EXPECT_CLOSE(vector, at::full_like(vector, 1 - 0.3 * 0.1 * 2 * 0.5), rtol(1e-12));
}

TEST_F(MuonTest, RefusesWhatCannotBe) {
  const auto matrix = at::ones({3, 3}).requires_grad_(), vector = at::ones({3}).requires_grad_();
  const std::vector<NamedParameter> both = {{"w", matrix}, {"b", vector}};
  EXPECT_THAT(mistake([&] { make({{"b", vector}}); }), HasSubstr("no matrix is left to it; choose adamw"));
  EXPECT_THAT(mistake([&] { make(both, {{"adamw_match", {"embed*"}}}); }), HasSubstr("is called \"embed*\""));
  EXPECT_THAT(mistake([&] { make(both, {{"ns_coefficients", {1, 2}}}); }), HasSubstr("three numbers, got 2"));
  EXPECT_THAT(mistake([&] { make(both, {{"adjust_lr", "orignal"}}); }),
              HasSubstr("did you mean \"original\"?"));
  EXPECT_THAT(mistake([&] { make(both, {{"ns_steps", 0}}); }), HasSubstr("ns_steps"));
}

}  // namespace
}  // namespace spinlab::training
