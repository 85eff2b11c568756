#pragma once

#include <string>

namespace spinlab {

/// |actual - expected| ≤ absolute + relative · |expected|, element by element.
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

Tolerance rtol(double relative);
Tolerance atol(double absolute);
Tolerance operator+(Tolerance a, Tolerance b);

/// "relative 1e-09 + absolute 1e-12"
std::string to_string(Tolerance tolerance);

/// What agreement to 7 digits may come from. `is_float32`: the result is a number, or all of them are, that
/// float32 has.
const char* seven_digits(bool is_float32);

/// What two numbers that differ have in common: "the sign is turned", "it is twice the expected", "it is half
/// of the expected", "it agrees to 7 digits: float32?". Empty where nothing is that simple.
std::string likeness(double actual, double expected);

/// Empty where they agree; else both values and the tolerance. NaN equals nothing, an infinity only itself.
std::string difference(double actual, double expected, Tolerance tolerance);

}  // namespace spinlab
