#pragma once

#include "datasets/dataset.h"

/// Data sets that LIBSVM's authors publish results for, in its format (datasets/formats/libsvm.h).
namespace spinlab::datasets {

/// Statlog's heart disease, scaled to [-1, 1] by LIBSVM's authors: 270 patients, float64 (n, 13), classes -1
/// (absent) and 1 (present). Shuffled and split by the seed. Options: "test_fraction" (0.2).
Dataset load_heart_scale(const Config& options, const DataFolders& folders, std::uint64_t seed);

/// Events of an astroparticle experiment, not scaled: float64 (3089, 4) to train and (4000, 4) to test, as
/// published; classes 0 and 1. Takes no options. [Hsu, Chang and Lin, A Practical Guide to Support Vector
/// Classification, appendix A.1: 96.15 % of the test part by a support vector machine with LIBSVM's defaults
/// on scaled features]
Dataset load_svmguide1(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
