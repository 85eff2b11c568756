#pragma once

#include <stdexcept>
#include <string>

namespace spinlab {

/// What a stub of the handout throws until its student has written it. The only header of Spinlab that a
/// submission sees, beside its assignment's own.
struct NotImplemented : std::logic_error {
  explicit NotImplemented(const std::string& what) : std::logic_error(what + " is not implemented yet") {}
};

}  // namespace spinlab
