#include "models/estimators/nearest_neighbours.h"

#include <ATen/ATen.h>

#include "datasets/dataset.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class NearestNeighboursTest : public SpinlabTest {
 protected:
  /// All distances, then the first k of a stable sort: equal ones in the order of rows.
  static at::Tensor brute_force(const at::Tensor& X, const at::Tensor& queries, int64_t k) {
    const auto distances = (queries.unsqueeze(1) - X).square().sum(2);
    return std::get<1>(distances.sort(/*stable=*/std::optional(true), 1)).narrow(1, 0, k);
  }
};

TEST_F(NearestNeighboursTest, AreThoseOfBruteForce) {
  for (const int64_t d : {1, 3, 40}) {
    // More rows and queries than a block has.
    const auto X = at::randn({4500, d}, at::kDouble), queries = at::randn({300, d}, at::kDouble);
    NearestNeighbours model(1);
    model.fit(X, at::zeros({4500}, at::kLong));
    for (const int64_t k : {1, 7, 300}) {
      const auto found = model.neighbours(queries, k);
      EXPECT_TRUE(at::equal(found.rows, brute_force(X, queries, k))) << d << ' ' << k;
      EXPECT_CLOSE(found.squared_distances[17][k - 1],
                   (queries[17] - X[found.rows[17][k - 1].item<int64_t>()]).square().sum(), rtol(1e-13));
    }
  }
}

// Columns that a few axes nearly hold, and columns that no axes hold.
TEST_F(NearestNeighboursTest, AreThoseOfBruteForceWhateverTheSpectrum) {
  const int64_t d = 100;
  for (const double decay : {0.8, 1.0}) {
    const auto mixed =
        at::randn({d, d}, at::kDouble) * at::pow(decay, at::arange(d, at::kDouble)).unsqueeze(1);
    const auto X = at::randn({5000, d}, at::kDouble).mm(mixed) + 3,
               queries = at::randn({300, d}, at::kDouble).mm(mixed) + 3;
    NearestNeighbours model(1);
    model.fit(X, at::zeros({5000}, at::kLong));
    EXPECT_TRUE(at::equal(model.neighbours(queries, 7).rows, brute_force(X, queries, 7))) << decay;
  }
}

TEST_F(NearestNeighboursTest, BoundsAreBelowTheDistancesInFewColumns) {
  const int64_t d = 100;
  const auto mixed = at::randn({d, d}, at::kDouble) * at::pow(0.8, at::arange(d, at::kDouble)).unsqueeze(1);
  const auto X = at::randn({2000, d}, at::kDouble).mm(mixed),
             queries = 2 * at::randn({50, d}, at::kDouble).mm(mixed);
  const DistanceBounds bounds(X, 1);
  EXPECT_LT(bounds.columns().size(1), d / 2);
  const auto asked = bounds.queries(queries);
  const auto below =
      asked.columns.mm(bounds.columns().t()).to(at::kDouble) + asked.squared_norms.unsqueeze(1);
  const auto rows = X.index_select(0, bounds.order());
  const auto exact = (queries.unsqueeze(1) - rows).square().sum(2) / (bounds.scale() * bounds.scale());
  EXPECT_TRUE((below <= exact + asked.slack.unsqueeze(1)).all().item<bool>());
  // They would be of no use if they were far below, or their slack were large.
  EXPECT_GT((below / exact).min().item<double>(), 0.5);
  EXPECT_LT((asked.slack.unsqueeze(1) / exact).max().item<double>(), 0.01);
}

// What float32 cannot tell apart: rows far from the origin, of any size, that differ in the tenth digit.
TEST_F(NearestNeighboursTest, AreExactWhereFloat32IsNot) {
  const auto X = at::randn({3000, 5}, at::kDouble) * 1e-9 + 1,
             queries = at::randn({50, 5}, at::kDouble) * 1e-9 + 1;
  for (const double scale : {1.0, 1e200, 1e-150}) {
    NearestNeighbours model(1);
    model.fit(X * scale, at::zeros({3000}, at::kLong));
    EXPECT_TRUE(at::equal(model.neighbours(queries * scale, 4).rows,
                          brute_force(X * scale / scale, queries * scale / scale, 4)))
        << scale;
  }
}

// Where float64 itself tells few rows apart, or none, and where float32 has no number.
TEST_F(NearestNeighboursTest, QueriesMayBeFarFromAllRows) {
  for (const int64_t d : {1, 100}) {
    const auto X = at::randn({2000, d}, at::kDouble);
    NearestNeighbours model(1);
    model.fit(X, at::zeros({2000}, at::kLong));
    for (const double away : {1e40, 1e100}) {
      const auto queries = at::full({3, d}, away, at::kDouble);
      EXPECT_TRUE(at::equal(model.neighbours(queries, 4).rows, brute_force(X, queries, 4)))
          << d << ' ' << away;
    }
    if (d > 1) continue;  // more squares may be added up in another order
    for (const double away : {1e6, 1e11, 1e13, 1e15}) {
      const auto queries = at::tensor({away, -away}, at::kDouble).unsqueeze(1);
      EXPECT_TRUE(at::equal(model.neighbours(queries, 4).rows, brute_force(X, queries, 4))) << away;
    }
  }
}

TEST_F(NearestNeighboursTest, OfEqualRowsTheFirstComesFirst) {
  const auto X = at::tensor({2.0, 0.0, 2.0, 0.0, 1.0}, at::kDouble).unsqueeze(1);
  NearestNeighbours model(1);
  model.fit(X, at::zeros({5}, at::kLong));
  const auto found = model.neighbours(at::ones({1, 1}, at::kDouble), 5);
  EXPECT_TRUE(at::equal(found.rows[0], at::tensor({4, 0, 1, 2, 3}, at::kLong)));
}

TEST_F(NearestNeighboursTest, VotesAndMeans) {
  const auto X = at::tensor({0.0, 1.0, 2.0, 3.0, 10.0}, at::kDouble).unsqueeze(1);
  const auto query = at::tensor({1.4, 9.0}, at::kDouble).unsqueeze(1);
  NearestNeighbours three(3), four(4);
  three.fit(X, at::tensor({2, 1, 2, 0, 1}, at::kLong));
  EXPECT_TRUE(
      at::equal(three.predict(query), at::tensor({2, 0}, at::kLong)));  // 1, 2, 2 and 1, 0, 2: the lowest
  four.fit(X, at::tensor({2, 1, 2, 1, 1}, at::kLong));
  EXPECT_EQ(four.predict(query)[0].item<int64_t>(), 1);  // two each
  three.fit(X, at::tensor({1.0, 0.0, 2.0, 0.0, 6.0, 3.0, 0.0, 0.0, 0.0, 0.0}, at::kDouble).view({5, 2}));
  EXPECT_CLOSE(three.predict(query)[0], at::tensor({3.0, 1.0}, at::kDouble), rtol(1e-15));
  EXPECT_EQ(three.predict(at::empty({0, 1}, at::kDouble)).sizes(), (std::vector<int64_t>{0, 2}));
}

TEST_F(NearestNeighboursTest, GoesThroughItsStateAndRefusesWhatIsNotOne) {
  NearestNeighbours model(2), again(2);
  const auto X = at::randn({20, 3}, at::kDouble), queries = at::randn({9, 3}, at::kDouble);
  model.fit(X, at::arange(20));
  again.load_state(model.state());
  EXPECT_TRUE(at::equal(again.predict(queries), model.predict(queries)));
  EXPECT_THROW(again.load_state({{"rows", X}}), c10::ValueError);
  EXPECT_THROW(again.load_state({{"rows", X}, {"targets", at::arange(19)}}), c10::ValueError);
  EXPECT_THAT(mistake([&] { NearestNeighbours(21).fit(X, at::arange(20)); }),
              HasSubstr("fewer than the 21 neighbours"));
}

class NearestNeighboursDataTest : public RealDataTest {};

// reference-values: 309 errors by the nearest neighbour on MNIST, 295 by three.
TEST_F(NearestNeighboursDataTest, MakesTheKnownErrorsOnMnist) {
  const auto set = datasets::load_dataset({{"name", "mnist"}}, datasets::DataFolders(data("").string()), 0);
  const auto rows = [](const datasets::Split& part) { return part.inputs.flatten(1).to(at::kDouble); };
  const auto test = rows(set.test);
  NearestNeighbours model(1);
  model.fit(rows(set.train), set.train.targets);
  const auto classes = set.train.targets.index({model.neighbours(test, 3).rows});
  const auto errors = [&](const at::Tensor& said) { return said.ne(set.test.targets).sum().item<int64_t>(); };
  EXPECT_EQ(errors(classes.select(1, 0)), 309);
  EXPECT_EQ(errors(at::one_hot(classes, 10).sum(1).argmax(1)), 295);
}

}  // namespace
}  // namespace spinlab::models
