#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// One of UCI's files of optical digits, 64 grey values from 0 to 16 and the digit a line: inputs uint8
/// (n, 1, 8, 8), the values as they are; targets int64 (n). [Alpaydin and Kaynak, 1998] Throws
/// c10::ValueError where a line is malformed or there are not `rows`.
Split read_digits(const std::filesystem::path& file, int64_t rows);

/// UCI's own parts: optdigits.tra, 3,823 digits of 30 writers, trains; optdigits.tes, 1,797 of 13 others,
/// which scikit-learn distributes as digits.csv, tests. Takes no options. By Euclidean distance the nearest
/// neighbour is wrong 36 times of 1,797, the vote of five 38 times.
Dataset load_digits(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
