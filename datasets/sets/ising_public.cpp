#include "datasets/sets/ising_public.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <array>
#include <cstring>

#include "datasets/files/compressed_file.h"
#include "datasets/registry.h"
#include "datasets/split.h"
#include "src/core/on_all_cores.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kSide = 40, kTemperatures = 16, kPerTemperature = 10'000,
                  kSamples = kTemperatures * kPerTemperature;
constexpr int64_t kPackedBytes = kSide * kSide / 8;
constexpr int64_t kFirstCritical = 7 * kPerTemperature, kFirstDisordered = 10 * kPerTemperature;
constexpr const char* kFolder = "ising/Ising2DFM_reSample_L40_T=All";

std::string little_endian(uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

// What numpy 1.x pickles before the bytes of a one-dimensional array: _reconstruct(ndarray, (0,), b'b'), then
// its state (1, (elements,), dtype, False, the bytes).
std::string pickle_head(const std::string& dtype, int64_t elements, int64_t bytes) {
  using namespace std::string_literals;
  const auto byte_order = dtype == "u1" ? "|"s : "<"s;
  return "\x80\x03"
         "cnumpy.core.multiarray\n_reconstruct\nq\0cnumpy\nndarray\nq\x01K\0\x85q\x02"
         "C\x01"
         "bq\x03\x87q\x04Rq\x05(K\x01J"s +
         little_endian(elements) +
         "\x85q\x06"
         "cnumpy\ndtype\nq\x07X\x02\0\0\0"s +
         dtype + "q\x08K\0K\x01\x87q\tRq\n(K\x03X\x01\0\0\0"s + byte_order +
         "q\x0bNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tq\x0c"
         "b\x89"
         "B"s +
         little_endian(bytes);
}

constexpr std::string_view kPickleTail =
    "q\x0dtq\x0e"
    "b.";

at::Tensor as_temperatures() {
  return ((at::arange(kSamples, at::kLong).floor_divide(kPerTemperature) + 1) * 0.25).to(at::kDouble);
}

Split unpack(const IsingPublic& set, const at::Tensor& rows) {
  return {unpack_spins(set.packed.index_select(0, rows), kSide), set.labels.index_select(0, rows),
          set.temperatures.index_select(0, rows)};
}

}  // namespace

at::Tensor read_pickled_array(const fs::path& file, const std::string& dtype, int64_t elements) {
  const auto bytes = elements * (dtype == "u1" ? 1 : 8);
  CompressedFile in(file, fetch_again("ising-public"));
  const auto head = pickle_head(dtype, elements, bytes);
  std::string found(head.size(), '\0');
  in.read(found.data(), found.size());
  if (found != head) {
    in.fail("its head is not that of a pickled numpy array of " + std::to_string(elements) +
            " elements of type " + dtype);
  }
  auto array = at::empty({bytes}, at::kByte);
  in.read(array.mutable_data_ptr(), bytes);
  std::string tail(kPickleTail.size(), '\0');
  in.read(tail.data(), tail.size());
  if (tail != kPickleTail) in.fail("the pickle does not end after its array");
  in.expect_end();
  return array;
}

IsingPublic read_ising_public(const fs::path& configurations, const fs::path& labels) {
  IsingPublic set;
  set.packed =
      read_pickled_array(configurations, "u1", kSamples * kPackedBytes).view({kSamples, kPackedBytes});
  set.labels =
      read_pickled_array(labels, "i8", kSamples).view(at::kLong);  // little-endian, as this machine is
  set.temperatures = as_temperatures();
  TORCH_CHECK_VALUE(set.labels.equal(set.temperatures.le(2.25).to(at::kLong)), labels.string(),
                    ": the labels are not 1 up to T = 2.25 and 0 above; ", fetch_again("ising-public"));
  return set;
}

at::Tensor unpack_spins(const at::Tensor& packed, int64_t side) {
  const auto n = packed.size(0);
  TORCH_CHECK(packed.size(1) * 8 == side * side, "unpack_spins: ", packed.size(1), " bytes do not hold ",
              side, "² spins");
  std::array<std::array<int8_t, 8>, 256> spins;
  for (int byte = 0; byte < 256; ++byte) {
    for (int bit = 0; bit < 8; ++bit) spins[byte][bit] = (byte >> (7 - bit)) & 1 ? 1 : -1;
  }
  auto states = at::empty({n, 1, side, side}, at::kChar);
  const auto bytes = packed.contiguous();
  const auto* from = bytes.const_data_ptr<uint8_t>();
  auto* to = states.mutable_data_ptr<int8_t>();
  on_all_cores(bytes.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) std::memcpy(to + 8 * i, spins[from[i]].data(), 8);
  });
  return states;
}

Dataset load_ising_public(const Config& options, const DataFolders& folders, std::uint64_t seed) {
  const auto train_fraction = options.number("train_fraction", 0, 1);
  options.expect_no_other_keys();
  const auto stem = std::string(kFolder);
  const auto whole = read_ising_public(folders.find(stem + ".pkl", "ising-public"),
                                       folders.find(stem + "_labels.pkl", "ising-public"));
  const auto rows = at::arange(kSamples, at::kLong);
  const auto critical = rows.slice(0, kFirstCritical, kFirstDisordered);
  const auto far = at::cat({rows.slice(0, 0, kFirstCritical), rows.slice(0, kFirstDisordered)});
  Dataset set;
  set.name = "ising-public";
  // Row numbers are shuffled first, so that each state is unpacked once, where it belongs.
  shuffle_split({far, far, {}}, 1 - train_fraction, seed, set);
  set.train = unpack(whole, set.train.inputs);
  set.test = unpack(whole, set.test.inputs);
  set.parts["critical"] = unpack(whole, critical);
  set.classes = {"disordered", "ordered"};
  set.mean = at::zeros({1, 1, 1}, at::kDouble);
  set.deviation = at::ones({1, 1, 1}, at::kDouble);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "ising-public",
                                            .summary = "Ising configurations, 40 × 40, at 16 temperatures",
                                            .defaults = {{"train_fraction", 0.5}},
                                            .load = load_ising_public}};

}  // namespace
}  // namespace spinlab::datasets
