#include "src/training/runs/classified_part.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

namespace spinlab::training {
namespace {

constexpr int64_t kBins = 15, kMistakes = 24, kFilters = 64;

/// (…) to nested lists.
Json nested(const at::Tensor& x) {
  if (x.dim() == 0) return x.item<double>();
  auto list = Json::array();
  for (int64_t i = 0; i < x.size(0); ++i) list.push_back(nested(x[i]));
  return list;
}

Json confusion(const at::Tensor& truth, const at::Tensor& said, int64_t classes) {
  return nested((truth * classes + said).bincount({}, classes * classes).view({classes, classes}));
}

void add_calibration(Json& told, const at::Tensor& largest, const at::Tensor& right) {
  const auto bin = (largest * kBins).floor().clamp(0, kBins - 1).to(at::kLong);
  const auto n = static_cast<double>(largest.size(0));
  auto bins = Json::array();
  double error = 0;
  for (int64_t b = 0; b < kBins; ++b) {
    const auto chosen = bin.eq(b).nonzero().flatten();
    if (chosen.numel() == 0) continue;
    const auto p = largest.index_select(0, chosen).mean().item<double>(),
               share = right.index_select(0, chosen).to(at::kDouble).mean().item<double>();
    error += static_cast<double>(chosen.numel()) / n * std::abs(p - share);
    bins.push_back({{"probability", p}, {"right", share}, {"examples", chosen.numel()}});
  }
  told["calibration"] = bins;
  told["calibration_error"] = error;
}

Json mistake(const datasets::Split& part, int64_t number, int64_t said, const at::Tensor& probabilities) {
  const auto truth = part.targets[number].item<int64_t>();
  Json told{{"number", number}, {"class", truth}, {"said", said}};
  if (probabilities.defined()) {
    told["probability_of_class"] = probabilities[number][truth].item<double>();
    told["probability_of_said"] = probabilities[number][said].item<double>();
  }
  if (part.inputs.dim() == 4) told["image"] = nested(part.inputs[number]);
  return told;
}

/// Numbers of the wrong ones, those of the least probability of their class first.
at::Tensor worst(const at::Tensor& wrong, const at::Tensor& truth, const at::Tensor& probabilities) {
  const auto numbers = wrong.nonzero().flatten();
  if (!probabilities.defined()) return numbers.slice(0, 0, kMistakes);
  const auto of_class = probabilities.gather(1, truth.unsqueeze(1)).squeeze(1).index_select(0, numbers);
  return numbers.index_select(0, of_class.argsort().slice(0, 0, kMistakes));
}

/// The first weights as images of the input's channels, where they are: filters, or rows of the pixels.
at::Tensor first_filters(Learner& learner, int64_t channels) {
  const auto* network = learner.network();
  if (network == nullptr) return {};
  for (const auto& parameter : network->module->parameters()) {
    if (parameter.dim() < 2) continue;
    const auto numbers = parameter[0].numel();
    const auto side = std::llround(std::sqrt(static_cast<double>(numbers / channels)));
    if (side < 2 || side * side * channels != numbers) return {};
    return parameter.detach().reshape({-1, channels, side, side}).slice(0, 0, kFilters).cpu().to(at::kDouble);
  }
  return {};
}

}  // namespace

Json classified_part(Learner& learner, const datasets::Dataset& set, const datasets::Split& part,
                     ImageViews views) {
  TORCH_CHECK_VALUE(part.classified() && part.targets.dim() == 1, set.name,
                    " has no classes: there is nothing to draw but the curves (spinlab plot)");
  const at::NoGradGuard no_graph;
  const auto outputs =
      views.mean([&](const at::Tensor& inputs) { return learner.predict(inputs); }, part.inputs);
  at::Tensor probabilities;
  if (outputs.dim() == 2) probabilities = outputs.to(at::kDouble).softmax(1);
  const auto said = probabilities.defined() ? probabilities.argmax(1) : outputs;
  const auto right = said.eq(part.targets);
  Json told{{"classes", set.classes},
            {"confusion", confusion(part.targets, said, static_cast<int64_t>(set.classes.size()))},
            {"mistakes", Json::array()}};
  if (probabilities.defined()) add_calibration(told, std::get<0>(probabilities.max(1)), right);
  const auto numbers = worst(right.logical_not(), part.targets, probabilities);
  for (int64_t i = 0; i < numbers.numel(); ++i) {
    const auto number = numbers[i].item<int64_t>();
    told["mistakes"].push_back(mistake(part, number, said[number].item<int64_t>(), probabilities));
  }
  if (part.inputs.dim() != 4) return told;
  if (const auto filters = first_filters(learner, part.inputs.size(1)); filters.defined())
    told["filters"] = nested(filters);
  return told;
}

}  // namespace spinlab::training
