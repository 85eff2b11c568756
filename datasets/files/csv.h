#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/files/compressed_file.h"

namespace spinlab::datasets {

/// Comma-separated lines without quotes, read one by one; blank lines are skipped. Every error is a
/// c10::ValueError with file, line and remedy. At most 16 MiB.
class CsvReader {
 public:
  CsvReader(const std::filesystem::path& file, std::size_t columns, const std::string& remedy);

  /// Moves to the next line; false at the end. Throws where it has not `columns` fields.
  bool next();
  std::string_view field(std::size_t column) const { return fields_[column]; }
  /// The field as a finite number; throws where it is anything else.
  double number(std::size_t column) const;
  [[noreturn]] void fail(const std::string& what) const;

 private:
  CompressedFile file_;
  std::size_t columns_;
  std::string text_;
  std::size_t position_ = 0;
  int64_t line_ = 0;
  std::vector<std::string_view> fields_;
};

/// `text` as a finite decimal number; false where it is anything else.
bool parse_number(std::string_view text, double& number);

}  // namespace spinlab::datasets
