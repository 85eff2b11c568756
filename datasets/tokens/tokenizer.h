#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab::datasets {

/// Text as numbers and back.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  virtual int64_t size() const = 0;
  /// The bytes that a token in [0, size()) stands for.
  virtual const std::string& bytes(int64_t token) const = 0;
  /// What it is called in tables and files, UTF-8.
  virtual std::string name(int64_t token) const = 0;
  /// int64 (tokens). Throws c10::ValueError where the text holds what no token stands for.
  virtual at::Tensor encode(std::string_view text) const = 0;

  /// The files that others read it from into a folder, whole or not at all; none where its names say all.
  virtual void write(const std::filesystem::path&) const {}

  /// tokens: integers of any shape. Throws c10::ValueError at one that there is not.
  std::string decode(const at::Tensor& tokens) const;
  std::vector<std::string> names() const;
};

}  // namespace spinlab::datasets
