#include "src/training/export/safetensors_header.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "src/core/escape.h"
#include "src/core/json.h"

namespace spinlab::training {
namespace {

using Entry = SafetensorsHeader::Entry;

constexpr auto kMetadata = "__metadata__", kType = "dtype", kShape = "shape", kOffsets = "data_offsets";
/// LibTorch's loops go over no more dimensions.
constexpr size_t kMaxDimensions = 64;

struct TypeName {
  std::string_view name;
  c10::ScalarType type;
};
constexpr TypeName kTypes[] = {{"F64", c10::kDouble},    {"F32", c10::kFloat}, {"F16", c10::kHalf},
                               {"BF16", c10::kBFloat16}, {"I64", c10::kLong},  {"I32", c10::kInt},
                               {"I16", c10::kShort},     {"I8", c10::kChar},   {"U8", c10::kByte},
                               {"BOOL", c10::kBool}};

c10::ScalarType type_of(const std::string& name, const std::string& tensor) {
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& type) { return type.name == name; });
  std::string known;
  for (const auto& type : kTypes) known.append(known.empty() ? "" : ", ").append(type.name);
  TORCH_CHECK_VALUE(found != std::end(kTypes), tensor, " is of dtype ", one_line(name),
                    ", of these are read: ", known);
  return found->type;
}

/// Builds the header while the text is parsed, without a tree of it: 100 MB of brackets then cost nothing,
/// and a key that stands twice is seen. The form is fixed: depth 1 holds names, 2 the fields of one, 3 a list
/// of numbers.
class Parser : public nlohmann::json_sax<Json> {
 public:
  SafetensorsHeader take() { return std::move(header_); }

  bool start_object(size_t) override {
    require(depth_ == 0 || depth_ == 1);
    type_.reset(), shape_.reset(), offsets_.reset();
    ++depth_;
    return true;
  }
  bool key(string_t& key) override {
    auto& place = depth_ == 1 ? name_ : field_;
    place = std::move(key);
    TORCH_CHECK_VALUE(
        depth_ != 1 || (!header_.tensors.contains(name_) && !(name_ == kMetadata && metadata_seen_)),
        "its header names ", shown(), " twice");
    return true;
  }
  bool end_object() override {
    if (--depth_ == 0) return true;
    if (name_ == kMetadata) {
      metadata_seen_ = true;
    } else {
      add_tensor();
    }
    return true;
  }
  bool start_array(size_t) override {
    require(depth_ == 2 && name_ != kMetadata && (field_ == kShape || field_ == kOffsets));
    auto& list = field_ == kShape ? shape_ : offsets_;
    require_once(!list);
    list.emplace();
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    require(depth_ == 3);
    auto& list = *(field_ == kShape ? shape_ : offsets_);
    TORCH_CHECK_VALUE(list.size() < kMaxDimensions, shown(), " has over ", kMaxDimensions, " dimensions");
    list.push_back(value);
    return true;
  }
  bool string(string_t& value) override {
    require(depth_ == 2 && (name_ == kMetadata || field_ == kType));
    if (name_ == kMetadata) {
      require_once(header_.metadata.emplace(field_, std::move(value)).second);
    } else {
      require_once(!type_);
      type_ = type_of(value, shown());
    }
    return true;
  }

  bool null() override { return unexpected(); }
  bool boolean(bool) override { return unexpected(); }
  bool number_integer(number_integer_t) override { return unexpected(); }
  bool number_float(number_float_t, const string_t&) override { return unexpected(); }
  bool binary(binary_t&) override { return unexpected(); }
  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    TORCH_CHECK_VALUE(false, "its header is no JSON from byte ", position, " on");
  }

 private:
  std::string shown() const { return one_line(name_, 80); }
  void require(bool expected) const {
    if (!expected) unexpected();
  }
  void require_once(bool first) const {
    TORCH_CHECK_VALUE(first, "its header says ", one_line(field_, 80), " of ", shown(), " twice");
  }
  bool unexpected() const {
    TORCH_CHECK_VALUE(false, "its header has something at ", name_.empty() ? "its beginning" : shown(),
                      " that is neither dtype, shape and data_offsets of a tensor nor texts of ", kMetadata);
  }

  void add_tensor() {
    TORCH_CHECK_VALUE(type_ && shape_ && offsets_ && offsets_->size() == 2,
                      "its header lacks dtype, shape or data_offsets of ", shown());
    Entry entry{*type_, {}, (*offsets_)[0], (*offsets_)[1]};
    // Sizes of 0 count as 1, as in strides, so that what is left of an overflow cannot be small.
    std::uint64_t bytes = c10::elementSize(*type_), strided = bytes;
    for (const auto size : *shape_) {
      TORCH_CHECK_VALUE(!__builtin_mul_overflow(strided, std::max<std::uint64_t>(size, 1), &strided) &&
                            strided <= std::uint64_t{std::numeric_limits<int64_t>::max()},
                        shown(), " has more numbers than can be counted");
      bytes *= size;
      entry.shape.push_back(static_cast<int64_t>(size));
    }
    TORCH_CHECK_VALUE(entry.begin <= entry.end && entry.end - entry.begin == bytes, shown(), " is of ", bytes,
                      " bytes by its shape, its data_offsets are ", entry.begin, " and ", entry.end);
    header_.tensors.emplace(name_, std::move(entry));
  }

  SafetensorsHeader header_;
  int depth_ = 0;
  bool metadata_seen_ = false;
  std::string name_, field_;
  std::optional<c10::ScalarType> type_;
  std::optional<std::vector<std::uint64_t>> shape_, offsets_;
};

/// One after the other from the first byte to the last.
void require_filled(const SafetensorsHeader& header, std::uint64_t data_bytes) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
  for (const auto& [name, entry] : header.tensors) places.emplace_back(entry.begin, entry.end);
  std::sort(places.begin(), places.end());
  std::uint64_t filled = 0;
  for (const auto& [begin, end] : places) {
    TORCH_CHECK_VALUE(begin == filled, "its tensors ", begin < filled ? "overlap" : "leave a gap",
                      " at byte ", std::min(begin, filled), " behind the header");
    filled = end;
  }
  TORCH_CHECK_VALUE(filled == data_bytes, "its tensors are of ", filled, " bytes, but ", data_bytes,
                    " bytes follow its header");
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text, std::uint64_t data_bytes) {
  TORCH_CHECK_VALUE(text.starts_with('{'), "its header does not begin with {");
  Parser parser;
  Json::sax_parse(text, &parser);
  auto header = parser.take();
  require_filled(header, data_bytes);
  return header;
}

std::string_view safetensors_name(c10::ScalarType type) {
  for (const auto& known : kTypes) {
    if (known.type == type) return known.name;
  }
  return {};
}

}  // namespace spinlab::training
