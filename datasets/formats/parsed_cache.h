#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "src/core/json.h"

namespace spinlab::datasets {

/// What a reader made of a file.
struct Parsed {
  std::map<std::string, at::Tensor> tensors;
  Json notes;
};

/// What `parse` returns, kept in the cache (cache_folder()/parsed) by the content of `files`: by their
/// SHA-256, the reader's name with its version ("csv 1") and the options that it depends on. Files below 1
/// MiB together are always parsed. An entry is written whole or not at all, carries its own SHA-256, and is
/// made anew where that is wrong; where the cache cannot be written nothing is kept. The folder may be
/// deleted at any time.
Parsed parsed_once(const std::vector<std::filesystem::path>& files, const std::string& reader,
                   const Json& options, const std::function<Parsed()>& parse);

}  // namespace spinlab::datasets
