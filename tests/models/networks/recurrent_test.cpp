#include "models/networks/recurrent.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "models/networks/recurrent_encoder_decoder.h"
#include "models/networks/sequence_to_vector.h"
#include "models/networks/vector_to_sequence.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

constexpr int64_t kLetters = 6, kPlaces = 9, kTexts = 3;

/// In evaluation mode, in float64, so that rounding is no excuse.
Network network_of(const Json& options, const Problem& problem) {
  at::manual_seed(1);
  auto network = make_network(options, problem, "model");
  network.module->to(at::kDouble);
  network.module->eval();
  return network;
}

Network language_model(Json options) {
  options.update({{"name", "recurrent"}, {"embedding", 8}, {"hidden", 8}, {"layers", 2}});
  return network_of(options, {.input = {kPlaces}, .outputs = kLetters, .form = Form::kTokens});
}

Network encoder_decoder(Json options) {
  options.update({{"name", "recurrent_encoder_decoder"}, {"embedding", 4}, {"hidden", 7}, {"layers", 2}});
  return network_of(options, {.input = {kPlaces}, .outputs = kLetters, .form = Form::kSequencePairs});
}

at::Tensor text(int64_t places = kPlaces) { return at::randint(kLetters, {kTexts, places}, at::kLong); }

std::vector<Json> kinds() {
  std::vector<Json> all;
  for (const auto* cell : {"lstm", "gru", "tanh", "relu"}) all.push_back({{"cell", cell}});
  all.push_back({{"cell", "lstm"}, {"tied", true}});
  return all;
}

/// Read in pieces of 4, 1, 1, …
at::Tensor in_pieces(TokenReader& reader, const at::Tensor& tokens) {
  std::vector<at::Tensor> logits{reader.read(tokens.slice(1, 0, 4))};
  for (int64_t place = 4; place < tokens.size(1); ++place)
    logits.push_back(reader.read(tokens.narrow(1, place, 1)));
  return at::stack(logits, 1);
}

TEST(RecurrentLanguageModel, ReadsOnAsItReadsAtOnce) {
  const at::NoGradGuard outside_the_graph;
  for (const auto& kind : kinds()) {
    const auto network = language_model(kind);
    const auto tokens = text();
    const auto whole = network.forward({tokens});
    EXPECT_TRUE(at::allclose(in_pieces(*network.reader({}), tokens), whole.slice(1, 3), 1e-11, 1e-12))
        << kind;
    const auto& recurrence = network.recurrence.value();
    const auto [first, state] = recurrence.read_on(tokens.slice(1, 0, 5), recurrence.zero_state(kTexts));
    const auto second = recurrence.read_on(tokens.slice(1, 5), state).first;
    EXPECT_TRUE(at::allclose(at::cat({first, second}, 1), whole, 1e-11, 1e-12)) << kind;
  }
}

// 8·6 of the embedding, two layers of 4·8·(8 + 8 + 2), 6·8 of the head.
TEST(RecurrentLanguageModel, HasTheParametersOfItsFormula) {
  const auto count = [](const Network& network) {
    int64_t all = 0;
    for (const auto& parameter : network.module->parameters()) all += parameter.numel();
    return all;
  };
  EXPECT_EQ(count(language_model({{"cell", "lstm"}})), 48 + 2 * 576 + 48);
  EXPECT_EQ(count(language_model({{"cell", "lstm"}, {"tied", true}})), 48 + 2 * 576);
  EXPECT_EQ(count(language_model({{"cell", "gru"}})), 48 + 2 * 432 + 48);
}

TEST(RecurrentLanguageModel, SharesRowsWhereItDrawsNothing) {
  EXPECT_TRUE(language_model({{"dropout", 0.0}}).takes_rows_alone);
  EXPECT_FALSE(language_model({{"dropout", 0.1}}).takes_rows_alone);
}

TEST(RecurrentLanguageModel, TiesOnlyWhatHasOneWidth) {
  const Json options = {{"name", "recurrent"}, {"embedding", 8}, {"hidden", 9}, {"tied", true}};
  EXPECT_THAT(mistake([&] { network_of(options, {.input = {4}, .outputs = 5, .form = Form::kTokens}); }),
              testing::HasSubstr("embedding is 8 and hidden 9"));
}

TEST(RecurrentEncoderDecoder, ReadsOnAsItReadsAtOnce) {
  const at::NoGradGuard outside_the_graph;
  for (const auto* attention : {"dot", "none"}) {
    for (const auto* cell : {"lstm", "gru", "tanh"}) {
      const auto network = encoder_decoder({{"cell", cell}, {"attention", attention}});
      const auto source = text(5), begun = text();
      EXPECT_TRUE(at::allclose(in_pieces(*network.reader(source), begun),
                               network.forward({source, begun}).slice(1, 3), 1e-11, 1e-12))
          << cell << " " << attention;
    }
  }
}

// Teacher forcing shows what was, not what comes: logits up to a place are the same bits whatever follows.
TEST(RecurrentEncoderDecoder, SeesNothingOfWhatFollows) {
  const at::NoGradGuard outside_the_graph;
  const auto network = encoder_decoder({{"attention", "dot"}});
  const auto source = text(5), begun = text();
  auto other = begun.clone();
  other.slice(1, 4) = (other.slice(1, 4) + 1).remainder(kLetters);
  const auto logits = network.forward({source, begun}), changed = network.forward({source, other});
  EXPECT_TRUE(at::equal(logits.slice(1, 0, 4), changed.slice(1, 0, 4)));
  EXPECT_FALSE(at::allclose(logits.slice(1, 4), changed.slice(1, 4)));
}

// Without attention all of a source goes through the encoder's last state; with it each place is looked at.
TEST(RecurrentEncoderDecoder, AttendsByTheSoftmaxOfDotProducts) {
  const at::NoGradGuard outside_the_graph;
  const auto network = encoder_decoder({{"cell", "gru"}, {"attention", "dot"}});
  const auto source = text(5), begun = text(1);
  const auto named = network.module->named_parameters();
  const auto children = network.module->named_children();
  auto& encoder = dynamic_cast<RecurrentStackImpl&>(*children["encoder"]);
  auto& decoder = dynamic_cast<RecurrentStackImpl&>(*children["decoder"]);
  const auto table = named["embedding.weight"];
  const auto memory = encoder.forward(table.index({source.t()}));
  const auto h = decoder.forward(table.index({begun.t()}), memory.state).outputs[0];
  for (int64_t i = 0; i < kTexts; ++i) {
    auto total = at::zeros({}, at::kDouble), context = at::zeros_like(h[i]);
    for (int64_t place = 0; place < 5; ++place) {
      const auto weight = at::dot(h[i], memory.outputs[place][i]).exp();
      total += weight;
      context += weight * memory.outputs[place][i];
    }
    const auto attended = at::mv(named["attention.weight"], at::cat({context / total, h[i]})).tanh();
    const auto logits = at::mv(named["output.weight"], attended) + named["output.bias"];
    EXPECT_TRUE(at::allclose(logits, network.forward({source, begun})[i][0], 1e-11, 1e-12));
  }
}

// Rows of an image, in all its channels, are steps.
TEST(SequenceToVector, ReadsNumbersRowsAndImages) {
  const at::NoGradGuard outside_the_graph;
  const Json options = {{"name", "sequence_to_vector"}, {"hidden", 6}};
  const auto image = at::randn({kTexts, 2, 4, 5}, at::kDouble);
  const auto of_images = network_of(options, {.input = {2, 4, 5}, .outputs = 3});
  const auto of_rows = network_of(options, {.input = {4, 10}, .outputs = 3});
  EXPECT_EQ(of_images.forward({image}).sizes(), (std::vector<int64_t>{kTexts, 3}));
  EXPECT_TRUE(at::allclose(of_images.forward({image}), of_rows.forward({image.transpose(1, 2).flatten(2)}),
                           1e-12, 1e-13));
  const auto of_numbers = network_of(options, {.input = {7}, .outputs = 3}),
             of_ones = network_of(options, {.input = {7, 1}, .outputs = 3});
  const auto numbers = at::randn({kTexts, 7}, at::kDouble);
  EXPECT_TRUE(at::equal(of_numbers.forward({numbers}), of_ones.forward({numbers.unsqueeze(2)})));
}

TEST(VectorToSequence, ReadsWhatItWrote) {
  const at::NoGradGuard outside_the_graph;
  const Json options = {{"name", "vector_to_sequence"}, {"hidden", 6}, {"numbers_a_step", 2}};
  const auto network = network_of(options, {.input = {4}, .outputs = 10, .classification = false});
  const auto x = at::randn({kTexts, 4}, at::kDouble);
  const auto written = network.forward({x});
  ASSERT_EQ(written.sizes(), (std::vector<int64_t>{kTexts, 10}));
  const auto named = network.module->named_parameters();
  auto& stack = dynamic_cast<RecurrentStackImpl&>(*network.module->named_children()["stack"]);
  const auto start = at::linear(x, named["start.weight"], named["start.bias"]);
  // Shown what it wrote, all at once, it writes the same.
  const auto shown = at::cat({at::zeros({kTexts, 2}, at::kDouble), written.slice(1, 0, 8)}, 1);
  const auto steps = shown.view({kTexts, 5, 2}).transpose(0, 1);
  const auto outputs = stack.forward(steps, start.view_as(stack.zero_state(kTexts))).outputs;
  const auto expected = at::linear(outputs, named["output.weight"], named["output.bias"]).transpose(0, 1);
  EXPECT_TRUE(at::allclose(written, expected.flatten(1), 1e-11, 1e-12));
}

TEST(VectorToSequence, WritesWholeSteps) {
  const Json options = {{"name", "vector_to_sequence"}, {"numbers_a_step", 3}};
  EXPECT_THAT(mistake([&] { network_of(options, {.input = {4}, .outputs = 10, .classification = false}); }),
              testing::HasSubstr("does not divide the 10 numbers"));
}

}  // namespace
}  // namespace spinlab::models
