#include "src/core/called_as.h"

#include <cstdlib>

namespace spinlab {

std::string called_as() {
  const char* said = std::getenv("SPINLAB_CALLED_AS");
  return said == nullptr ? "./spinlab" : said;
}

}  // namespace spinlab
