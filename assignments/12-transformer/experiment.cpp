// The experiment of the handout, section 18: the student's attention, positions, sampling, costs, induction
// head and language model, with the theory to compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <string>
#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "data.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using torch::Tensor;
using transformer::ModelShape;

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : generator_(make_generator(seed, "experiment")) {}
  Tensor normal(at::IntArrayRef shape) { return torch::randn(shape, generator_, torch::kFloat64); }
  Tensor permutation(int64_t n) { return torch::randperm(n, generator_, torch::kLong); }

 private:
  at::Generator generator_;
};

/// A mean over the first dimension and its error.
Json with_error(const Tensor& runs) {
  const double root = std::sqrt(static_cast<double>(runs.size(0)));
  return {{"mean", numbers_of(runs.mean(0))}, {"error", numbers_of(runs.std(0) / root)}};
}

/// Of 16,384 keys, 30 random queries of length √d: with the scale, and with it undone.
Json freezing(Draws& draws) {
  const int64_t s = 1 << 14;
  const std::vector<int64_t> dimensions{1, 2, 3, 4, 6, 8, 10, 12, 14, 17, 20, 26, 34, 46, 64};
  std::vector<Tensor> scaled, plain;
  for (const auto d : dimensions) {
    const double root = std::sqrt(static_cast<double>(d));
    const auto drawn = draws.normal({1, 30, d}), keys = draws.normal({1, s, d});
    const auto queries = root * drawn / drawn.norm(2, at::IntArrayRef{2}, /*keepdim=*/true);
    scaled.push_back(attention_entropy(attention_weights(queries, keys)).flatten());
    plain.push_back(attention_entropy(attention_weights(root * queries, keys)).flatten());
  }
  return {{"keys", s},
          {"dimensions", dimensions},
          {"scaled", with_error(torch::stack(scaled, 1))},
          {"plain", with_error(torch::stack(plain, 1))}};
}

/// 60 points of a sine with noise, and the local mean of three widths.
Json smoother(Draws& draws) {
  const auto x = draws.normal({60, 1}), y = (2 * x.flatten()).sin() + 0.25 * draws.normal({60});
  const auto z = torch::linspace(-3, 3, 121, torch::kFloat64);
  auto curves = Json::array();
  for (const double width : {0.05, 0.25, 1.0})
    curves.push_back(Json{{"width", width}, {"mean", numbers_of(local_mean(x, y, z.unsqueeze(1), width))}});
  return {{"x", numbers_of(x.flatten())}, {"y", numbers_of(y)}, {"z", numbers_of(z)}, {"curves", curves}};
}

/// The score of a standard normal vector of 64 features with itself, at a distance: 40 draws.
Json rotary(Draws& draws) {
  const auto distances = torch::tensor(
      std::vector<int64_t>{0, 1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512});
  const auto t = distances.size(0);
  const auto x = draws.normal({40, 1, 64}).expand({40, t, 64}).contiguous();
  const auto there = rotate(x, distances + 100), here = rotate(x, torch::full({t}, 100, torch::kLong));
  return {
      {"features", 64}, {"distances", numbers_of(distances)}, {"scores", with_error((there * here).mean(2))}};
}

/// p ∝ 2^(−i): tokens that stay. Of no part that a number of them has exactly, where rounding would decide.
Json nucleus() {
  const auto logits = -std::log(2.0) * torch::arange(400, torch::kFloat64);
  auto all = Json::array();
  for (const double p : {0.6, 0.9, 0.99}) {
    std::vector<double> temperatures;
    std::vector<int64_t> kept;
    for (double temperature = 0.25; temperature < 8.5; temperature *= std::sqrt(2.0)) {
      temperatures.push_back(temperature);
      kept.push_back(token_probabilities(logits, {temperature, 0, p}).count_nonzero().item<int64_t>());
    }
    all.push_back(Json{{"p", p}, {"temperatures", temperatures}, {"kept", kept}});
  }
  return all;
}

/// Of GPT-2 small, up to its context.
Json costs() {
  const ModelShape shape{12, 768, 12, 12, 3072, 50'257, 1024};
  std::vector<int64_t> tokens;
  std::vector<double> whole, cached;
  for (int64_t t = 1; t <= shape.context; t *= 2) {
    tokens.push_back(t);
    whole.push_back(static_cast<double>(generation_flops(shape, t, false)));
    cached.push_back(static_cast<double>(generation_flops(shape, t, true)));
  }
  return {{"tokens", tokens},       {"whole", whole},       {"cached", cached},
          {"layers", shape.layers}, {"width", shape.width}, {"parameters", parameter_count(shape)}};
}

/// Random texts of 24 different tokens, twice: the probability of the right one in the second half.
Json induction(Draws& draws) {
  const int64_t half = 24, repeats = 12;
  std::vector<Tensor> texts;
  for (int64_t i = 0; i < repeats; ++i) texts.push_back(draws.permutation(half).repeat({2}));
  const auto tokens = torch::stack(texts);
  std::vector<double> sharpnesses, scores;
  std::vector<Tensor> right;
  for (double sharpness = 0; sharpness <= 14; sharpness += 0.5) {
    sharpnesses.push_back(sharpness);
    const auto made = induction_head(tokens, half, sharpness).slice(1, half, 2 * half - 1);
    right.push_back(made.gather(2, tokens.slice(1, half + 1).unsqueeze(2)).mean({1, 2}));
  }
  return {{"half", half}, {"sharpness", sharpnesses}, {"right", with_error(torch::stack(right, 1))}};
}

/// A step through descent_head on 4,000 random problems, for each rate.
Json in_context(Draws& draws) {
  const int64_t d = 8, problems = 4000;
  auto all = Json::array();
  for (const auto& [examples, noise] : {std::pair<int64_t, double>{10, 0.0}, {30, 0.0}, {30, 8.0}}) {
    const auto X = draws.normal({problems, examples, d}), w = draws.normal({problems, d, 1}),
               x = draws.normal({problems, 1, d});
    const auto y = X.matmul(w) + std::sqrt(noise) * draws.normal({problems, examples, 1});
    const auto z = torch::cat({X, y}, 2),
               question = torch::cat({x, torch::zeros({problems, 1, 1}, torch::kFloat64)}, 2);
    std::vector<double> rates;
    std::vector<Tensor> errors;
    for (double rate = 0; rate <= 1.21; rate += 0.1) {
      const auto head = descent_head(d, examples, rate);
      const auto products = question.matmul(head.query.t()).matmul(z.matmul(head.key.t()).transpose(1, 2));
      const auto after = question + products.matmul(z.matmul(head.value.t())).matmul(head.output.t());
      rates.push_back(rate);
      errors.push_back((-after.select(2, d).flatten() - x.matmul(w).flatten()).square() /
                       static_cast<double>(d));
    }
    all.push_back(Json{{"d", d},
                       {"examples", examples},
                       {"noise", noise},
                       {"rates", rates},
                       {"best", best_rate(d, examples, noise)},
                       {"errors", with_error(torch::stack(errors, 1))}});
  }
  return all;
}

/// −ln p of the character at each place of pieces of Shakespeare, by fit_text and by who knows all pairs.
Json reading(std::uint64_t seed) {
  const auto text = transformer::data::shakespeare(seed);
  const auto model = fit_text(text.train, text.vocabulary, 1);
  model.eval();
  const auto next = text.pieces.slice(1, 1).unsqueeze(2);
  const auto of = [&](const Tensor& logits) {
    return -at::log_softmax(logits.slice(1, 0, transformer::data::kPiece - 1).to(torch::kFloat64), -1)
                .gather(2, next)
                .squeeze(2);
  };
  const auto frequencies = at::bincount(text.train, {}, text.vocabulary).to(torch::kFloat64);
  const auto single =
      (frequencies / frequencies.sum()).log().index_select(0, text.pieces.slice(1, 1).flatten());
  return {{"vocabulary", text.vocabulary},
          {"model", with_error(of(model.forward(text.pieces)))},
          {"unigram", -single.mean().item<double>()},
          {"bigram", of(at::embedding(transformer::data::bigram(text), text.pieces)).mean().item<double>()}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  Draws draws(seed);
  return {{"seed", seed},
          {"freezing", freezing(draws)},
          {"smoother", smoother(draws)},
          {"rotary", rotary(draws)},
          {"nucleus", nucleus()},
          {"costs", costs()},
          {"induction", induction(draws)},
          {"in_context", in_context(draws)},
          {"reading", reading(seed)}};
}
