#include "datasets/sets/mnist.h"

#include <ATen/ATen.h>

#include <array>
#include <sstream>

#include "datasets/files/compressed_file.h"
#include "datasets/registry.h"
#include "datasets/statistics.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kUnsignedBytes = 0x0800;
constexpr int64_t kMaxSide = 1024;
constexpr int64_t kMaxRows = 1'000'000;
constexpr int64_t kDigits = 10;

int64_t big_endian(CompressedFile& in) {
  std::array<unsigned char, 4> b{};
  in.read(b.data(), b.size());
  return int64_t{b[0]} << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

std::vector<int64_t> read_header(CompressedFile& in, int64_t dimensions, int64_t max_rows) {
  if (const auto magic = big_endian(in); magic != (kUnsignedBytes | dimensions)) {
    std::ostringstream what;
    what << "not an idx file of " << dimensions << "-dimensional bytes (its first four bytes are 0x"
         << std::hex << magic << ")";
    in.fail(what.str());
  }
  std::vector<int64_t> shape;
  for (int64_t d = 0; d < dimensions; ++d) {
    shape.push_back(big_endian(in));
    const auto limit = d == 0 ? max_rows : kMaxSide;
    if (shape[d] < 1 || shape[d] > limit) {
      in.fail("its header claims " + std::to_string(shape[d]) + " in dimension " + std::to_string(d) +
              ", 1 to " + std::to_string(limit) + " are accepted");
    }
  }
  return shape;
}

Split read_split(const DataFolders& folders, const std::string& part) {
  const auto images = folders.find("mnist/" + part + "-images-idx3-ubyte", "mnist");
  const auto labels = folders.find("mnist/" + part + "-labels-idx1-ubyte", "mnist");
  const auto remedy = fetch_again("mnist");
  const auto x = read_idx(images, 3, kMaxRows, remedy);
  const auto y = read_idx(labels, 1, kMaxRows, remedy);
  TORCH_CHECK_VALUE(x.size(0) == y.size(0), images.string(), ": ", x.size(0), " images, but ",
                    labels.string(), " has ", y.size(0), " labels; ", remedy);
  const auto largest = y.max().item<int64_t>();
  TORCH_CHECK_VALUE(largest < kDigits, labels.string(), ": a label is ", largest, ", 0 to 9 are expected; ",
                    remedy);
  return {x.unsqueeze(1), y.to(at::kLong), {}};
}

}  // namespace

at::Tensor read_idx(const fs::path& file, int64_t dimensions, int64_t max_rows, const std::string& remedy) {
  CompressedFile in(file, remedy);
  const auto shape = read_header(in, dimensions, max_rows);
  auto values = at::empty(shape, at::kByte);
  in.read(values.data_ptr(), values.numel());
  in.expect_end();
  return values;
}

Dataset load_mnist(const Config& options, const DataFolders& folders, std::uint64_t) {
  options.expect_no_other_keys();
  Dataset set;
  set.name = "mnist";
  set.train = read_split(folders, "train");
  set.test = read_split(folders, "t10k");
  for (int64_t digit = 0; digit < kDigits; ++digit) set.classes.push_back(std::to_string(digit));
  std::tie(set.mean, set.deviation) = channel_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "mnist", .summary = "handwritten digits, 28 × 28", .load = load_mnist}};

}  // namespace
}  // namespace spinlab::datasets
