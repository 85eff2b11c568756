#include "models/registry.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class RegistryTest : public SpinlabTest {
 protected:
  Problem images_{{1, 28, 28}, 10, true};
};

/// In a student edition, which lacks what an assignment asks for.
bool is_left_out(const std::string& name, const Problem& problem,
                 const std::vector<at::Tensor>& inputs = {}) {
  const auto said = mistake([&] {
    if (!find_model(name).network) return;
    const auto network = make_network({{"name", name}}, problem, "recipe");
    if (!inputs.empty()) network.forward(inputs);
  });
  return said.find(": left out, ") != std::string::npos;
}

TEST_F(RegistryTest, EveryModelIsMadeFromItsDefaults) {
  for (const auto& [name, entry] : registry<ModelEntry>()) {
    const auto problem = name == "resnet" || name == "airbench" ? Problem{{3, 32, 32}, 10, true} : images_;
    std::vector<int64_t> sizes = {2};
    sizes.insert(sizes.end(), problem.input.begin(), problem.input.end());
    if (entry.form != Form::kValues) continue;
    if (is_left_out(name, problem)) continue;
    if (entry.network) {
      const auto network = make_network({{"name", name}}, problem, "recipe");
      EXPECT_EQ(network.forward({at::randn(sizes)}).sizes(), (std::vector<int64_t>{2, 10})) << name;
    } else {
      EXPECT_NE(make_estimator({{"name", name}}, problem, "recipe"), nullptr) << name;
    }
  }
}

TEST_F(RegistryTest, EveryModelOfAnotherFormTakesAndGivesWhatItSays) {
  const auto tokens = [](int64_t length) { return at::randint(0, 7, {2, length}, at::kLong); };
  const std::map<Form, std::pair<std::vector<at::Tensor>, std::vector<int64_t>>> forms = {
      {Form::kTokens, {{tokens(5)}, {2, 5, 7}}},
      {Form::kHiddenTokens, {{tokens(5)}, {2, 5, 7}}},
      {Form::kSequencePairs, {{tokens(5), tokens(4)}, {2, 4, 7}}},
      {Form::kNoisy, {{at::randn({2, 3}), at::rand({2})}, {2, 3}}},
      {Form::kLogDensity, {{at::randn({2, 3})}, {2}}}};
  for (const auto& [name, entry] : registry<ModelEntry>()) {
    if (entry.form == Form::kValues || entry.forecaster) continue;
    const auto& [inputs, sizes] = forms.at(entry.form);
    const bool takes_tokens = inputs.front().scalar_type() == at::kLong;
    const Problem problem{
        .input = {takes_tokens ? 5 : 3}, .outputs = takes_tokens ? 7 : 3, .form = entry.form};
    if (is_left_out(name, problem, inputs)) continue;
    const auto network = make_network({{"name", name}}, problem, "recipe");
    EXPECT_EQ(network.forward(inputs).sizes(), sizes) << name;
  }
}

TEST_F(RegistryTest, AModelsFirstMeetingWithItsDataSaysWhatIsWrong) {
  const auto x = at::randn({2, 3});
  const Problem problem{.input = {3}, .outputs = 4};
  const auto meet = [&](std::function<at::Tensor(const std::vector<at::Tensor>&)> forward) {
    return mistake(
        [&] { require_outputs({nullptr, std::move(forward)}, problem, x, {}); });
  };
  EXPECT_EQ(meet([](const auto&) { return at::zeros({2, 4}); }), "nothing was thrown");
  EXPECT_THAT(meet([](const auto&) { return at::zeros({2, 64}); }),
              HasSubstr("gives [2, 64] for inputs [2, 3], [2, 4] is expected"));
  EXPECT_THAT(meet([](const auto&) { return at::zeros({2, 4}, at::kLong); }), HasSubstr("gives Long"));
  EXPECT_THAT(meet([](const auto&) { return at::Tensor(); }), HasSubstr("an undefined tensor"));
  EXPECT_THAT(meet([](const auto& in) { return in[0].matmul(in[0]); }),
              HasSubstr("forward fails for inputs [2, 3]"));
  EXPECT_THAT(meet([](const auto&) -> at::Tensor { throw std::runtime_error("mine"); }), HasSubstr("mine"));
  EXPECT_THAT(meet([](const auto&) -> at::Tensor { throw 42; }), HasSubstr("no exception"));
}

/// A user's file does no more.
TEST_F(RegistryTest, TakesAModelFromAnyFileOnce) {
  const auto add = [] { Registered<ModelEntry>({.name = "of-a-user", .summary = "a test's"}); };
  add();
  EXPECT_EQ(find_model("of-a-user").summary, "a test's");
  EXPECT_THAT(mistake(add), HasSubstr("two entries register as \"of-a-user\""));
  registry<ModelEntry>().erase("of-a-user");
}

TEST_F(RegistryTest, CompletesOptionsAndKeepsThoseGiven) {
  const auto full = with_defaults({{"name", "mlp"}, {"hidden", {7}}}, "recipe");
  EXPECT_EQ(full, Json({{"name", "mlp"}, {"hidden", {7}}, {"activation", "relu"}, {"dropout", 0.0}}));
}

TEST_F(RegistryTest, NamesTheNearestModelAndOption) {
  EXPECT_THAT(mistake([&] { make_network({{"name", "lenet"}}, images_, "r"); }),
              HasSubstr("did you mean \"lenet5\"?"));
  EXPECT_THAT(mistake([&] { make_network({{"name", "mlp"}, {"hiden", {3}}}, images_, "r.json: model"); }),
              HasSubstr("r.json: model: unknown key \"hiden\"; did you mean \"hidden\"?"));
}

TEST_F(RegistryTest, RefusesWhatCannotBe) {
  const auto make = [&](Json options) { return mistake([=, this] { make_network(options, images_, "r"); }); };
  EXPECT_THAT(make({{"name", "mlp"}, {"hidden", {0}}}), HasSubstr("numbers from 1"));
  EXPECT_THAT(make({{"name", "mlp"}, {"hidden", 128}}), HasSubstr("hidden must be"));
  EXPECT_THAT(make({{"name", "mlp"}, {"dropout", 1.5}}), HasSubstr("dropout must lie in"));
  EXPECT_THAT(make({{"name", "ridge"}}), HasSubstr("fitted, not trained"));
  EXPECT_THAT(mistake([&] { make_network({{"name", "lenet5"}}, {{3, 40, 40}, 2, true}, "r"); }),
              HasSubstr("lenet5 takes images of 28 x 28 or 32 x 32"));
  EXPECT_THAT(mistake([&] { make_estimator({{"name", "logistic"}}, {{4}, 1, false}, "r"); }),
              HasSubstr("needs classes"));
}

}  // namespace
}  // namespace spinlab::models
