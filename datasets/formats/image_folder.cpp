#include "datasets/formats/image_folder.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <set>

#include "datasets/files/compressed_file.h"
#include "datasets/formats/picture.h"
#include "src/core/files.h"
#include "src/core/on_all_cores.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 256 << 20;
constexpr std::uint64_t kFactor = 1000, kAlways = 64 << 20, kMostBytes = std::uint64_t{1} << 36;

std::vector<fs::directory_entry> sorted_entries(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with('.')) entries.push_back(entry);
  }
  TORCH_CHECK_VALUE(!error, folder.string(), ": cannot be read (", error.message(), ")");
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::vector<std::string> subfolders(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : sorted_entries(folder)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  return names;
}

bool is_picture(const fs::directory_entry& entry) {
  auto ending = entry.path().extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return entry.is_regular_file() && (ending == ".png" || ending == ".jpg" || ending == ".jpeg");
}

std::vector<fs::path> pictures_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : sorted_entries(folder)) {
    TORCH_CHECK_VALUE(!entry.is_directory(), entry.path().string(),
                      ": a folder where pictures are expected; the classes are the folders one level below "
                      "that of \"folder\", or "
                      "two below it where that has train, test or validation");
    if (is_picture(entry)) files.push_back(entry.path());
  }
  TORCH_CHECK_VALUE(!files.empty(), folder.string(),
                    ": no .png, .jpg or .jpeg here; put some there or remove the folder");
  return files;
}

LabelledImages list_part(const fs::path& folder, const std::vector<std::string>& classes) {
  LabelledImages part;
  std::vector<int64_t> labels;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!fs::is_directory(folder / classes[i])) continue;  // no example of it in this part
    const auto files = pictures_in(folder / classes[i]);
    part.files.insert(part.files.end(), files.begin(), files.end());
    labels.insert(labels.end(), files.size(), static_cast<int64_t>(i));
  }
  TORCH_CHECK_VALUE(!part.files.empty(), folder.string(), ": holds no pictures");
  part.labels = at::tensor(labels, at::kLong);
  return part;
}

std::string bytes_of(const fs::path& file) { return read_file(file, kMaxFileBytes); }

std::vector<PictureSize> sizes_of(const std::vector<fs::path>& files) {
  std::vector<PictureSize> sizes(files.size());
  on_all_cores(static_cast<int64_t>(files.size()), 16, [&](int64_t begin, int64_t end) {
    for (auto i = begin; i < end; ++i) sizes[i] = picture_size(bytes_of(files[i]), files[i].string());
  });
  return sizes;
}

void require_equal(const std::vector<fs::path>& files, const std::vector<PictureSize>& sizes) {
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    TORCH_CHECK_VALUE(sizes[i].height == sizes[0].height && sizes[i].width == sizes[0].width,
                      files[0].string(), " is ", sizes[0].height, " × ", sizes[0].width, ", but ",
                      files[i].string(), " is ", sizes[i].height, " × ", sizes[i].width,
                      "; set \"size\": N to scale all of them to N × N");
  }
}

at::Tensor scaled(const at::Tensor& picture, int64_t size) {
  if (size == 0 || (picture.size(1) == size && picture.size(2) == size)) return picture;
  const auto fine =
      at::_upsample_bilinear2d_aa(picture.unsqueeze(0).to(at::kFloat), {size, size}, /*align_corners=*/false);
  return fine.round_().clamp_(0, 255).to(at::kByte).squeeze(0);
}

void decode_all(const std::vector<fs::path>& files, int64_t size, const at::Tensor& into) {
  on_all_cores(static_cast<int64_t>(files.size()), 4, [&](int64_t begin, int64_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto picture = read_picture(bytes_of(files[i]), files[i].string(), justified_bytes(files[i]));
      into[i].copy_(scaled(picture, size));  // a grey picture is repeated where others are coloured
    }
  });
}

}  // namespace

ImageFolder list_image_folder(const fs::path& folder) {
  std::error_code error;
  TORCH_CHECK_VALUE(fs::is_directory(folder, error), folder.string(), ": no such folder");
  const auto level = subfolders(folder);
  const bool has_parts = std::find(level.begin(), level.end(), "train") != level.end();
  std::vector<std::string> parts = {""};
  if (has_parts) parts = level;
  std::set<std::string> classes;
  for (const auto& part : parts) {
    TORCH_CHECK_VALUE(!has_parts || part == "train" || part == "test" || part == "validation",
                      (folder / part).string(),
                      ": beside a folder train only test and validation are read; rename or move it");
    for (const auto& name : subfolders(folder / part)) classes.insert(name);
  }
  TORCH_CHECK_VALUE(classes.size() >= 2, folder.string(), ": has ", classes.size(),
                    " folders of pictures; expected one a class, two at least");
  ImageFolder listed{{classes.begin(), classes.end()}, {}};
  for (const auto& part : parts) listed.parts[part] = list_part(folder / part, listed.classes);
  return listed;
}

void read_images(ImageFolder& folder, int64_t size) {
  std::vector<fs::path> files;
  for (const auto& [name, part] : folder.parts)
    files.insert(files.end(), part.files.begin(), part.files.end());
  const auto sizes = sizes_of(files);
  if (size == 0) require_equal(files, sizes);
  const auto channels =
      std::any_of(sizes.begin(), sizes.end(), [](auto& each) { return each.colour; }) ? 3 : 1;
  const auto height = size == 0 ? sizes[0].height : size, width = size == 0 ? sizes[0].width : size;
  std::uint64_t stored = 0;
  for (const auto& file : files) stored += fs::file_size(file);
  const auto bytes =
      static_cast<double>(files.size()) * channels * static_cast<double>(height) * static_cast<double>(width);
  const auto most = size == 0 ? std::min(kAlways + kFactor * stored, kMostBytes) : kMostBytes;
  TORCH_CHECK_VALUE(bytes <= static_cast<double>(most), files[0].parent_path().string(), ": ", files.size(),
                    " pictures of ", height, " × ", width, " take ", bytes / 1e9,
                    " GB, which is out of proportion; set \"size\" to a smaller one");
  for (auto& [name, part] : folder.parts) {
    part.images = at::empty({static_cast<int64_t>(part.files.size()), channels, height, width}, at::kByte);
    decode_all(part.files, size, part.images);
  }
}

}  // namespace spinlab::datasets
