#include "models/layers/recurrent_stack.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <torch/autograd.h>

#include <vector>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

constexpr int64_t kLayers = 2, kInputs = 3, kHidden = 5, kSteps = 7, kSequences = 4;

RecurrentStack stack_of(const char* cell) {
  at::manual_seed(1);
  RecurrentStack stack(RecurrentStackOptions(kInputs, kHidden).cell(cell).layers(kLayers));
  stack->to(at::kDouble);
  return stack;
}

/// One step of one layer as the papers write it. gates: x Wᵀ + b and h Uᵀ + c, apart.
struct Cell {
  const char* name;
  /// From both parts, the output h and the cell c before, to those after.
  std::function<void(const at::Tensor&, const at::Tensor&, at::Tensor& h, at::Tensor& c)> step;
};

const std::vector<Cell>& cells() {
  static const std::vector<Cell> all{
      {"tanh", [](auto& x, auto& u, auto& h, auto&) { h = (x + u).tanh(); }},
      {"relu", [](auto& x, auto& u, auto& h, auto&) { h = (x + u).relu(); }},
      {"gru",
       [](auto& x, auto& u, auto& h, auto&) {
         const auto a = x.chunk(3, 1), b = u.chunk(3, 1);
         const auto reset = (a[0] + b[0]).sigmoid(), update = (a[1] + b[1]).sigmoid();
         const auto candidate = (a[2] + reset * b[2]).tanh();
         h = (1 - update) * candidate + update * h;
       }},
      {"lstm",
       [](auto& x, auto& u, auto& h, auto& c) {
         const auto gates = (x + u).chunk(4, 1);
         c = gates[1].sigmoid() * c + gates[0].sigmoid() * gates[2].tanh();
         h = gates[3].sigmoid() * c.tanh();
       }},
  };
  return all;
}

/// All layers, step by step.
at::Tensor by_hand(RecurrentStack& stack, const Cell& cell, at::Tensor x, at::Tensor& state) {
  const auto named = stack->named_parameters();
  const auto parameter = [&](const std::string& kind, int64_t layer) {
    return *named.find("layers." + kind + "_l" + std::to_string(layer));
  };
  for (int64_t layer = 0; layer < kLayers; ++layer) {
    auto h = state.select(1, 0).select(1, layer).clone(),
         c = state.select(1, state.size(1) - 1).select(1, layer).clone();
    std::vector<at::Tensor> outputs;
    for (int64_t t = 0; t < x.size(0); ++t) {
      const auto read = at::linear(x[t], parameter("weight_ih", layer), parameter("bias_ih", layer));
      const auto remembered = at::linear(h, parameter("weight_hh", layer), parameter("bias_hh", layer));
      cell.step(read, remembered, h, c);
      outputs.push_back(h);
    }
    x = at::stack(outputs);
    state.select(1, 0).select(1, layer).copy_(h);
    if (state.size(1) == 2) state.select(1, 1).select(1, layer).copy_(c);
  }
  return x;
}

TEST(RecurrentStack, TakesTheStepsOfThePapers) {
  const at::NoGradGuard outside_the_graph;
  for (const auto& cell : cells()) {
    auto stack = stack_of(cell.name);
    const auto x = at::randn({kSteps, kSequences, kInputs}, at::kDouble);
    auto state = at::randn_like(stack->zero_state(kSequences));
    const auto [outputs, after] = stack->forward(x, state);
    const auto expected = by_hand(stack, cell, x, state);
    EXPECT_TRUE(at::allclose(outputs, expected, 1e-12, 1e-13)) << cell.name;
    EXPECT_TRUE(at::allclose(after, state, 1e-12, 1e-13)) << cell.name;
  }
}

/// Of a loss that asks for all outputs and the state, by everything that there is.
std::vector<at::Tensor> gradients(const Recurred& recurred, const std::vector<at::Tensor>& by) {
  const auto weights = [](const at::Tensor& of) {
    return at::arange(of.numel(), at::kDouble).cos().view_as(of).to(of.scalar_type());
  };
  const auto loss = (recurred.outputs * weights(recurred.outputs)).sum() +
                    (recurred.state.square() * weights(recurred.state)).sum();
  return torch::autograd::grad({loss}, by);
}

// The graph of the steps as they are written above, and the passes by hand.
TEST(RecurrentStack, HasTheGradientsOfItsSteps) {
  for (const auto& cell : cells()) {
    auto stack = stack_of(cell.name);
    const auto x = at::randn({kSteps, kSequences, kInputs}, at::kDouble).set_requires_grad(true);
    const auto start = at::randn_like(stack->zero_state(kSequences)).set_requires_grad(true);
    auto by = stack->parameters();
    by.insert(by.end(), {x, start});
    const auto found = gradients(stack->forward(x, start), by);
    auto state = start.clone();
    const auto outputs = by_hand(stack, cell, x, state);
    const auto expected = gradients({outputs, state}, by);
    for (std::size_t i = 0; i < by.size(); ++i)
      EXPECT_TRUE(at::allclose(found[i], expected[i], 1e-10, 1e-12)) << cell.name << " " << i;
  }
}

// Tokens that are in a table are read as its rows, also where the table is larger than the text.
TEST(RecurrentStack, ReadsTokensOfATable) {
  for (const auto& cell : cells()) {
    auto stack = stack_of(cell.name);
    for (const int64_t vocabulary : {4, 100}) {
      const auto table = at::randn({vocabulary, kInputs}, at::kDouble).set_requires_grad(true);
      const auto tokens = at::randint(4, {kSteps, kSequences}, at::kLong);
      auto by = stack->parameters();
      by.push_back(table);
      const auto found = gradients(stack->read(table, tokens), by);
      const auto expected = gradients(stack->forward(table.index({tokens})), by);
      for (std::size_t i = 0; i < by.size(); ++i)
        EXPECT_TRUE(at::allclose(found[i], expected[i], 1e-10, 1e-12)) << cell.name << " " << i;
    }
  }
}

TEST(RecurrentStack, GoesOnFromItsState) {
  const at::NoGradGuard outside_the_graph;
  for (const auto& cell : cells()) {
    auto stack = stack_of(cell.name);
    const auto x = at::randn({kSteps, kSequences, kInputs}, at::kDouble);
    const auto whole = stack->forward(x);
    const auto first = stack->forward(x.slice(0, 0, 3)), second = stack->forward(x.slice(0, 3), first.state);
    EXPECT_TRUE(at::allclose(at::cat({first.outputs, second.outputs}), whole.outputs, 1e-12, 1e-13));
    EXPECT_TRUE(at::allclose(second.state, whole.state, 1e-12, 1e-13)) << cell.name;
  }
}

TEST(RecurrentStack, BeginsWithZeros) {
  const at::NoGradGuard outside_the_graph;
  auto stack = stack_of("lstm");
  const auto x = at::randn({kSteps, kSequences, kInputs}, at::kDouble);
  EXPECT_TRUE(at::equal(stack->forward(x).outputs, stack->forward(x, stack->zero_state(kSequences)).outputs));
  EXPECT_EQ(stack->zero_state(kSequences).sizes(), (std::vector<int64_t>{kSequences, 2, kLayers, kHidden}));
}

TEST(RecurrentStack, NamesTheCellsThatThereAre) {
  EXPECT_THAT(mistake([] { stack_of("lstn"); }), testing::HasSubstr("it is lstm, gru, tanh or relu"));
}

}  // namespace
}  // namespace spinlab::models
