#include "src/core/require_memory.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include <cmath>

namespace spinlab {

void require_memory(double bytes, const std::string& what, const std::string& remedy) {
  const auto there =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
  const auto gib = [](double number) { return std::llround(number / (1 << 30)); };
  TORCH_CHECK_VALUE(bytes < there, what, " takes ", gib(bytes), " GiB of memory, and this machine has ",
                    gib(there), "; ", remedy);
}

}  // namespace spinlab
