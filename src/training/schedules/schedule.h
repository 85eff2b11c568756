#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "src/core/config.h"

namespace spinlab::training {

/// The learning rate of step s = 0, 1, …, as a multiple of the optimizer's lr.
using Schedule = std::function<double(int64_t step)>;

/// The length that a schedule is stretched over.
struct Duration {
  int64_t epochs = 1;
  int64_t steps_per_epoch = 1;
  double steps() const { return static_cast<double>(epochs * steps_per_epoch); }
};

struct ScheduleEntry {
  std::string name;
  std::string summary;
  Json defaults = Json::object();
  std::function<Schedule(const Config&, const Duration&)> make;
};

/// {"name": …, option: …} with every missing option at its default. With t = s / total, from 0 to 1, after
/// the warm-up:
///   constant             1
///   linear               1 - (1 - final) t
///   cosine               final + (1 - final) (1 + cos π t) / 2   [Loshchilov and Hutter, arXiv:1608.03983,
///   eq. 5] step                 gamma ^ ⌊epoch / every⌋ inverse_root         √(w / max(s, w)), w the steps
///   of the warm-up, at least 1
///                        [Vaswani et al., arXiv:1706.03762, eq. 3, at 1 where the warm-up ends]
///   constant_then_decay  1, in the last `decay` of the steps linearly to final [Zhai et al.,
///   arXiv:2106.04560, section 3.5] one_cycle            from start to 1 in the first `warmup` of the steps,
///   then to final, linearly or as a cosine
///                        (`anneal`) [Smith and Topin, arXiv:1708.07120]
/// All but one_cycle begin with a rise from 0 to 1, linear in s, over the first `warmup` of the steps; t
/// counts from its end. Unknown names and options are errors that name the nearest.
Json schedule_with_defaults(const Json& options, const std::string& where);

/// For a run of that length. Throws c10::ValueError where an option cannot be.
Schedule make_schedule(const Json& options, const Duration& duration, const std::string& where);

}  // namespace spinlab::training
