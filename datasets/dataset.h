#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/files/catalog.h"
#include "datasets/files/data_folders.h"
#include "datasets/tokens/tokenizer.h"
#include "src/core/config.h"

namespace spinlab::datasets {

/// A target that nothing is learnt from and no model is judged by; LibTorch's cross entropy ignores it too.
inline constexpr int64_t kNotJudged = -100;

/// n examples, one a row of each tensor, on the CPU.
struct Split {
  /// (n, …): images uint8 (n, C, H, W); spins ±1 int8 (n, 1, L, L); features float64 (n, d); tokens int64
  /// (n, T); windows of a trajectory float64 (n, T, d). Windows may overlap in memory: then they are views of
  /// the one series that they are cut from.
  at::Tensor inputs;
  /// Classes int64 (n), tokens int64 (n, T), where there is nothing to say kNotJudged; regression float64 (n)
  /// or (n, …). Undefined where there is nothing to predict but the inputs themselves.
  at::Tensor targets;
  /// Ising sets only: float64 (n), the temperature of each configuration. Else undefined.
  at::Tensor temperatures;

  int64_t size() const { return inputs.size(0); }
  bool classified() const { return targets.defined() && !targets.is_floating_point(); }
};

/// A distribution that can be sampled without end.
struct Density {
  /// float64 (n, …) from the generator, of the CPU.
  std::function<at::Tensor(int64_t n, at::Generator generator)> sample;
  /// x: float64 (n, …). Returns float64 (n), the exact log density in nats. Empty where nobody knows it.
  std::function<at::Tensor(const at::Tensor& x)> log_density;
};

/// Of trajectories: what forecasts of them are measured by.
struct Motion {
  /// Between two states, and the largest Lyapunov exponent in the same unit: an error grows e-fold in a
  /// Lyapunov time, 1/exponent.
  double time_step = 0, exponent = 0;
  /// States of a test trajectory that a model hears before it goes on alone; those behind are the truth.
  int64_t heard = 0;
};

/// x: float64 (n, …), inputs as they are in a Split. Returns float64 (n, classes), the exact p(class | x).
using Posterior = std::function<at::Tensor(const at::Tensor& x)>;

/// A data set as it is trained on: loaded once, shuffled and cut into batches by indexing.
struct Dataset {
  std::string name;
  Split train;
  Split test;
  /// Further held-out parts by name: "critical" of the Ising sets. A part "validation" is what a run chooses
  /// its epoch by.
  std::map<std::string, Split> parts;
  /// What the classes 0, 1, … are called; empty for regression.
  std::vector<std::string> classes;
  /// Of images whose classes know left from right: the class of each class's mirror image. Empty: its own.
  std::vector<int64_t> mirrored_classes;
  /// What the columns of (n, d) inputs are; empty otherwise.
  std::vector<std::string> features;
  /// What is usually learnt from it, by its name in the list of objectives; empty: the classes or the values
  /// that are its targets.
  std::string objective;
  /// Whether a linear model of it has an intercept; NIST's NoInt problems have none.
  bool intercept = true;
  /// Of a text: what its tokens are; `classes` are their names. Else empty.
  std::shared_ptr<const Tokenizer> tokenizer;
  /// Where it can be sampled anew at each step, beside the fixed sample in `train`.
  std::optional<Density> density;
  /// Of trajectories, which are inputs (n, T, d) without targets; else empty.
  std::optional<Motion> motion;
  /// Where the distribution of the classes is known; its argmax is the Bayes rule, which no classifier beats
  /// (datasets/known_classes.h). Else empty.
  Posterior posterior;
  /// How `train`, `test` and the parts came about, in a line; empty where nobody said.
  std::string how_split;
  /// What whoever uses it should know, a line each: what is missing, what was left out.
  std::vector<std::string> notes;
  /// Of examples that follow each other in time: what one is called by its inputs ("1981-01-01"). Else empty.
  std::function<std::string(const at::Tensor& input)> date;
  /// What the numbers to be predicted are ("minimum of the day (°C)"); empty where nobody said.
  std::string target;
  /// Of the training inputs, float64, shaped to broadcast over them: (C, 1, 1) for images, (d) for features.
  /// A batch is normalised where it is used, as (x - mean) / deviation; uint8 inputs are first divided by
  /// 255. Undefined for tokens.
  at::Tensor mean;
  at::Tensor deviation;
};

/// Loads by name. `options` is {"name": "mnist", …}: beside the data set's own options (its header says
/// which) each takes "max_train" and "max_test", to keep the first so many examples; an option that is null
/// is as one that is missing. `seed` is for what is made, or shuffled, not read. Throws c10::ValueError:
/// unknown name (with the nearest), unknown option, folders that are none, files missing, cut short or not
/// those of the catalog (with the command that mends it).
Dataset load_dataset(const Json& options, const DataFolders& folders, std::uint64_t seed,
                     const Catalog& catalog = Catalog::standard());

/// Every name that load_dataset knows: those that are linked into this program (datasets/registry.h).
std::vector<std::string> dataset_names();

/// What it is, in a line; of what is in the catalog its title there. Throws c10::ValueError for an unknown
/// name.
std::string dataset_summary(const std::string& name);

}  // namespace spinlab::datasets
