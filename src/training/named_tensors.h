#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace spinlab::training {

/// What a checkpoint is made of.
using NamedTensors = std::map<std::string, at::Tensor>;

/// Copies every tensor of `from`, a checkpoint, into the one of the same name in `to`. Throws c10::ValueError
/// where a name is missing or one too many, a type or a shape differs; nothing is copied then.
void copy_all(const NamedTensors& from, const NamedTensors& to);

}  // namespace spinlab::training
