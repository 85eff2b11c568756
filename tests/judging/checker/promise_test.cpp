#include "src/judging/checker/promise.h"

#include "src/judging/channel/pack.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;
using torch::Tensor;

Tensor zeros(at::IntArrayRef shape, at::ScalarType type = at::kDouble) { return torch::zeros(shape, type); }

/// What is wrong with `result` of a function with this contract, called with `arguments`.
template <typename Result, typename... Arguments>
std::string broken(const std::string& contract, const Result& result, const Arguments&... arguments) {
  const ShapeContract promised(contract);
  return Promise(promised, pack(arguments...).head).broken_by(pack(result).head);
}

TEST(Promise, ANameIsTheSameNumberEverywhere) {
  const std::string ridge = "(n, d), (n), _ -> (d + 1)";
  EXPECT_EQ(broken(ridge, zeros({4}), zeros({9, 3}), zeros({9}), 0.5), "");
  EXPECT_EQ(broken(ridge, zeros({4, 1}), zeros({9, 3}), zeros({9}), 0.5),
            "shape (4, 1), where (d + 1) is promised with d = 3, n = 9");
  EXPECT_THAT(broken(ridge, zeros({300000, 6, 1}), zeros({9, 3}), zeros({9}), 0.5), HasSubstr("shape (300000, 6, 1)"));
  EXPECT_THAT(broken(ridge, zeros({}), zeros({9, 3}), zeros({9}), 0.5), HasSubstr("shape ()"));
  EXPECT_THAT(broken(ridge, Tensor(), zeros({9, 3}), zeros({9}), 0.5), HasSubstr("an undefined tensor"));
}

TEST(Promise, IntegersAndStructsGiveNumbersToNames) {
  struct Options {
    std::int64_t points, batch;
    double step;
  };
  const std::string path = "(d), {points, batch, _}, epochs -> (k <= 2 * points * epochs - 1, d)";
  const auto made = [&](std::int64_t rows) {
    return broken(path, zeros({rows, 2}), zeros({2}), Options{5, 2, 0.1}, std::int64_t{3});
  };
  EXPECT_EQ(made(29), "");
  EXPECT_EQ(made(1), "");
  EXPECT_THAT(made(30), HasSubstr("(k <= 2 * points * epochs - 1, d) is promised with batch = 2, d = 2, epochs = 3"));
}

TEST(Promise, ListsStructsAndOptionals) {
  struct Layer {
    Tensor weight, bias;
  };
  const std::vector<Layer> two{{zeros({5, 3}), zeros({5})}, {zeros({2, 5}), zeros({2})}};
  const std::string forward = "[{(_, _), (_)}; layers], (n, _) -> [(n, _); layers]";
  using List = std::vector<Tensor>;
  EXPECT_EQ(broken(forward, List{zeros({7, 5}), zeros({7, 2})}, two, zeros({7, 3})), "");
  EXPECT_THAT(broken(forward, List{zeros({7, 5})}, two, zeros({7, 3})), HasSubstr("a list of 1, where"));
  EXPECT_THAT(broken(forward, List{zeros({7, 5}), zeros({2, 7})}, two, zeros({7, 3})), HasSubstr("shape (2, 7)"));
  EXPECT_EQ(broken("(n) -> [(n)]", std::optional<Tensor>(), zeros({3})), "");
  EXPECT_THAT(broken("(n) -> [(n)]", std::optional<Tensor>(zeros({4})), zeros({3})), HasSubstr("shape (4)"));
}

TEST(Promise, FurtherSizes) {
  EXPECT_EQ(broken("(...) -> (...)", zeros({2, 3, 4}), zeros({2, 3, 4})), "");
  EXPECT_THAT(broken("(...) -> (...)", zeros({24}), zeros({2, 3, 4})), HasSubstr("shape (24)"));
  EXPECT_EQ(broken("(n, *) -> (n, *)", zeros({2, 7}), zeros({2, 3, 4})), "");
  EXPECT_THAT(broken("(n, *) -> (n, *)", zeros({3, 7}), zeros({2, 3, 4})), HasSubstr("(n, *) is promised"));
}

TEST(Promise, ATypeThatIsNotWrittenIsThatOfTheArguments) {
  const auto labels = zeros({4}, at::kLong);
  EXPECT_EQ(broken("(n, k), (n):int64 -> (n)", zeros({4}, at::kFloat), zeros({4, 3}, at::kFloat), labels), "");
  EXPECT_THAT(broken("(n, k), (n):int64 -> (n)", zeros({4}), zeros({4, 3}, at::kFloat), labels),
              HasSubstr("type float64 instead of float32"));
  EXPECT_EQ(broken("(n) -> (n)", labels, labels), "");
  EXPECT_THAT(broken("n -> (n)", zeros({4}, at::kFloat), std::int64_t{4}), HasSubstr("type float32 instead of float64"));
  EXPECT_EQ(broken("(n) -> (n):any", zeros({4}, at::kFloat), zeros({4})), "");
  EXPECT_THAT(broken("(n) -> (n):int64", zeros({4}), zeros({4})), HasSubstr("instead of int64"));
}

/// A check that wants to see wrong arguments refused is no place to hold the result against them.
TEST(Promise, NothingIsPromisedForArgumentsThatContradictThemselves) {
  EXPECT_EQ(broken("(n, d), (n) -> (d)", zeros({99}), zeros({4, 2}), zeros({5})), "");
  EXPECT_EQ(broken("(n, d) -> (d)", zeros({99}), zeros({4})), "");
}

TEST(Promise, WhatIsCalledBackIsHeldAgainstItToo) {
  const std::function<Tensor(const Tensor&)> fisher = [](const Tensor& x) { return x.outer(x); };
  const ShapeContract contract("_, <(d) -> (d, d)>, (d) -> (d)");
  const Promise promise(contract, pack(1.5, fisher, zeros({2})).head);
  EXPECT_EQ(promise.refuses(0, pack(zeros({2})).head), "");
  EXPECT_EQ(promise.refuses(0, pack(zeros({24000})).head), "shape (24000), where (d) is promised with d = 2");
  EXPECT_EQ(promise.refuses(7, pack(zeros({24000})).head), "") << "which the channel refuses";
}

TEST(Promise, WhatIsNoMessageIsLeftToTheDecoder) {
  const ShapeContract contract("(n) -> [{(n), _}]");
  const Promise promise(contract, pack(zeros({2})).head);
  for (const auto* hostile : {"7", "[]", "[1, 2]", "[[7]]", "[[[]]]", R"([[[{"shape": 3}, 1]]])",
                              R"([[[{"shape": [2]}, 1]]])", R"([[[{"shape": [2], "dtype": 7}, 1]]])",
                              R"([[[{"shape": ["x"], "dtype": "float64"}, 1]]])",
                              R"([[[{"shape": [18446744073709551615], "dtype": "float64"}, 1]]])"})
    EXPECT_NO_THROW(promise.broken_by(nlohmann::json::parse(hostile))) << hostile;
}

TEST(ShapeContract, WhatIsNoneIsNamed) {
  for (const auto* text : {"", "(n", "(n) (d) -> _", "(n) -> ", "(n) -> (d) x", "(n,) -> _", "<(d)> -> _", "(n + ) -> _",
                           "(2 <= n) -> _", "(99999999999) -> _", "[(n); -> _"})
    EXPECT_THAT(mistake([&] { ShapeContract{text}; }), HasSubstr("is no contract: expected")) << text;
  EXPECT_EQ(ShapeContract("-> (3)").arguments().size(), 0u);
}

TEST(ShapeContract, HasAsManyArgumentsAsTheFunction) {
  const ShapeContract contract("(n) -> (n)");
  EXPECT_THAT(mistake([&] { Promise(contract, pack(zeros({2}), 1.0).head); }),
              HasSubstr("a contract of 1 arguments for a function of 2"));
}

}  // namespace
}  // namespace spinlab::judging
