// The experiment of the handout, section 18: the student's gradients, gates, truncation, sampling and
// language model, with the theory to compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "assignments/shared/json.h"
#include "calls.h"
#include "data.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using rnn::Cell;
using torch::Tensor;

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : generator_(make_generator(seed, "experiment")) {}
  Tensor normal(at::IntArrayRef shape) { return torch::randn(shape, generator_, torch::kFloat64); }

 private:
  at::Generator generator_;
};

/// A mean over the first dimension and its error.
Json with_error(const Tensor& runs) {
  const double root = std::sqrt(static_cast<double>(runs.size(0)));
  return {{"mean", numbers_of(runs.mean(0))}, {"error", numbers_of(runs.std(0) / root)}};
}

/// Norms of a gradient that goes back through 60 random matrices of 100 units, divided by their own radius,
/// times the one asked for: logarithms to the base 10.
Json radii(Draws& draws) {
  const int64_t m = 100, steps = 80, matrices = 60;
  auto all = Json::array();
  for (const double radius : {0.9, 1.0, 1.1}) {
    std::vector<Tensor> norms;
    for (int64_t i = 0; i < matrices; ++i) {
      const auto U = draws.normal({m, m}), g = draws.normal({m});
      norms.push_back((gradient_norms(U * (radius / spectral_radius(U)), g, steps) / g.norm()).log10());
    }
    all.push_back(Json{{"radius", radius}, {"norms", with_error(torch::stack(norms))}});
  }
  return {{"units", m}, {"matrices", matrices}, {"steps", steps}, {"runs", all}};
}

/// ((a, b), (0, a)), a = 0.9.
Json hump() {
  auto all = Json::array();
  for (const double b : {0.0, 0.3, 1.0}) {
    const auto U = torch::tensor({0.9, b, 0.0, 0.9}, torch::kFloat64).view({2, 2});
    all.push_back(Json{{"b", b}, {"gains", numbers_of(gains(U, 60))}});
  }
  return {{"a", 0.9}, {"runs", all}};
}

/// What of a gradient by the last cell reaches the first, in 40 random LSTMs of 20 units with small weights.
Json forgetting(Draws& draws) {
  const int64_t m = 20, d = 5, cells = 40;
  const std::vector<int64_t> steps{1, 2, 4, 8, 16, 32, 64};
  auto all = Json::array();
  for (const double bias : {0.0, 1.0, 3.0, 5.0}) {
    std::vector<Tensor> left;
    for (int64_t i = 0; i < cells; ++i) {
      auto b = torch::zeros({4 * m}, torch::kFloat64);
      b.slice(0, m, 2 * m).fill_(bias);
      const Cell cell{0.1 * draws.normal({4 * m, d}), 0.1 / std::sqrt(20.0) * draws.normal({4 * m, m}), b,
                      torch::zeros_like(b)};
      const auto zeros = torch::zeros({1, m}, torch::kFloat64), g = draws.normal({1, m});
      std::vector<double> norms;
      for (const auto t : steps) {
        const auto x = draws.normal({t, 1, d});
        const auto back =
            lstm_gradient(x, {zeros, zeros}, cell, torch::zeros({t, 1, m}, torch::kFloat64), {zeros, g});
        norms.push_back(std::log10(back.c.norm().item<double>() / g.norm().item<double>()));
      }
      left.push_back(torch::tensor(norms, torch::kFloat64));
    }
    all.push_back(Json{{"bias", bias}, {"norms", with_error(torch::stack(left))}});
  }
  return {{"steps", steps}, {"runs", all}};
}

/// A nearly linear cell of one number: sums of 10⁻⁴. The part of the whole gradient by b of the last of 200
/// steps.
Json truncation() {
  const int64_t T = 200;
  const std::vector<int64_t> contexts{1, 2, 5, 10, 20, 40, 50, 100, 200};
  auto all = Json::array();
  for (const double u : {0.8, 0.95, 0.99}) {
    const auto one = [](double value) { return torch::full({1}, value, torch::kFloat64); };
    const Cell cell{one(1).view({1, 1}), one(u).view({1, 1}), one(1e-6), one(0)};
    const auto x = torch::zeros({T, 1, 1}, torch::kFloat64), h = torch::zeros({1, 1}, torch::kFloat64);
    auto g = torch::zeros_like(x);
    g[T - 1].fill_(1);
    const double whole = rnn_gradient(x, h, cell, g).input_bias.item<double>();
    std::vector<double> parts;
    for (const auto context : contexts)
      parts.push_back(truncated_gradient(x, h, cell, g, context).input_bias.item<double>() / whole);
    all.push_back(Json{{"u", u}, {"parts", parts}});
  }
  return {{"steps", T}, {"contexts", contexts}, {"runs", all}};
}

/// 400 tokens at each temperature from p = (0.6, 0.3, 0.1): how often each is drawn.
Json sampling(std::uint64_t seed) {
  const int64_t count = 400;
  const auto p = torch::tensor({0.6, 0.3, 0.1}, torch::kFloat64);
  const rnn::Reader read = [&](int64_t, const Tensor& state) { return rnn::Step{p, state}; };
  std::vector<double> temperatures;
  std::vector<Tensor> drawn;
  for (double temperature = 0.125; temperature < 9; temperature *= std::sqrt(2.0)) {
    const auto index = static_cast<int64_t>(temperatures.size());
    const auto tokens = generate(read, torch::zeros({1}, torch::kFloat64), torch::zeros({1}, torch::kLong),
                                 count, temperature, static_cast<int64_t>(seed % 100'000) + index);
    temperatures.push_back(temperature);
    drawn.push_back(at::bincount(tokens.slice(0, 1), {}, 3).to(torch::kFloat64) / static_cast<double>(count));
  }
  return {{"count", count},
          {"probabilities", numbers_of(p)},
          {"temperatures", temperatures},
          {"drawn", rows(torch::stack(drawn, 1))}};
}

/// −ln p of the character at each place of pieces of Shakespeare, by fit_text and by n-grams.
Json reading(std::uint64_t seed) {
  const auto text = rnn::data::shakespeare(seed);
  const auto model = fit_text(text.train, text.vocabulary, 1);
  model.eval();
  const auto length = rnn::data::kPiece;
  const auto logits = model.forward(text.pieces).slice(1, 0, length - 1).to(torch::kFloat64);
  const auto losses = -at::log_softmax(logits, -1).gather(2, text.pieces.slice(1, 1).unsqueeze(2)).squeeze(2);
  const rnn::data::NGrams counted(text);
  std::vector<double> ngrams;
  for (int64_t order = 1; order <= 3; ++order) {
    double sum = 0;
    for (int64_t t = order; t < length; ++t)
      sum -= counted.behind(text.pieces.slice(1, 0, t), order)
                 .gather(1, text.pieces.slice(1, t, t + 1))
                 .mean()
                 .item<double>();
    ngrams.push_back(sum / static_cast<double>(length - order));
  }
  return {{"vocabulary", text.vocabulary}, {"model", with_error(losses)}, {"ngrams", ngrams}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  Draws draws(seed);
  return {{"seed", seed},
          {"radii", radii(draws)},
          {"hump", hump()},
          {"forgetting", forgetting(draws)},
          {"truncation", truncation()},
          {"sampling", sampling(seed)},
          {"reading", reading(seed)}};
}
