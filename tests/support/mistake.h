#pragma once

#include <functional>
#include <string>

namespace spinlab {

/// The message of the c10::ValueError that `body` throws; "nothing was thrown" where it does not.
std::string mistake(const std::function<void()>& body);

}  // namespace spinlab
