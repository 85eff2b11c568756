#include "models/networks/equivariant_cnn.h"

#include <ATen/ATen.h>

#include "models/layers/point_group.h"
#include "models/registry.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

EquivariantCnnOptions small(const std::string& group) {
  return EquivariantCnnOptions(3, 4).widths({3, 4}).layers({1, 2}).group(group);
}

/// In evaluation, after a batch that gave its norms their statistics.
EquivariantCnn trained(const EquivariantCnnOptions& options) {
  EquivariantCnn model(options);
  model->to(at::kDouble);
  model(at::randn({8, 3, 8, 8}, at::kDouble));
  model->eval();
  return model;
}

class EquivariantCnnTest : public SpinlabTest {
 protected:
  at::Tensor images_ = at::randn({5, 3, 8, 8}, at::kDouble);
};

TEST_F(EquivariantCnnTest, SaysTheSameOfAnImageInAllPositions) {
  for (const auto* name : {"p4", "p4m"}) {
    for (const auto* padding : {"zeros", "circular"}) {
      auto model = trained(small(name).padding(padding));
      const auto logits = model(images_);
      EXPECT_GT(logits.std().item<double>(), 0.01);
      for (int64_t g = 0; g < PointGroup(name).order(); ++g)
        EXPECT_CLOSE(model(PointGroup::transform(images_, g)), logits, atol(1e-12));
    }
  }
}

TEST_F(EquivariantCnnTest, AMirrorSwapsTheLogitsOfClassesThatAreMirrorImages) {
  auto model = trained(small("p4m").mirrored({0, 2, 1, 3}));
  const auto logits = model(images_);
  EXPECT_GT((logits.select(1, 1) - logits.select(1, 2)).abs().min().item<double>(), 1e-4);
  const auto swapped = logits.index_select(1, at::tensor({0, 2, 1, 3}));
  for (int64_t g = 0; g < 8; ++g)
    EXPECT_CLOSE(model(PointGroup::transform(images_, g)), g < 4 ? logits : swapped, atol(1e-12));
}

TEST_F(EquivariantCnnTest, P4TellsMirrorImagesApart) {
  auto model = trained(small("p4"));
  EXPECT_GT((model(images_.flip({3})) - model(images_)).abs().max().item<double>(), 1e-3);
}

/// On the torus a shift by whole blocks of averaged pixels changes nothing either.
TEST_F(EquivariantCnnTest, CircularPaddingKnowsNoPlace) {
  auto model = trained(small("p4m").padding("circular"));
  EXPECT_CLOSE(model(images_.roll({2, -4}, {2, 3})), model(images_), atol(1e-12));
}

TEST_F(EquivariantCnnTest, ChannelsLastChangesNothing) {
  auto model = trained(small("p4m"));
  EXPECT_CLOSE(model(images_.contiguous(at::MemoryFormat::ChannelsLast)), model(images_), atol(1e-12));
}

TEST_F(EquivariantCnnTest, SaysWhatCannotBe) {
  const auto said = [](const Json& changes, const Problem& problem) {
    Json all = {{"name", "equivariant_cnn"}};
    all.update(changes);
    return mistake([&] { make_network(all, problem, "recipe"); });
  };
  const Problem images{.input = {3, 32, 32}, .outputs = 4};
  EXPECT_THAT(said({{"widths", {4, 4}}}, images), HasSubstr("must name the same stages, got 2 and 3"));
  EXPECT_THAT(said(Json::object(), {.input = {3, 30, 32}, .outputs = 4}),
              HasSubstr("30 x 32 pixels do not allow"));
  EXPECT_THAT(said({{"group", "p6m"}}, images), HasSubstr("\"p4\" or \"p4m\""));
  EXPECT_THAT(said(Json::object(), {.input = {7}, .outputs = 3}),
              HasSubstr("takes images, got inputs of [7]"));
  EXPECT_THAT(mistake([] { EquivariantCnn model(small("p4m").mirrored({1, 2, 0, 3})); }),
              HasSubstr("whose mirror image is another"));
}

}  // namespace
}  // namespace spinlab::models
