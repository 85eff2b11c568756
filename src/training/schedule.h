#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::training {

/// The learning rate of step s = 0, 1, …, as a multiple of the optimizer's lr.
using Schedule = std::function<double(int64_t step)>;

/// {"name": …, option: …} with every missing option at its default. With t = s / total, from 0 to 1:
///   constant   1
///   linear     1 - (1 - final) t
///   cosine     final + (1 - final) (1 + cos π t) / 2        [Loshchilov and Hutter, arXiv:1608.03983, eq. 5]
///   step       gamma ^ ⌊epoch / every⌋
///   one_cycle  from start to 1 in the first `warmup` of the steps, then to final, linearly or as a cosine
///   (`anneal`)
///              [Smith and Topin, arXiv:1708.07120]
/// Unknown names and options are errors that name the nearest.
Json schedule_with_defaults(const Json& options, const std::string& where);

/// For a run of `epochs` × `steps_per_epoch` steps. Throws c10::ValueError where an option cannot be.
Schedule make_schedule(const Json& options, int64_t epochs, int64_t steps_per_epoch,
                       const std::string& where);

/// The names that make_schedule knows.
std::vector<std::string> schedule_names();

}  // namespace spinlab::training
