#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace spinlab::datasets {

/// The pictures of a folder by class.
struct LabelledImages {
  std::vector<std::filesystem::path> files;  // class by class, each sorted by name
  at::Tensor images;                         // uint8 (n, C, H, W): C = 1 where all pictures are grey, else 3
  at::Tensor labels;                         // int64 (n) into ImageFolder::classes
};

struct ImageFolder {
  std::vector<std::string> classes;  // names of subfolders, sorted
  std::map<std::string, LabelledImages>
      parts;  // "train", "test", "validation"; or "" where that level is absent
};

/// The files of FOLDER/CLASS/PICTURE, or FOLDER/PART/CLASS/PICTURE where a subfolder is called train; PART is
/// train, test or validation. Pictures end in .png, .jpg or .jpeg; other files and what begins with a dot are
/// passed over. Throws c10::ValueError: no such folder, fewer than two classes, a class without pictures or
/// with subfolders.
ImageFolder list_image_folder(const std::filesystem::path& folder);

/// Fills in `images` of every part. size: 0, or the height and width that all are scaled to (bilinear with
/// antialiasing, the aspect not kept). Throws c10::ValueError: a picture that cannot be read, two pictures of
/// different sizes where size is 0 (both are named), more bytes than a thousand times those of the files, and
/// 64 MiB.
void read_images(ImageFolder& folder, int64_t size);

}  // namespace spinlab::datasets
