#include <ATen/ATen.h>

#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/optimizers/fisher_model.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

class KFACTest : public SpinlabTest {
 protected:
  static std::unique_ptr<Optimizer> make(const std::vector<NamedParameter>& parameters,
                                         const Json& changes = Json::object(),
                                         const std::string& name = "kfac") {
    Json options = {{"name", name}};
    options.update(changes);
    return make_optimizer(options, parameters, "recipe");
  }

  at::Tensor random(std::vector<int64_t> sizes) { return at::randn(sizes, generator_, at::kDouble); }

  at::Generator generator_ = make_generator(kSeed, "kfac");
};

TEST_F(KFACTest, IsTheNaturalGradientWhereItsFactorsAreExact) {
  // One linear map and squares: G is the same for every example, so that F = A ⊗ G.
  const auto one = fisher_model({}, random({40, 4}), random({40, 3}), kSeed),
             other = fisher_model({}, one.inputs, one.targets, kSeed);
  const Json exact = {{"damping", 1e-13}, {"momentum", 0.6}, {"kl_clip", 0.0}};
  auto kfac_options = exact;
  kfac_options["fisher"] = "exact";
  const auto kfac = make(one.parameters(), kfac_options),
             natural = make(other.parameters(), exact, "natural_gradient");
  for (int i = 0; i < 4; ++i) {
    one.step(*kfac, 0.3);
    other.step(*natural, 0.3);
    for (size_t k = 0; k < 2; ++k) {
      EXPECT_CLOSE(one.parameters()[k].tensor, other.parameters()[k].tensor, atol(1e-5)) << "step " << i;
    }
  }
}

TEST_F(KFACTest, NeedsFarFewerStepsThanSgdWhereScalesDiffer) {
  // Inputs whose scales span two decades, of which the targets depend on all.
  const auto scales = at::logspace(0, -2, 6, 10, at::kDouble);
  const auto whitened = random({128, 6});
  const auto X = whitened * scales, y = (whitened.mm(random({6, 2})) / 2).tanh();
  const auto loss_after = [&](int steps, double rate, const std::string& name, const Json& options) {
    const auto model = fisher_model({16}, X, y, kSeed);
    const auto optimizer = make(model.parameters(), options, name);
    for (int i = 0; i < steps; ++i) model.step(*optimizer, rate);
    return model.loss().item<double>();
  };
  const auto kfac = loss_after(
      40, 0.1, "kfac",
      {{"damping", 1e-7}, {"fisher", "exact"}, {"kl_clip", 0.0}, {"momentum", 0.0}, {"inverse_every", 1}});
  for (const double rate : {0.03, 0.1, 0.2, 0.4}) {
    const auto sgd = loss_after(400, rate, "sgd", {{"momentum", 0.9}});
    EXPECT_FALSE(sgd < 5 * kfac) << "rate " << rate << ": " << sgd
                                 << " after 400 steps, K-FAC after 40: " << kfac;
  }
}

TEST_F(KFACTest, TheClipBoundsAStep) {
  const auto one = fisher_model({8}, random({64, 4}), random({64, 1}) * 100, kSeed);
  const auto before = one.forward(one.inputs).detach().clone();
  one.step(*make(one.parameters(), {{"kl_clip", 1e-4}, {"fisher", "exact"}}), 1);
  // For squares the change of the distribution is the mean square of the outputs' change; K-FAC's own
  // estimate of it leaves out what layers do together, here a factor of 2 at most.
  const auto change = (one.forward(one.inputs) - before).square().mean().item<double>();
  EXPECT_LT(change, 4e-4);
  EXPECT_GT(change, 1e-6);
}

TEST_F(KFACTest, LearnsFromSampledLabels) {
  const auto model = fisher_model({16}, random({90, 4}), at::arange(90).remainder(3), kSeed);
  const auto start = model.loss().item<double>();
  const auto optimizer = make(model.parameters());
  for (int i = 0; i < 200; ++i) model.step(*optimizer, 0.1);
  EXPECT_LT(model.loss().item<double>(), start / 2);
}

TEST_F(KFACTest, HonoursGroups) {
  const auto model = fisher_model({5}, random({30, 4}), random({30, 2}), kSeed);
  const auto before = model.parameters();
  std::vector<at::Tensor> start;
  for (const auto& [name, p] : before) start.push_back(p.detach().clone());
  const auto optimizer =
      make(model.parameters(),
           {{"groups",
             {{{"match", "layer0.*"}, {"lr_scale", 0}}, {{"match", "layer1.bias"}, {"lr_scale", 1e-9}}}}});
  model.step(*optimizer, 0.1);
  EXPECT_CLOSE(before[0].tensor, start[0], atol(0));
  EXPECT_CLOSE(before[1].tensor, start[1], atol(0));
  EXPECT_GT((before[2].tensor - start[2]).abs().max().item<double>(), 1e-6);
  EXPECT_CLOSE(before[3].tensor, start[3], atol(1e-8));
}

TEST_F(KFACTest, RefusesWhatIsNoLinearLayer) {
  const auto matrix = at::ones({3, 3}).requires_grad_(), vector = at::ones({3}).requires_grad_(),
             filters = at::ones({3, 3, 2, 2}).requires_grad_();
  EXPECT_THAT(mistake([&] { make({{"conv.weight", filters}}); }),
              HasSubstr("conv.weight [3, 3, 2, 2] is no part of one"));
  EXPECT_THAT(mistake([&] { make({{"norm.scale", vector}}); }), HasSubstr("norm.scale"));
  EXPECT_THAT(mistake([&] { make({{"a.weight", matrix}, {"b.bias", vector}}); }),
              HasSubstr("without b.weight"));
  EXPECT_THAT(mistake([&] { make({{"a.weight", matrix}}, {{"fisher", "sample"}}); }),
              HasSubstr("did you mean \"sampled\"?"));
  EXPECT_THAT(mistake([&] { make({{"a.weight", matrix}}, {{"damping", 0}}); }), HasSubstr("damping"));
  // It has the form of a layer's weight, but is none.
  auto model = fisher_model({}, random({4, 3}), random({4, 3}), kSeed);
  const auto linear = model.forward;
  const auto map = model.module->register_module("scale", std::make_shared<torch::nn::Module>())
                       ->register_parameter("weight", at::ones({3, 3}, at::kDouble));
  model.forward = [=](const at::Tensor& x) { return linear(x) * map.diagonal(); };
  const auto optimizer = make(model.parameters());
  EXPECT_THAT(mistake([&] { model.step(*optimizer, 1); }),
              HasSubstr("scale is not a layer that is used once"));
}

}  // namespace
}  // namespace spinlab::training
