#pragma once

#include <functional>

#include "src/training/ranks/ranks.h"

namespace spinlab::training {

/// Does the same on every rank. Where it fails on any, all throw what the first of these says, as its kind of
/// error.
void together(Ranks& ranks, const std::function<void()>& work);

/// For what ranks wait for each other in: where it fails on one, that says why and ends all of them.
void bound_together(Ranks& ranks, const std::function<void()>& work);

}  // namespace spinlab::training
