#include "tests/training/toy_set.h"

#include <ATen/ATen.h>

#include "src/core/seed.h"
#include "src/training/config.h"

namespace spinlab::training {
namespace {

datasets::Split images(int64_t n, const char* part) {
  auto generator = make_generator(0, part);
  const auto labels = at::arange(n).remainder(3);
  auto pixels = at::randint(0, 120, {n, 1, 6, 6}, generator);
  for (int64_t c = 0; c < 3; ++c) {
    const auto bright = labels.eq(c).to(at::kLong).reshape({n, 1, 1, 1}) * 100;
    pixels.slice(2, 2 * c, 2 * c + 2) += bright;
  }
  return {pixels.to(at::kByte), labels, {}};
}

datasets::Split rows(int64_t n, const char* part) {
  const auto x = at::randn({n, 4}, make_generator(0, part), at::kDouble);
  return {x, 3 * x.select(1, 0) - x.select(1, 1) + 1000, {}};
}

}  // namespace

datasets::Dataset toy_images() {
  datasets::Dataset set;
  set.name = "toy-images";
  set.train = images(150, "train");
  set.test = images(60, "test");
  set.classes = {"top", "middle", "bottom"};
  const auto x = set.train.inputs.to(at::kFloat) / 255;
  set.mean = x.mean().reshape({1, 1, 1});
  set.deviation = x.std().reshape({1, 1, 1});
  return set;
}

datasets::Dataset toy_regression() {
  datasets::Dataset set;
  set.name = "toy-regression";
  set.train = rows(90, "train");
  set.test = rows(30, "test");
  set.mean = set.train.inputs.mean(0).to(at::kFloat);
  set.deviation = set.train.inputs.std(0).to(at::kFloat);
  return set;
}

Json toy_config(const Json& changes) {
  Json recipe = {{"recipe", "toy"},
                 {"model", {{"name", "mlp"}, {"hidden", {16}}}},
                 {"data", {{"name", "linear"}}},
                 {"optimizer", {{"name", "sgd"}, {"lr", 0.05}}},
                 {"schedule", {{"name", "cosine"}}},
                 {"epochs", 5},
                 {"batch", 32},
                 {"device", "cpu"},
                 {"threads", 1},
                 {"step_threads", 1}};
  recipe.update(changes);
  return complete_config(recipe, "toy");
}

}  // namespace spinlab::training
