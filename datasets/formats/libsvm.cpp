#include "datasets/formats/libsvm.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

#include "datasets/files/compressed_file.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxIndex = (int64_t{1} << 31) - 1;
constexpr std::uint64_t kMaxTextBytes = std::uint64_t{4} << 30;

class Reader {
 public:
  Reader(std::string text, std::string file, const LibsvmOptions& options)
      : text_(std::move(text)), file_(std::move(file)), options_(options) {}

  LibsvmRows read(std::uint64_t most) {
    measure();
    require_room(most);
    LibsvmRows rows{at::zeros({rows_, columns_}, at::kDouble), at::empty({rows_}, at::kDouble)};
    auto* labels = rows.labels.mutable_data_ptr<double>();
    auto* row = rows.features.mutable_data_ptr<double>() - columns_;
    each_line([&](double label, int64_t number) { labels[number] = label, row += columns_; },
              [&](int64_t column, double value) { row[column] = value; });
    return rows;
  }

  LibsvmSparseRows read_sparse() {
    measure();
    LibsvmSparseRows rows{at::empty({rows_ + 1}, at::kLong), at::empty({numbers_}, at::kInt),
                          at::empty({numbers_}, at::kDouble), at::empty({rows_}, at::kDouble), columns_};
    auto* starts = rows.starts.mutable_data_ptr<int64_t>();
    auto* columns = rows.columns.mutable_data_ptr<int32_t>();
    auto* values = rows.values.mutable_data_ptr<double>();
    auto* labels = rows.labels.mutable_data_ptr<double>();
    int64_t place = 0;
    each_line([&](double label, int64_t number) { labels[number] = label, starts[number] = place; },
              [&](int64_t column, double value) {
                columns[place] = static_cast<int32_t>(column);
                values[place++] = value;
              });
    starts[rows_] = place;
    return rows;
  }

 private:
  /// Counts rows, columns and numbers.
  void measure() {
    each_line([](double, int64_t) {},
              [&](int64_t column, double) {
                columns_ = std::max(columns_, column + 1);
                ++numbers_;
              });
    TORCH_CHECK_VALUE(rows_ > 0, file_, ": holds no examples");
    if (options_.features > 0) columns_ = options_.features;
    TORCH_CHECK_VALUE(columns_ > 0, file_, ": holds labels and no features");
  }

  /// Calls `label` with the label and the number of each example, then `feature` with its columns and values.
  template <typename Label, typename Feature>
  void each_line(const Label& label, const Feature& feature) {
    rows_ = line_ = 0;
    for (std::size_t begin = 0; begin < text_.size();) {
      const auto end = std::min(text_.find('\n', begin), text_.size());
      ++line_;
      rest_ = std::string_view(text_).substr(begin, end - begin);
      rest_ = rest_.substr(0, rest_.find('#'));
      begin = end + 1;
      const auto first = word();
      if (first.empty()) continue;
      label(number(first, "label"), rows_++);
      read_features(feature);
    }
  }

  template <typename Feature>
  void read_features(const Feature& feature) {
    int64_t last = -1;
    for (auto pair = word(); !pair.empty(); pair = word()) {
      const auto colon = pair.find(':');
      if (colon == pair.npos) fail("expected INDEX:VALUE", pair);
      const auto column = index(pair.substr(0, colon));
      if (column <= last) fail("indices must ascend", pair);
      last = column;
      feature(column, number(pair.substr(colon + 1), "value"));
    }
  }

  std::string_view word() {
    constexpr std::string_view kSpaces = " \t\r";
    const auto begin = std::min(rest_.find_first_not_of(kSpaces), rest_.size());
    const auto end = std::min(rest_.find_first_of(kSpaces, begin), rest_.size());
    const auto found = rest_.substr(begin, end - begin);
    rest_.remove_prefix(end);
    return found;
  }

  double number(std::string_view text, const char* what) const {
    const auto digits = text.starts_with('+') ? text.substr(1) : text;
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value))
      fail("expected a finite number as " + std::string(what), text);
    return value;
  }

  int64_t index(std::string_view text) const {
    int64_t value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range || value > kMaxIndex)
      fail("an index beyond " + std::to_string(kMaxIndex), text);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
      fail("expected a whole number as index (a qid is not read)", text);
    if (value == 0 && !options_.zero_based)
      fail("indices begin with 1; set \"zero_based\": true where they begin with 0", text);
    const auto column = options_.zero_based ? value : value - 1;
    if (options_.features > 0 && column >= options_.features)
      fail("an index beyond the " + std::to_string(options_.features) + " features; set \"features\" to more",
           text);
    return column;
  }

  void require_room(std::uint64_t most) const {
    const auto bytes = static_cast<double>(rows_) * static_cast<double>(columns_) * sizeof(double);
    TORCH_CHECK_VALUE(bytes <= static_cast<double>(most), file_, ": ", rows_, " × ", columns_,
                      " numbers, mostly zeros, take ", bytes / 1e9, " GB, at most ",
                      static_cast<double>(most) / 1e9,
                      " GB for a file of this size; select or hash its features to fewer columns first");
  }

  [[noreturn]] void fail(const std::string& what, std::string_view got) const {
    TORCH_CHECK_VALUE(false, file_, ": line ", line_, ": ", what, ", got \"", got.substr(0, 40), "\"");
    std::abort();  // TORCH_CHECK_VALUE(false) has thrown
  }

  std::string text_, file_;
  LibsvmOptions options_;
  std::string_view rest_;
  int64_t rows_ = 0, columns_ = 0, numbers_ = 0, line_ = 0;
};

Reader reader(const std::filesystem::path& file, const LibsvmOptions& options) {
  CompressedFile in(file, "check what wrote it, or save it unpacked");
  return {in.read_rest(std::min(justified_bytes(file), kMaxTextBytes)), file.string(), options};
}

}  // namespace

LibsvmRows read_libsvm(const std::filesystem::path& file, const LibsvmOptions& options) {
  return reader(file, options).read(justified_bytes(file));
}

LibsvmSparseRows read_sparse_libsvm(const std::filesystem::path& file, const LibsvmOptions& options) {
  return reader(file, options).read_sparse();
}

}  // namespace spinlab::datasets
