#pragma once

#include <string>

#include "models/registry.h"

namespace spinlab::models {

/// Throws c10::ValueError unless the inputs are images of more than 2^halvings pixels in height and width, as
/// a network needs whose 2 x 2 filters take a pixel before it halves them so often. `what`: "a resnet of 3
/// stages".
void require_halved_images(const Problem& problem, std::size_t halvings, const std::string& what,
                           const std::string& where);

}  // namespace spinlab::models
