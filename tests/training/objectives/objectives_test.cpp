// Each objective against what is known of it exactly: by hand, and where training ends against a formula for
// the best that there is.
#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "datasets/known_classes.h"
#include "datasets/tokens/characters.h"
#include "datasets/tokens/token_windows.h"
#include "src/core/seed.h"
#include "src/training/config.h"
#include "src/training/trainer.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using datasets::Dataset;

/// A network that says the same whatever it is given.
models::Network saying(const at::Tensor& output) {
  return {nullptr, [output](const std::vector<at::Tensor>&) { return output; }, nullptr};
}

std::unique_ptr<Objective> objective(const Dataset& set, const std::string& name) {
  static std::vector<std::unique_ptr<Normalizer>> kept;
  const auto& normalizer = *kept.emplace_back(std::make_unique<Normalizer>(set, at::kDouble, at::kCPU));
  return make_objective({{"name", name}}, {set, normalizer}, "test");
}

Metrics judge(const Objective& objective, const models::Network& network, const Batch& batch) {
  const auto sums = objective.evaluation();
  sums->add(network, batch);
  return sums->metrics();
}

Dataset rows(const at::Tensor& inputs, const at::Tensor& targets = {}) {
  Dataset set;
  set.name = "rows";
  set.train = set.test = {inputs, targets, {}};
  set.mean = inputs.mean(0);
  set.deviation = inputs.std(0, /*unbiased=*/false);
  return set;
}

/// Trains in float64 by the whole set a step, and returns what is left on the training part.
Metrics trained(const Dataset& set, const Json& model, const Json& changes = Json::object()) {
  Json recipe = {{"model", model},
                 {"data", {{"name", "linear"}}},
                 {"optimizer", {{"name", "adamw"}, {"lr", 0.05}, {"weight_decay", 0.0}}},
                 {"schedule", {{"name", "cosine"}}},
                 {"precision", "float64"},
                 {"epochs", 500},
                 {"batch", set.train.size()},
                 {"device", "cpu"}};
  recipe.update(changes);
  Trainer trainer(parse_config(complete_config(recipe, "test"), "test"), set, at::kCPU);
  while (!trainer.finished()) trainer.train_epoch();
  return trainer.evaluate(set.train);
}

class ObjectivesTest : public SpinlabTest {};

TEST_F(ObjectivesTest, ClassificationByHand) {
  auto set = rows(at::randn({3, 2}, at::kDouble), at::tensor({1, 1, 0}, at::kLong));
  set.classes = {"a", "b"};
  const auto logits = at::tensor({0., std::log(3.), 2., 2., 0., 0.}, at::kDouble).reshape({3, 2});
  const auto classes = objective(set, "classification");
  const Batch batch{set.train.inputs, set.train.targets};
  // p of the right class: 3/4, 1/2, 1/2; the two ties go to class 0.
  const auto loss = -(std::log(0.75) + 2 * std::log(0.5)) / 3;
  EXPECT_CLOSE(classes->loss(saying(logits), batch).item<double>(), loss, rtol(1e-14));
  EXPECT_CLOSE(judge(*classes, saying(logits), batch).at("loss"), loss, rtol(1e-14));
  EXPECT_CLOSE(judge(*classes, saying(logits), batch).at("accuracy"), 2.0 / 3, rtol(1e-15));
}

// A network that says the log posterior is as good as the Bayes rule on each example, normalised inputs or
// not.
TEST_F(ObjectivesTest, ClassificationSaysWhatTheBayesRuleReaches) {
  const auto set = datasets::load_dataset({{"name", "blobs"}, {"samples", 300}, {"separation", 1.0}},
                                          datasets::DataFolders(), kSeed);
  const auto classes = objective(set, "classification");
  const Normalizer normalizer(set, at::kDouble, at::kCPU);
  const auto logits = set.posterior(set.test.inputs).log();
  const auto best = judge(*classes, saying(logits), {normalizer(set.test.inputs), set.test.targets});
  EXPECT_EQ(best.at("bayes_accuracy"), datasets::bayes_accuracy(set, set.test));
  EXPECT_EQ(best.at("bayes_accuracy"), best.at("accuracy"));
  EXPECT_EQ(classes->metrics().back().name, "bayes_accuracy");
  EXPECT_FALSE(classes->metrics().back().higher_is_better);
  auto unknown = set;
  unknown.posterior = nullptr;
  EXPECT_EQ(objective(unknown, "classification")->metrics().size(), 2);
}

TEST_F(ObjectivesTest, RegressionIsJudgedInTheTargetsUnit) {
  const auto y = at::tensor({1000., 1010., 1020., 1030.}, at::kDouble);
  const auto set = rows(at::randn({4, 2}, at::kDouble), y);
  const auto regression = objective(set, "regression");
  const auto targets = regression->targets(set.train);
  EXPECT_CLOSE(targets.square().mean().item<double>(), 1.0, rtol(1e-12));
  const auto metrics =
      judge(*regression, saying(at::zeros({4, 1}, at::kDouble)), {set.train.inputs, targets});
  EXPECT_CLOSE(metrics.at("loss"), 1.0, rtol(1e-12));  // the mean explains nothing
  EXPECT_CLOSE(metrics.at("r2"), 0.0, atol(1e-12));
  EXPECT_CLOSE(metrics.at("rmse"), std::sqrt(125.0), rtol(1e-12));
}

/// H(b | a) of the pairs of a text, in nats.
double conditional_entropy(const at::Tensor& tokens, int64_t kinds) {
  auto counts = at::zeros({kinds, kinds}, at::kDouble);
  for (int64_t i = 0; i + 1 < tokens.size(0); ++i)
    counts[tokens[i].item<int64_t>()][tokens[i + 1].item<int64_t>()] += 1;
  const auto p = counts / counts.sum(), given = counts / counts.sum(1, true).clamp_min(1);
  return -at::where(p > 0, p * given.log(), at::zeros_like(p)).sum().item<double>();
}

TEST_F(ObjectivesTest, ABigramLearnsATextsConditionalEntropy) {
  constexpr int64_t kKinds = 5, kLength = 400;
  // A cycle that is left one time in four, so that the last token tells something but not all.
  auto tokens = at::zeros({kLength}, at::kLong);
  const auto coin = at::rand({kLength}, make_generator(kSeed, "coin")),
             jump = at::randint(0, kKinds, {kLength}, make_generator(kSeed, "jump"), at::kLong);
  for (int64_t i = 1; i < kLength; ++i)
    tokens[i] = coin[i].item<float>() < 0.25 ? jump[i] : (tokens[i - 1] + 1) % kKinds;
  Dataset set;
  set.name = "cycle";
  set.objective = "language_modelling";
  const auto window = [&](int64_t first) { return tokens.narrow(0, first, kLength - 1).unfold(0, 1, 1); };
  set.train = set.test = {window(0), window(1), {}};
  for (const auto* name : {"a", "b", "c", "d", "e"}) set.classes.emplace_back(name);
  const auto metrics = trained(set, {{"name", "bigram"}});
  EXPECT_CLOSE(metrics.at("loss"), conditional_entropy(tokens, kKinds), rtol(1e-5));
  EXPECT_CLOSE(metrics.at("perplexity"), std::exp(metrics.at("loss")), rtol(1e-12));
}

/// "abcabcab…" as a text of two parts; its bigram and its n-gram are sure of everything.
Dataset alphabet_text() {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "abc";
  Dataset set;
  set.name = "alphabet";
  const auto tokenizer = std::make_shared<datasets::Characters>(std::vector<std::string_view>{text, "é"});
  datasets::set_windows(set, tokenizer, {{"train", text}, {"test", std::string_view(text).substr(0, 90)}},
                        Config({{"context", 9}, {"stride", 1}}, "test"));
  return set;
}

// A network that thinks all four equally likely: ln 4 nats a letter, 2 bits a byte, each letter being one.
TEST_F(ObjectivesTest, LanguageIsJudgedInBitsAByteAndBesideAnNGram) {
  const auto set = alphabet_text();
  const auto language = objective(set, "language_modelling");
  const Batch batch{set.test.inputs, set.test.targets};
  const auto metrics = judge(*language, saying(at::zeros({batch.size(), 9, 4}, at::kDouble)), batch);
  EXPECT_CLOSE(metrics.at("loss"), std::log(4), rtol(1e-14));
  EXPECT_CLOSE(metrics.at("bits_per_byte"), 2.0, rtol(1e-14));
  EXPECT_LT(metrics.at("ngram_loss"), 0.05);
  EXPECT_GT(metrics.at("ngram_loss"), 0);
  // Of "é" there are two bytes.
  const auto two = at::full({1, 1}, 3, at::kLong);
  EXPECT_CLOSE(judge(*language, saying(at::zeros({1, 1, 4}, at::kDouble)), {two, two}).at("bits_per_byte"),
               1.0, rtol(1e-14));
}

/// A network that says what it sees, and nothing of what is hidden from it.
models::Network seeing(int64_t kinds, std::vector<at::Tensor>& seen) {
  return {nullptr,
          [kinds, &seen](const std::vector<at::Tensor>& in) {
            seen.push_back(in[0]);
            return 50 * at::one_hot(in[0], kinds + 1).narrow(2, 0, kinds).to(at::kDouble);
          },
          nullptr};
}

// Of 15 % to be guessed 80 % are hidden, a tenth random, a tenth as they are: what a network that only
// repeats gets right are 0.1 + 0.1/4 and of the hidden, all alike, every fourth.
TEST_F(ObjectivesTest, MaskedModellingHidesAsBERTDoes) {
  Dataset set = alphabet_text();
  set.train.inputs = at::randint(0, 4, {4000, 50}, at::kLong);
  set.train.targets = at::Tensor();
  const auto masked = objective(set, "masked_modelling");
  std::vector<at::Tensor> seen;
  const auto metrics = judge(*masked, seeing(4, seen), {set.train.inputs, {}});
  const auto hidden = seen[0].eq(4), changed = seen[0].ne(set.train.inputs);
  // 200,000 places: six deviations are 0.005 and 0.002.
  EXPECT_NEAR(hidden.to(at::kDouble).mean().item<double>(), 0.15 * 0.8, 0.005);
  EXPECT_NEAR(changed.to(at::kDouble).mean().item<double>(), 0.15 * (0.8 + 0.1 * 0.75), 0.005);
  // The first of equal logits is right for a quarter of the hidden: 30,000 places, six deviations.
  EXPECT_NEAR(metrics.at("accuracy"), 0.8 / 4 + 0.1 / 4 + 0.1, 0.018);
  judge(*masked, seeing(4, seen), {set.train.inputs, {}});
  EXPECT_TRUE(at::equal(seen[0], seen[1]));
  masked->loss(seeing(4, seen), {set.train.inputs, {}});
  masked->loss(seeing(4, seen), {set.train.inputs, {}});
  EXPECT_FALSE(at::equal(seen[2], seen[3]));
}

// [Baldi and Hornik 1989]: what h linear units cannot carry are the smallest eigenvalues.
TEST_F(ObjectivesTest, ALinearAutoencoderLosesTheSmallestEigenvalues) {
  const auto mixed = at::randn({300, 6}, at::kDouble).matmul(at::randn({6, 6}, at::kDouble));
  const auto set = rows(mixed);
  const auto z = (mixed - set.mean) / set.deviation;
  const auto eigenvalues = at::linalg_eigvalsh(z.t().matmul(z) / 300);  // ascending
  const auto metrics = trained(set, {{"name", "mlp"}, {"hidden", {2}}, {"activation", "identity"}},
                               {{"objective", {{"name", "reconstruction"}}}, {"epochs", 2000}});
  const auto lost = eigenvalues.narrow(0, 0, 4).sum().item<double>() / 6;
  EXPECT_CLOSE(metrics.at("loss"), lost, rtol(1e-4));
  EXPECT_CLOSE(metrics.at("r2"), 1 - lost, rtol(1e-4));
}

// One Gaussian's best loss is its entropy with the sample's covariance: d/2 log 2πe + ½ log det Σ, in the
// data's units.
TEST_F(ObjectivesTest, AGaussianLearnsTheEntropyOfItsCovariance) {
  const auto x = 100 + 5 * at::randn({500, 3}, at::kDouble).matmul(at::randn({3, 3}, at::kDouble));
  const auto centred = x - x.mean(0);
  const auto log_determinant = at::linalg_slogdet(centred.t().matmul(centred) / 500);
  const auto entropy = 1.5 * std::log(2 * std::numbers::pi * std::numbers::e) +
                       std::get<1>(log_determinant).item<double>() / 2;
  const auto metrics = trained(rows(x), {{"name", "gaussian_mixture"}, {"components", 1}},
                               {{"objective", {{"name", "density"}}}, {"epochs", 1500}});
  EXPECT_CLOSE(metrics.at("loss"), entropy, rtol(1e-6));
  EXPECT_CLOSE(metrics.at("bits_per_dimension"), entropy / (3 * std::numbers::ln2), rtol(1e-6));
}

TEST_F(ObjectivesTest, TheExactDensityHasNoDivergence) {
  auto set = rows(3 + 2 * at::randn({400, 1}, at::kDouble));
  const auto log_normal = [](const at::Tensor& z) {
    return -(z.square() + std::log(2 * std::numbers::pi)).sum(1) / 2;
  };
  set.density = {{}, [=](const at::Tensor& x) { return log_normal((x - 3) / 2) - std::log(2.0); }};
  const Normalizer normalizer(set, at::kDouble, at::kCPU);
  const auto density = make_objective({{"name", "density"}}, {set, normalizer}, "test");
  const auto inputs = normalizer(set.train.inputs);
  const auto exact = set.density->log_density(set.train.inputs) + normalizer.log_volume();
  EXPECT_CLOSE(judge(*density, saying(exact), {inputs, {}}).at("divergence"), 0.0, atol(1e-12));
  EXPECT_CLOSE(judge(*density, saying(exact - 0.5), {inputs, {}}).at("divergence"), 0.5, rtol(1e-12));
}

// For standard normal inputs the noise in cos φ x + sin φ ε is best guessed as sin φ times it, which leaves
// cos² φ: ½ over all levels. The loss is a mean of N = 40,000 numbers; its deviation is below √(9/4 /N) =
// .0075 (E loss² ≤ 3 ⟨cos⁴⟩ = 9/8), so that .05 is more than six of them: a false failure below 1e-9.
TEST_F(ObjectivesTest, DenoisingLeavesHalfTheNoiseOfAGaussian) {
  const auto set = rows(at::randn({40'000, 1}, at::kDouble));
  const models::Network best{nullptr,
                             [](const std::vector<at::Tensor>& in) {
                               return (in[1] * (std::numbers::pi / 2)).sin().unsqueeze(1) * in[0];
                             },
                             nullptr};
  const auto denoising = objective(set, "denoising");
  const Batch batch{set.train.inputs, {}};
  EXPECT_CLOSE(judge(*denoising, best, batch).at("loss"), 0.5, atol(0.05));
  EXPECT_EQ(judge(*denoising, best, batch),
            judge(*denoising, best, batch));  // an evaluation draws the same noise again
  EXPECT_LT(trained(set, {{"name", "denoising_mlp"}, {"hidden", {32}}},
                    {{"epochs", 60},
                     {"batch", 2000},
                     {"precision", "float32"},
                     {"objective", {{"name", "denoising"}}},
                     {"optimizer", {{"name", "adamw"}, {"lr", 0.01}}}})
                .at("loss"),
            0.55);
}

TEST_F(ObjectivesTest, SequencesAreAnsweredTokenByToken) {
  constexpr int64_t kTokens = 4;
  const auto source = at::randint(0, kTokens, {200, 3}, make_generator(kSeed, "source"), at::kLong);
  Dataset set;
  set.name = "reversed";
  set.objective = "sequence_to_sequence";
  set.train = set.test = {source, source.flip({1}), {}};
  set.classes = {"a", "b", "c", "d"};
  const auto metrics = trained(set, {{"name", "recurrent_encoder_decoder"}, {"cell", "gru"}, {"attention", "none"}, {"hidden", 24}},
                               {{"epochs", 120}, {"optimizer", {{"name", "adamw"}, {"lr", 0.02}}}});
  EXPECT_GT(metrics.at("exact_match"), 0.95);  // by chance 1/64
  EXPECT_GE(metrics.at("accuracy"), metrics.at("exact_match"));
}

// What the network sees while it answers: the begin, then the right answer one place later, and never what it
// is asked for.
TEST_F(ObjectivesTest, AnAnswerIsShownOnePlaceLate) {
  Dataset set;
  set.name = "pairs";
  set.objective = "sequence_to_sequence";
  set.train = {
      at::tensor({0, 1}, at::kLong).reshape({1, 2}), at::tensor({2, 0, 1}, at::kLong).reshape({1, 3}), {}};
  set.classes = {"a", "b", "c"};
  std::vector<at::Tensor> seen;
  const models::Network spy{nullptr,
                            [&](const std::vector<at::Tensor>& in) {
                              seen = in;
                              return at::zeros({1, 3, 3});
                            },
                            nullptr};
  objective(set, "sequence_to_sequence")->loss(spy, {set.train.inputs, set.train.targets});
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_TRUE(at::equal(seen[1], at::tensor({3, 2, 0}, at::kLong).reshape({1, 3})));
}

TEST_F(ObjectivesTest, SayWhatDataAndModelsTheyAreFor) {
  const auto numbers = rows(at::randn({9, 2}, at::kDouble), at::randn({9}, at::kDouble));
  using testing::HasSubstr;
  EXPECT_THAT(mistake([&] { objective(numbers, "classification"); }),
              HasSubstr("its objective is regression"));
  EXPECT_THAT(mistake([&] { objective(numbers, "language_modelling"); }), HasSubstr("is no text"));
  EXPECT_THAT(mistake([&] { objective(numbers, "regresion"); }), HasSubstr("did you mean \"regression\"?"));
  EXPECT_THAT(mistake([&] { trained(numbers, {{"name", "bigram"}}); }),
              HasSubstr("bigram takes tokens, but the objective asks for one that takes numbers: "));
  EXPECT_THAT(mistake([&] { trained(numbers, {{"name", "mlp"}}, {{"objective", {{"name", "density"}}}}); }),
              HasSubstr("gaussian_mixture"));
}

}  // namespace
}  // namespace spinlab::training
