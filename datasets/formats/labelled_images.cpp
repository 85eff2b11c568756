#include "datasets/formats/labelled_images.h"

#include <ATen/ATen.h>

#include "datasets/files/compressed_file.h"
#include "datasets/formats/parsed_cache.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kChannels = 3;

LabelledImages read_records(const fs::path& file, const LabelledImagesLayout& layout) {
  const auto n = layout.records, side = layout.side;
  LabelledImages read{at::empty({n, kChannels, side, side}, at::kByte), at::empty({n}, at::kLong)};
  CompressedFile in(file, fetch_again(layout.dataset));
  auto* pixels = read.images.mutable_data_ptr<uint8_t>();
  auto* label = read.labels.mutable_data_ptr<int64_t>();
  const auto bytes = kChannels * side * side;
  for (int64_t i = 0; i < n; ++i, pixels += bytes) {
    uint8_t byte = 0;
    in.read(&byte, 1);
    if (byte >= layout.classes) {
      in.fail("the label of record " + std::to_string(i) + " is " + std::to_string(byte) + ", 0 to " +
              std::to_string(layout.classes - 1) + " are expected");
    }
    label[i] = byte;
    in.read(pixels, static_cast<std::size_t>(bytes));
  }
  in.expect_end();
  return read;
}

}  // namespace

LabelledImages read_labelled_images(const fs::path& file, const LabelledImagesLayout& layout) {
  if (file.extension() != ".xz" && file.extension() != ".gz") return read_records(file, layout);
  const Json options{{"records", layout.records}, {"side", layout.side}, {"classes", layout.classes}};
  auto kept = parsed_once({file}, "labelled images 1", options, [&] {
    const auto read = read_records(file, layout);
    return Parsed{{{"images", read.images}, {"labels", read.labels}}, {}};
  });
  return {kept.tensors.at("images"), kept.tensors.at("labels")};
}

}  // namespace spinlab::datasets
