#include "models/networks/halved_images.h"

#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::models {

void require_halved_images(const Problem& problem, std::size_t halvings, const std::string& what,
                           const std::string& where) {
  const auto& size = problem.input;
  TORCH_CHECK_VALUE(
      size.size() == 3 && halvings < 31 && std::min(size[1], size[2]) > (int64_t{1} << halvings), where, ": ",
      what, " takes images of more than 2^", halvings, " pixels in height and width, got inputs of ",
      c10::IntArrayRef(size), "; choose fewer widths or another model");
}

}  // namespace spinlab::models
