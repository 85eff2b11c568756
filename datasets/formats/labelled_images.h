#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

namespace spinlab::datasets {

/// What a file of records holds: a label byte each, then a plane of side × side bytes for red, green and
/// blue.
struct LabelledImages {
  /// uint8 (n, 3, side, side), and (n) int64.
  at::Tensor images, labels;
};

struct LabelledImagesLayout {
  int64_t records, side;
  int classes;
  /// Whose file it is, for what to do where it is broken.
  std::string dataset;
};

/// The file's records; of a packed one (.gz, .xz) what they unpack to is kept
/// (datasets/formats/parsed_cache.h). [the binary version of CIFAR-10: Krizhevsky, Learning Multiple Layers
/// of Features from Tiny Images, 2009] Throws c10::ValueError where there are more or fewer records, the last
/// is cut short, or a label is no class.
LabelledImages read_labelled_images(const std::filesystem::path& file, const LabelledImagesLayout& layout);

}  // namespace spinlab::datasets
