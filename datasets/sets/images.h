#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// A folder of the user's own PNG and JPEG files by class (datasets/formats/image_folder.h): inputs uint8 (n,
/// C, H, W), targets the subfolders in the order of their names. Options: "folder"; "size" (null: the
/// pictures' own, which must then be one) scales all to size × size; "test_fraction" (null: 0.2 where the
/// folder has no test part) and "validation_fraction" (0), cut from the shuffled training pictures.
Dataset load_images(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
