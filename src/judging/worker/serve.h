#pragma once

#include <cstdint>
#include <string>

#include "src/judging/worker/exports.h"

namespace spinlab::judging {

/// Null where nothing was exported by that name.
Export find_export(const std::string& name);

}  // namespace spinlab::judging

/// What the worker finds in a submission's shared object: answers calls on `socket` until it is closed.
/// LibTorch's default generator starts from `seed`.
extern "C" void spinlab_serve(int socket, std::uint64_t seed);
