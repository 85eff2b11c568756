#include "models/layers/group_convolution.h"

#include <ATen/ATen.h>

#include "models/layers/point_group.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class GroupConvolutionTest : public SpinlabTest, public testing::WithParamInterface<const char*> {
 protected:
  const PointGroup group_{GetParam()};
};

TEST_P(GroupConvolutionTest, TransformsMultiplyAsTheirNumbersDo) {
  const auto x = at::randn({2, 4, 4}, at::kDouble);
  for (int64_t g = 0; g < group_.order(); ++g) {
    EXPECT_EQ(group_.product(g, group_.inverse(g)), 0);
    for (int64_t h = 0; h < group_.order(); ++h) {
      const auto both = PointGroup::transform(PointGroup::transform(x, h), g);
      EXPECT_TRUE(both.equal(PointGroup::transform(x, group_.product(g, h)))) << g << " after " << h;
    }
  }
}

/// y_g(T_h x) = T_h y_(h⁻¹g)(x), for an image and for maps.
TEST_P(GroupConvolutionTest, TurnsWithItsInput) {
  const auto order = group_.order();
  for (const bool lifting : {true, false}) {
    for (const auto* padding : {"zeros", "circular"}) {
      GroupConvolution layer(
          GroupConvolutionOptions(2, 3).group(GetParam()).lifting(lifting).kernel(5).padding(padding));
      layer->to(at::kDouble);
      const auto inner = lifting ? 1 : order;
      const auto x = at::randn({2, 2, inner, 6, 6}, at::kDouble);
      const auto maps = [&](const at::Tensor& in) {
        return layer(in.reshape({2, 2 * inner, 6, 6})).view({2, 3, order, 6, 6}).detach();
      };
      const auto y = maps(x);
      for (int64_t h = 0; h < order; ++h) {
        std::vector<int64_t> inside, outside;
        for (int64_t u = 0; u < order; ++u) {
          outside.push_back(group_.product(group_.inverse(h), u));
          if (u < inner) inside.push_back(lifting ? 0 : outside.back());
        }
        const auto turned = PointGroup::transform(x.index_select(2, at::tensor(inside)), h);
        const auto expected = PointGroup::transform(y.index_select(2, at::tensor(outside)), h);
        EXPECT_CLOSE(maps(turned), expected, atol(1e-12));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Groups, GroupConvolutionTest, testing::Values("p4", "p4m"));

class GroupConvolutionOptionsTest : public SpinlabTest {};

TEST_F(GroupConvolutionOptionsTest, ThatCannotBeAreSaid) {
  const auto said = [](GroupConvolutionOptions options) {
    return mistake([&] { GroupConvolution layer(options); });
  };
  EXPECT_THAT(said(GroupConvolutionOptions(1, 1).group("p6")), HasSubstr("\"p4\" or \"p4m\", got \"p6\""));
  EXPECT_THAT(said(GroupConvolutionOptions(1, 1).kernel(2)), HasSubstr("are odd, got 2 x 2"));
  EXPECT_THAT(said(GroupConvolutionOptions(1, 1).padding("same")), HasSubstr("\"zeros\" or \"circular\""));
  GroupConvolution layer(GroupConvolutionOptions(1, 1).lifting(true));
  EXPECT_THAT(mistake([&] { layer(at::randn({1, 2, 4, 4})); }), HasSubstr("images of 1 channels"));
}

}  // namespace
}  // namespace spinlab::models
