#include <ATen/ATen.h>

#include "tests/judging/module_fixture/calls.h"

namespace spinlab {
namespace {

using module_fixture::Tensor;

Tensor number(double value) { return at::full({1}, value, at::kDouble); }
Tensor column(std::vector<double> values) { return at::tensor(values, at::kDouble).unsqueeze(1); }

TEST(Descend, ReachesTheMinimum) {
  for (const double minimum : {3.0, -1.0}) {
    const auto gradient = [=](const Tensor& x) { return 2 * (x - minimum); };
    EXPECT_CLOSE(descend(gradient, number(0), 0.25, 60), number(minimum), rtol(1e-9));
  }
}

TEST(Descend, CallsTheGradientOnceAStep) {
  int calls = 0;
  const auto count = [&](const Tensor& x) { return ++calls, x; };
  descend(count, number(1), 0.1, 17);
  EXPECT_EQ(calls, 17);
}

TEST(Descend, PassesOnWhatTheGradientThrows) {
  const auto picky = [](const Tensor& x) {
    TORCH_CHECK(x.item<double>() > 0, "only for positive numbers");
    return x;
  };
  try {
    descend(picky, number(-1), 0.1, 1);
    FAIL() << "no exception";
  } catch (const StudentError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("only for positive numbers"));
  }
}

TEST(Line, IsALine) {
  EXPECT_CLOSE(make_line(2, -1).forward(column({0, 1, 5})), column({-1, 1, 9}), rtol(1e-12));
}

TEST(Line, HasItsParametersAndBuffers) {
  const auto line = make_line(2, -1);
  const auto parameters = line.named_parameters();
  ASSERT_EQ(parameters.size(), 2);
  EXPECT_EQ(parameters[0].first, "slope");
  EXPECT_CLOSE(parameters[1].second, number(-1), rtol(1e-12));
  line.forward(column({1}));
  line.eval();
  line.forward(column({1}));
  EXPECT_EQ(line.named_buffers().at(0).second.item<int64_t>(), 1);
}

TEST(Line, TakesWhatIsLoaded) {
  const auto line = make_line(0, 0);
  line.load({{"slope", number(4)}});
  EXPECT_CLOSE(line.forward(column({2})), column({8}), rtol(1e-12));
  EXPECT_THROW(line.load({{"slop", number(4)}}), StudentError);
  EXPECT_THROW(line.load({{"slope", column({1, 2})}}), StudentError);
}

TEST(Line, IsDifferentiated) {
  const auto product = make_line(2, -1).vjp(column({1, 3}), column({1, 10}));
  EXPECT_CLOSE(product.input, column({2, 20}), rtol(1e-12));
  ASSERT_EQ(product.parameters.size(), 2);
  EXPECT_CLOSE(product.parameters[0], number(31), rtol(1e-12));
  EXPECT_CLOSE(product.parameters[1], number(11), rtol(1e-12));
  const auto whole =
      make_line(2, -1).vjp(at::tensor(std::vector<int64_t>{1, 3}, at::kLong).unsqueeze(1), column({1, 10}));
  EXPECT_CLOSE(whole.input, column({0, 0}), atol(0.0)) << "integers";
  EXPECT_CLOSE(whole.parameters.at(0), number(31), rtol(1e-12));
}

TEST(Line, TravelsBack) {
  const auto first = make_line(2, 0), second = make_line(5, 0);
  EXPECT_CLOSE(twice_the_slope(second), number(10), rtol(1e-12));
  EXPECT_CLOSE(twice_the_slope(first), number(4), rtol(1e-12));
  const auto one = twice_the_slope(first).view(-1);  // calls.h promises nothing of how many there are
  EXPECT_CLOSE(one.outer(one), column({16}), rtol(1e-12));
}

}  // namespace
}  // namespace spinlab
