#include "datasets/sets/images.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/formats/image_folder.h"
#include "datasets/formats/parsed_cache.h"
#include "datasets/registry.h"
#include "datasets/sets/own_file.h"
#include "datasets/statistics.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxSize = 4096;

std::vector<fs::path> all_files(const ImageFolder& folder) {
  std::vector<fs::path> files;
  for (const auto& [name, part] : folder.parts)
    files.insert(files.end(), part.files.begin(), part.files.end());
  return files;
}

/// The order of the files is that of `folder`, so that their contents alone tell the pixels of each part.
void read_once(ImageFolder& folder, int64_t size) {
  Json key = {{"size", size}};
  for (const auto& [name, part] : folder.parts) key["parts"].push_back({name, part.files.size()});
  const auto parsed = parsed_once(all_files(folder), "images 1", key, [&] {
    read_images(folder, size);
    Parsed images;
    for (const auto& [name, part] : folder.parts) images.tensors[name] = part.images;
    return images;
  });
  for (auto& [name, part] : folder.parts) part.images = parsed.tensors.at(name);
}

Json understand(const fs::path& folder, const Json& settings) {
  const auto listed = list_image_folder(folder);
  auto parts = Json::object();
  for (const auto& [name, part] : listed.parts) {
    const auto counts = part.labels.bincount({}, static_cast<int64_t>(listed.classes.size()));
    auto row = Json::object();
    for (std::size_t i = 0; i < listed.classes.size(); ++i)
      row[listed.classes[i]] = counts[static_cast<int64_t>(i)].item<int64_t>();
    parts[name.empty() ? "all" : name] = row;
  }
  return {{"data", completed("images", {{"folder", folder.string()}}, settings)}, {"pictures", parts}};
}

}  // namespace

Dataset load_images(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto name = options.get<std::string>("folder");
  const auto size = options.integer_or("size", 0, 1, kMaxSize);
  auto folder = list_image_folder(name);
  read_once(folder, size);
  const auto split = [&](const std::string& part) {
    return Split{folder.parts.at(part).images, folder.parts.at(part).labels, {}};
  };
  Parts parts{split(folder.parts.contains("train") ? "train" : ""), {}, {}};
  if (folder.parts.contains("test")) parts.test = split("test");
  if (folder.parts.contains("validation")) parts.validation = split("validation");
  cut(parts, fractions_of(options, parts), seed, name);
  Dataset set;
  set.name = "images";
  put_parts(std::move(parts), set);
  set.classes = folder.classes;
  std::tie(set.mean, set.deviation) = input_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "images",
     .summary = "your own folder of PNG and JPEG files, a subfolder a class",
     .defaults =
         {{"folder", nullptr}, {"size", nullptr}, {"test_fraction", nullptr}, {"validation_fraction", 0.0}},
     .load = load_images,
     .endings = {"/"},
     .understand = understand}};

}  // namespace
}  // namespace spinlab::datasets
