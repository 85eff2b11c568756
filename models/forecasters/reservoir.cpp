#include "models/forecasters/reservoir.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "models/solvers/spectral_radius.h"
#include "src/core/on_all_cores.h"
#include "src/core/seed.h"

namespace spinlab::models {
namespace {

// BEGIN SOLUTION
/// So many weights a step, and its halves are worth another thread.
constexpr int64_t kForAnotherThread = 400'000;
// END SOLUTION

void require_options(const ReservoirOptions& options, int64_t inputs) {
  TORCH_CHECK_VALUE(options.units >= 1 && options.units <= Reservoir::kMaxUnits, "units: expected 1 to ",
                    Reservoir::kMaxUnits, ", got ", options.units);
  TORCH_CHECK_VALUE(options.degree >= 1 && options.degree <= options.units, "degree: expected 1 to the ",
                    options.units, " units, got ", options.degree);
  TORCH_CHECK_VALUE(options.radius >= 0, "radius: expected at least 0, got ", options.radius);
  TORCH_CHECK_VALUE(options.leak > 0 && options.leak <= 1, "leak: expected a number in (0, 1], got ",
                    options.leak);
  TORCH_CHECK_VALUE(inputs >= 1, "a reservoir needs at least one input");
}

/// float32 (groups, rows, 8) uniform in ±scale; 0 for the units that only fill up the last group.
at::Tensor uniform(int64_t groups, int64_t rows, int64_t units, double scale, at::Generator generator) {
  auto drawn = at::empty({groups, rows, kLanes}, at::kFloat);
  drawn.uniform_(-scale, scale, generator);
  drawn[groups - 1].slice(1, units - (groups - 1) * kLanes, kLanes).zero_();
  return drawn;
}

/// `degree` different units for each group, rising, int16 (groups, degree).
at::Tensor choose_heard(int64_t groups, int64_t degree, int64_t units, std::uint64_t seed) {
  auto heard = at::empty({groups, degree}, at::kShort);
  auto* out = reinterpret_cast<std::uint16_t*>(heard.mutable_data_ptr<int16_t>());
  auto engine = make_engine(seed, "reservoir heard");
  std::vector<std::uint16_t> all(static_cast<std::size_t>(units));
  std::iota(all.begin(), all.end(), 0);
  for (int64_t g = 0; g < groups; ++g) {
    auto* row = out + g * degree;
    for (int64_t j = 0; j < degree; ++j) {  // the first of a shuffle [Fisher and Yates]
      const auto rest = static_cast<std::uint64_t>(units - j);
      std::swap(all[j], all[j + static_cast<int64_t>(engine() % rest)]);
      row[j] = all[j];
    }
    std::sort(row, row + degree);
  }
  return heard;
}

}  // namespace

Reservoir::Reservoir(const ReservoirOptions& options, int64_t inputs)
    : units_((require_options(options, inputs), options.units)),
      inputs_(inputs),
      groups_((units_ + kLanes - 1) / kLanes),
      degree_(options.degree),
      leak_(options.leak),
      heard_(choose_heard(groups_, degree_, units_, options.seed)),
      recurrent_(uniform(groups_, degree_, units_, 1, make_generator(options.seed, "reservoir recurrent"))),
      input_(at::cat(
          {uniform(groups_, inputs, units_, options.input_scaling,
                   make_generator(options.seed, "reservoir inputs")),
           uniform(groups_, 1, units_, options.bias_scaling, make_generator(options.seed, "reservoir bias"))},
          1)) {
  const auto drawn = spectral_radius([this](const at::Tensor& x) { return product(x); }, units_);
  constexpr double kNone = 1e-6;
  TORCH_CHECK_VALUE(drawn > kNone,
                    "the weights that were drawn have the spectral radius 0, which no factor "
                    "changes; choose more units, a larger degree or another seed");
  recurrent_.mul_(options.radius / drawn);
}

ReservoirWeights Reservoir::weights() const {
  return {groups_,
          degree_,
          inputs_,
          leak_,
          reinterpret_cast<const std::uint16_t*>(heard_.const_data_ptr<int16_t>()),
          recurrent_.const_data_ptr<float>(),
          input_.const_data_ptr<float>()};
}

at::Tensor Reservoir::rest(int64_t n) const { return at::zeros({n, units_}, at::kDouble); }

// BEGIN SOLUTION
/// Of one trajectory, or of eight: `heard(t)` gives the inputs of a step, `take` gets the state after it.
template <typename Number, typename Heard, typename Take>
void Reservoir::walk(std::vector<Number>& state, int64_t steps, const Heard& heard, const Take& take) const {
  const auto reservoir = weights();
  std::vector<Number> next(state.size());
  const auto groups_a_core = kForAnotherThread / ((degree_ + inputs_ + 1) * kLanes);
  for (int64_t t = 0; t < steps; ++t) {
    const Number* u = heard(t);
    on_all_cores(groups_, groups_a_core, [&](int64_t first, int64_t last) {
      advance(reservoir, first, last, u, state.data(), next.data());
    });
    std::swap(state, next);
    take(t, state.data());
  }
}

namespace {

/// one(i) for a trajectory, eight(i) for those from the i-th on, as many as there are.
template <typename One, typename EightOfThem>
void for_each_trajectory(int64_t n, const One& one, const EightOfThem& eight) {
  const auto whole = n / kLanes, rest = n % kLanes;
  on_all_cores(whole + rest, 1, [&](int64_t first, int64_t last) {
    for (auto i = first; i < last; ++i) i < whole ? eight(i * kLanes) : one(whole * kLanes + i - whole);
  });
}

/// Rows (n, T, width), of which lane l of a group from `first` on reads or writes row first + l.
template <typename Number>
struct Rows {
  Number* data;
  int64_t steps, width;

  Number* at(int64_t trajectory, int64_t t) const { return data + (trajectory * steps + t) * width; }
  void read(int64_t first, int64_t t, Eight* into) const {
    for (int64_t l = 0; l < kLanes; ++l) {
      const auto* row = at(first + l, t);
      for (int64_t c = 0; c < width; ++c) into[c][l] = row[c];
    }
  }
  void write(int64_t first, int64_t t, const Eight* from) const {
    for (int64_t l = 0; l < kLanes; ++l) {
      auto* row = at(first + l, t);
      for (int64_t c = 0; c < width; ++c) row[c] = from[c][l];
    }
  }
};

}  // namespace
// END SOLUTION

at::Tensor Reservoir::listen(const at::Tensor& inputs, at::Tensor& state) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "a reservoir in state ", state.sizes(), " hears ", inputs.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  const auto n = inputs.size(0), steps = inputs.size(1);
  const auto given = inputs.contiguous();
  state = state.contiguous();
  auto states = at::empty({n, steps, units_}, at::kDouble);
  const Rows<const double> in{given.const_data_ptr<double>(), steps, inputs_};
  const Rows<double> out{states.mutable_data_ptr<double>(), steps, units_},
      last{state.mutable_data_ptr<double>(), 1, units_};
  const auto numbers = static_cast<std::size_t>(groups_ * kLanes);
  const auto one = [&](int64_t i) {
    std::vector<double> x(numbers);
    std::copy_n(last.at(i, 0), units_, x.data());
    walk(
        x, steps, [&](int64_t t) { return in.at(i, t); },
        [&](int64_t t, const double* now) { std::copy_n(now, units_, out.at(i, t)); });
    std::copy_n(x.data(), units_, last.at(i, 0));
  };
  const auto eight = [&](int64_t i) {
    std::vector<Eight> x(numbers), u(static_cast<std::size_t>(inputs_));
    last.read(i, 0, x.data());
    const auto heard = [&](int64_t t) {
      in.read(i, t, u.data());
      return u.data();
    };
    walk(x, steps, heard, [&](int64_t t, const Eight* now) { out.write(i, t, now); });
    last.write(i, 0, x.data());
  };
  for_each_trajectory(n, one, eight);
  return states;
  // END SOLUTION
}

at::Tensor Reservoir::speak(const at::Tensor& state, const ReadoutWeights& readout, int64_t steps) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, steps, " words of ", readout.outputs, " numbers from ", state.sizes(),
  // STUB                   ": left out, 10-reservoir asks for it");
  const auto n = state.size(0);
  const auto begun = state.contiguous();
  auto said = at::empty({n, steps, inputs_}, at::kDouble);
  if (steps == 0) return said;
  const Rows<const double> from{begun.const_data_ptr<double>(), 1, units_};
  const Rows<double> out{said.mutable_data_ptr<double>(), steps, inputs_};
  const auto numbers = static_cast<std::size_t>(groups_ * kLanes);
  const auto one = [&](int64_t i) {
    std::vector<double> x(numbers);
    std::copy_n(from.at(i, 0), units_, x.data());
    read_out(readout, x.data(), out.at(i, 0));
    walk(
        x, steps - 1, [&](int64_t t) { return out.at(i, t); },
        [&](int64_t t, const double* now) { read_out(readout, now, out.at(i, t + 1)); });
  };
  const auto eight = [&](int64_t i) {
    std::vector<Eight> x(numbers), y(static_cast<std::size_t>(inputs_));
    const auto say = [&](int64_t t, const Eight* now) {
      read_out(readout, now, y.data());
      out.write(i, t, y.data());
    };
    from.read(i, 0, x.data());
    say(0, x.data());
    walk(
        x, steps - 1, [&](int64_t) { return y.data(); },
        [&](int64_t t, const Eight* now) { say(t + 1, now); });
  };
  for_each_trajectory(n, one, eight);
  return said;
  // END SOLUTION
}

at::Tensor Reservoir::recurrent_weights() const {
  const auto heard = heard_.to(at::kLong).bitwise_and(0xffff);
  auto whole = at::zeros({groups_, kLanes, units_}, at::kDouble);
  const auto columns = heard.unsqueeze(1).expand({groups_, kLanes, degree_});
  whole.scatter_(2, columns, recurrent_.transpose(1, 2).to(at::kDouble));
  return whole.flatten(0, 1).slice(0, 0, units_);
}

at::Tensor Reservoir::input_weights() const {
  return input_.slice(1, 0, inputs_).transpose(1, 2).flatten(0, 1).slice(0, 0, units_).to(at::kDouble);
}

at::Tensor Reservoir::bias() const {
  return input_.select(1, inputs_).flatten().slice(0, 0, units_).to(at::kDouble);
}

/// W x, by the weights as they are stored.
at::Tensor Reservoir::product(const at::Tensor& x) const {
  const auto heard = x.index_select(0, heard_.flatten().to(at::kLong).bitwise_and(0xffff));
  const auto by_group = heard.view({groups_, 1, degree_});
  return by_group.matmul(recurrent_.to(at::kDouble)).flatten().slice(0, 0, units_);
}

std::map<std::string, at::Tensor> Reservoir::state() const {
  return {{"reservoir.heard", heard_}, {"reservoir.recurrent", recurrent_}, {"reservoir.input", input_}};
}

namespace {

at::Tensor same_kind(const std::map<std::string, at::Tensor>& state, const std::string& name,
                     const at::Tensor& as) {
  const auto found = state.find(name);
  TORCH_CHECK_VALUE(found != state.end() && found->second.scalar_type() == as.scalar_type() &&
                        found->second.sizes() == as.sizes(),
                    "the checkpoint has no ", name, " of ", as.sizes(), ": it is another model's");
  return found->second.contiguous();
}

}  // namespace

void Reservoir::load_state(const std::map<std::string, at::Tensor>& state) {
  auto heard = same_kind(state, "reservoir.heard", heard_);
  TORCH_CHECK_VALUE(heard.to(at::kLong).bitwise_and(0xffff).max().item<int64_t>() < units_,
                    "the checkpoint's reservoir.heard names a unit beyond the ", units_, " that there are");
  auto recurrent = same_kind(state, "reservoir.recurrent", recurrent_);
  auto input = same_kind(state, "reservoir.input", input_);
  heard_ = std::move(heard);
  recurrent_ = std::move(recurrent);
  input_ = std::move(input);
}

}  // namespace spinlab::models
