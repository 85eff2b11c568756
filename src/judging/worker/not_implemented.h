#pragma once

#include <stdexcept>
#include <string>

namespace spinlab {

/// How the message of a stub ends, by which the runner's side knows one.
constexpr const char* kNotImplementedYet = " is not implemented yet";

/// What a stub of the handout throws until its student has written it. The only header of Spinlab that a
/// submission sees, beside its assignment's own.
struct NotImplemented : std::logic_error {
  explicit NotImplemented(const std::string& what) : std::logic_error(what + kNotImplementedYet) {}
};

}  // namespace spinlab
