#include "tests/support/mistake.h"

#include <c10/util/Exception.h>

namespace spinlab {

std::string mistake(const std::function<void()>& body) {
  try {
    body();
  } catch (const c10::ValueError& error) {
    return error.what_without_backtrace();
  }
  return "nothing was thrown";
}

}  // namespace spinlab
