#include "datasets/sets/digits.h"

#include <ATen/ATen.h>

#include "datasets/files/csv.h"
#include "datasets/registry.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kSide = 8, kPixels = kSide * kSide, kDigits = 10, kWhite = 16;
constexpr int64_t kTrain = 3823, kTest = 1797;

/// A whole number in [0, largest].
int64_t whole(const CsvReader& csv, int64_t column, int64_t largest) {
  const auto value = csv.number(column);
  if (value < 0 || value > static_cast<double>(largest) ||
      value != static_cast<double>(static_cast<int64_t>(value)))
    csv.fail("field " + std::to_string(column + 1) + " is not a whole number from 0 to " +
             std::to_string(largest));
  return static_cast<int64_t>(value);
}

}  // namespace

Split read_digits(const std::filesystem::path& file, int64_t rows) {
  CsvReader csv(file, kPixels + 1, fetch_again("digits"));
  std::vector<uint8_t> pixels;
  std::vector<int64_t> digits;
  while (csv.next()) {
    for (int64_t i = 0; i < kPixels; ++i) pixels.push_back(static_cast<uint8_t>(whole(csv, i, kWhite)));
    digits.push_back(whole(csv, kPixels, kDigits - 1));
  }
  const auto n = static_cast<int64_t>(digits.size());
  if (n != rows) csv.fail(std::to_string(n) + " digits, " + std::to_string(rows) + " are expected");
  return {at::tensor(pixels, at::kByte).view({n, 1, kSide, kSide}), at::tensor(digits, at::kLong), {}};
}

Dataset load_digits(const Config& options, const DataFolders& folders) {
  options.expect_no_other_keys();
  Dataset set;
  set.name = "digits";
  set.train = read_digits(folders.find("digits/optdigits.tra", "digits"), kTrain);
  set.test = read_digits(folders.find("digits/digits.csv", "digits"), kTest);
  set.how_split = "UCI's own: 3,823 digits of 30 writers to train, 1,797 of 13 others to test";
  for (int64_t digit = 0; digit < kDigits; ++digit) set.classes.push_back(std::to_string(digit));
  std::tie(set.mean, set.deviation) = channel_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "digits", .summary = "handwritten digits, 8 × 8", .load = load_digits}};

}  // namespace
}  // namespace spinlab::datasets
