#pragma once

#include "datasets/dataset.h"
#include "datasets/formats/labelled_images.h"

namespace spinlab::datasets {

/// All 1,000, in the file's order: 0 elliptical, 1 clockwise and 2 anticlockwise spiral, 3 edge-on.
LabelledImages read_galaxies(const DataFolders& folders);
/// These labels with spirals of both senses as one: 0 elliptical, 1 spiral, 2 edge-on.
at::Tensor without_handedness(const at::Tensor& labels);

/// 1,000 galaxies of the Sloan Digital Sky Survey as people named them in Galaxy Zoo 1 [Lintott et al., MNRAS
/// 389 (2008) 1179; 410 (2011) 166]: inputs uint8 (800 / 200, 3, 64, 64), 250 of each class. A mirror image
/// of a spiral that winds clockwise is one that winds anticlockwise (Dataset::mirrored_classes). Option
/// "handedness": true has the classes elliptical, clockwise, anticlockwise, edge-on; false has elliptical,
/// spiral, edge-on.
Dataset load_galaxies(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
