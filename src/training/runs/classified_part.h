#pragma once

#include "datasets/dataset.h"
#include "src/core/json.h"
#include "src/training/learner.h"
#include "src/training/objectives/image_views.h"

namespace spinlab::training {

/// What a trained classifier says of a part of its data, for a picture:
///
///     "classes"     their names
///     "confusion"   [class][said]: how many
///     "calibration" of 15 bins of the largest probability p, those that have examples: the mean of p, the
///                   share that is right and how many they are; "calibration_error": Σ n |p - share| / n
///                   [Guo et al., ICML 2017, equation 3]. Not where a model says classes alone
///     "mistakes"    at most 24, those first whose class was given the least probability: number in the part,
///                   class, what was said and with which probability, and of images the bytes
///                   [channel][row][column]
///     "filters"     at most 64 of the first layer, [filter][channel][row][column], of models of images
///
/// views: of which the mean of the logits is taken. Throws c10::ValueError for a part without classes.
Json classified_part(Learner& learner, const datasets::Dataset& set, const datasets::Split& part,
                     ImageViews views);

}  // namespace spinlab::training
