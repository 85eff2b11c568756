#include "src/core/numbers_of.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

namespace spinlab {
namespace {

TEST(NumbersOf, AreReadRowByRowWhateverLiesInMemory) {
  const auto matrix = at::arange(6, at::kLong).view({3, 2}).t();
  EXPECT_THAT(numbers_of(matrix), testing::ElementsAre(0, 2, 4, 1, 3, 5));
  EXPECT_THAT(numbers_of(matrix[1].to(at::kFloat)), testing::ElementsAre(1, 3, 5));
  EXPECT_THAT(numbers_of(at::empty({0, 2})), testing::IsEmpty());
}

}  // namespace
}  // namespace spinlab
