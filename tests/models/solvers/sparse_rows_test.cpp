#include "models/solvers/sparse_rows.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

/// (50, 30), one number in ten, an empty row and an empty column.
at::Tensor sparse_matrix(at::ScalarType type) {
  auto X = at::randn({50, 30}, type) * at::rand({50, 30}).le(0.1);
  X[7].zero_();
  X.select(1, 4).zero_();
  return X;
}

class SparseRowsTest : public SpinlabTest,
                       public testing::WithParamInterface<std::tuple<at::ScalarType, int64_t>> {};

TEST_P(SparseRowsTest, ProductsAreThoseOfTheWholeMatrix) {
  const auto [type, k] = GetParam();
  const auto X = sparse_matrix(type);
  const auto sparse = SparseRows::of(X);
  ASSERT_TRUE(sparse);
  const auto rounding = atol(type == at::kFloat ? 1e-5 : 1e-13);
  const auto W = at::randn({30, k}, type), E = at::randn({20, k}, type);
  auto product = at::randn({20, k}, type), transposed = at::randn({30, k}, type);
  const auto expected = at::addmm(product, X.slice(0, 3, 23), W);
  const auto expected_transposed = at::addmm(transposed, X.slice(0, 3, 23).t(), E);
  sparse->add_product(3, 23, W, product);
  sparse->add_transposed(3, 23, E, transposed);
  EXPECT_CLOSE(product, expected, rounding);
  EXPECT_CLOSE(transposed, expected_transposed, rounding);
}

// Panels of 8, of 16, and both.
INSTANTIATE_TEST_SUITE_P(TypesAndPanels, SparseRowsTest,
                         testing::Combine(testing::Values(at::kFloat, at::kDouble),
                                          testing::Values(8, 16, 40)));

TEST(SparseRows, AnotherTypeHasTheSameNumbers) {
  const auto X = sparse_matrix(at::kDouble);
  const auto W = at::randn({30, 8}, at::kDouble);
  auto product = at::zeros({50, 8}, at::kFloat);
  SparseRows::of(X)->to(at::kFloat).add_product(0, 50, W.to(at::kFloat), product);
  EXPECT_CLOSE(product.to(at::kDouble), X.mm(W), atol(1e-5));
}

TEST(SparseRows, AreThereUpToAQuarter) {
  auto X = at::zeros({4, 4}, at::kDouble);
  EXPECT_TRUE(SparseRows::of(X));
  X[1].fill_(2);
  EXPECT_TRUE(SparseRows::of(X));
  X[0][0] = 1;
  EXPECT_FALSE(SparseRows::of(X));
}

TEST(SparseRows, CompressedRowsAreTheWholeMatrix) {
  // 2 0 3 | 0 0 0 | 0 5 0
  const auto starts = at::tensor({0, 2, 2, 3}, at::kLong), columns = at::tensor({0, 2, 1}, at::kInt);
  const auto values = at::tensor({2., 3., 5.}, at::kDouble);
  const auto rows = SparseRows::from_compressed(starts, columns, values, 3);
  auto product = at::zeros({3, 8}, at::kDouble);
  rows.add_product(0, 3, at::eye(3, 8, at::kDouble), product);
  EXPECT_CLOSE(product.narrow(1, 0, 3).flatten(),
               at::tensor({2., 0., 3., 0., 0., 0., 0., 5., 0.}, at::kDouble), atol(0));
  EXPECT_CLOSE(rows.squares(), at::tensor({13., 0., 25.}, at::kDouble), atol(0));
  EXPECT_EQ(rows.rows(), 3);
  EXPECT_EQ(rows.width(), 3);
}

TEST(SparseRows, SelectedAndScaledRowsAreThoseOfTheWholeMatrix) {
  const auto X = sparse_matrix(at::kDouble);
  const auto factors = at::arange(1, 31, at::kDouble), numbers = at::tensor({7, 49, 0, 7, 12}, at::kLong);
  const auto identity = at::eye(30, 32, at::kDouble);
  auto product = at::zeros({5, 32}, at::kDouble);
  SparseRows::of(X)->scaled(factors).selected(numbers).add_product(0, 5, identity, product);
  EXPECT_CLOSE(product, (X * factors).index_select(0, numbers).mm(identity), atol(0));
}

TEST(SparseRows, WhatAreNoCompressedRowsIsOneClearLine) {
  const auto starts = at::tensor({0, 2, 2, 3}, at::kLong), columns = at::tensor({0, 2, 1}, at::kInt);
  const auto values = at::tensor({2., 3., 5.}, at::kDouble);
  const auto said = [&](const at::Tensor& s, const at::Tensor& c, const at::Tensor& v, int64_t width) {
    return mistake([&] { SparseRows::from_compressed(s, c, v, width); });
  };
  using testing::HasSubstr;
  EXPECT_THAT(said(at::tensor({0, 2, 1, 3}, at::kLong), columns, values, 3), HasSubstr("starts must rise"));
  EXPECT_THAT(said(at::tensor({0, 2, 2, 4}, at::kLong), columns, values, 3), HasSubstr("starts must rise"));
  EXPECT_THAT(said(at::tensor({1, 2, 2, 3}, at::kLong), columns, values, 3), HasSubstr("starts must rise"));
  EXPECT_THAT(said(starts, columns, values, 2), HasSubstr("a column is not in [0, 2)"));
  EXPECT_THAT(said(starts, columns - 1, values, 3), HasSubstr("a column is not in"));
  EXPECT_THAT(said(starts, at::tensor({2, 0, 1}, at::kInt), values, 3), HasSubstr("must rise"));
  EXPECT_THAT(said(starts, at::tensor({1, 1, 1}, at::kInt), values, 3), HasSubstr("must rise"));
  EXPECT_THAT(said(starts, columns, values / 0, 3), HasSubstr("not finite"));
  EXPECT_THAT(said(starts, columns.slice(0, 1), values, 3), HasSubstr("each column needs its value"));
  EXPECT_THAT(said(starts.to(at::kInt), columns, values, 3), HasSubstr("int64"));
}

}  // namespace
}  // namespace spinlab::models
