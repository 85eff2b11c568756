#pragma once

#include <functional>

namespace spinlab::theory {

/// A root of f between low and high, where its signs differ, to rounding: the secant, with an end's value
/// halved that stays twice [the Illinois method: Dowell and Jarratt, BIT 11 (1971) 168].
double root(const std::function<double(double)>& f, double low, double high);

}  // namespace spinlab::theory
