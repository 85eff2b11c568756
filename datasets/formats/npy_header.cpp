#include "datasets/formats/npy_header.h"

#include <c10/util/Exception.h>

#include <bit>
#include <charconv>

namespace spinlab::datasets {
namespace {

constexpr std::size_t kMaxDimensions = 32;  // NumPy's own

struct TypeName {
  std::string_view name;
  c10::ScalarType type;
};
constexpr TypeName kTypes[] = {
    {"b1", c10::ScalarType::Bool},  {"i1", c10::ScalarType::Char},  {"u1", c10::ScalarType::Byte},
    {"i2", c10::ScalarType::Short}, {"i4", c10::ScalarType::Int},   {"i8", c10::ScalarType::Long},
    {"f2", c10::ScalarType::Half},  {"f4", c10::ScalarType::Float}, {"f8", c10::ScalarType::Double}};
constexpr char kNative = std::endian::native == std::endian::little ? '<' : '>';

/// The little of Python that a header is written in.
class Dictionary {
 public:
  explicit Dictionary(std::string_view text) : text_(text) {}

  void expect(char c) {
    TORCH_CHECK_VALUE(take(c), "its header is malformed at character ", at_, " (a ", c, " is expected)");
  }
  bool take(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_string() {
    skip_spaces();
    return at_ < text_.size() && text_[at_] == '\'';
  }
  std::string_view string() {
    expect('\'');
    const auto end = text_.find('\'', at_);
    TORCH_CHECK_VALUE(end != text_.npos, "its header has a string without an end");
    const auto found = text_.substr(at_, end - at_);
    at_ = end + 1;
    return found;
  }
  bool boolean() {
    skip_spaces();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    TORCH_CHECK_VALUE(false, "its header's fortran_order is neither True nor False");
  }
  int64_t number() {
    skip_spaces();
    int64_t value = -1;
    const auto* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    TORCH_CHECK_VALUE(error == std::errc() && value >= 0, "its header's shape is not of whole numbers");
    at_ += end - begin;
    return value;
  }
  std::vector<int64_t> tuple() {
    std::vector<int64_t> numbers;
    expect('(');
    while (!take(')')) {
      numbers.push_back(number());
      TORCH_CHECK_VALUE(numbers.size() <= kMaxDimensions, "its header has over ", kMaxDimensions,
                        " dimensions");
      if (take(',')) continue;
      expect(')');
      break;
    }
    return numbers;
  }
  void expect_end() {
    skip_spaces();
    TORCH_CHECK_VALUE(at_ == text_.size(), "its header goes on behind its end");
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

void read_type(Dictionary& in, NpyHeader& header) {
  TORCH_CHECK_VALUE(in.at_string(),
                    "a structured array (with fields); save its columns as arrays of their own");
  const auto descr = in.string();
  const auto order = descr.empty() ? ' ' : descr[0];
  const auto kind = descr.substr(descr.empty() ? 0 : 1);
  TORCH_CHECK_VALUE(
      !kind.starts_with('O'),
      "an array of Python objects, which holds pickled code and is not read; convert it to numbers, "
      "say with .astype(float), and save it again");
  for (const auto& [name, type] : kTypes) {
    if (kind != name || (order != '<' && order != '>' && order != '|' && order != '=')) continue;
    header.type = type;
    header.swapped = c10::elementSize(type) > 1 && (order == '<' || order == '>') && order != kNative;
    return;
  }
  TORCH_CHECK_VALUE(false, "of type \"", descr,
                    "\"; read are b1, i1, i2, i4, i8, u1, f2, f4 and f8: convert it with .astype(…)");
}

void count_bytes(NpyHeader& header) {
  header.bytes = c10::elementSize(header.type);
  for (const auto size : header.shape) {
    TORCH_CHECK_VALUE(
        !__builtin_mul_overflow(header.bytes, static_cast<std::uint64_t>(size), &header.bytes) &&
            header.bytes < std::uint64_t{1} << 62,
        "its header promises more bytes than can be counted");
  }
}

}  // namespace

NpyHeader parse_npy_header(std::string_view dictionary) {
  Dictionary in(dictionary);
  NpyHeader header;
  bool has_type = false, has_order = false, has_shape = false;
  in.expect('{');
  while (!in.take('}')) {
    const auto key = in.string();
    in.expect(':');
    auto& has = key == "descr" ? has_type : key == "shape" ? has_shape : has_order;
    TORCH_CHECK_VALUE((key == "descr" || key == "shape" || key == "fortran_order") && !has,
                      "its header has an unknown key, or one twice");
    has = true;
    if (key == "descr") read_type(in, header);
    if (key == "shape") header.shape = in.tuple();
    if (key == "fortran_order") header.fortran = in.boolean();
    if (!in.take(',')) {
      in.expect('}');
      break;
    }
  }
  in.expect_end();
  TORCH_CHECK_VALUE(has_type && has_order && has_shape, "its header lacks descr, fortran_order or shape");
  count_bytes(header);
  return header;
}

std::string npy_head(c10::ScalarType type, const std::vector<int64_t>& shape) {
  std::string descr;
  for (const auto& [name, known] : kTypes) {
    if (known == type) descr = (c10::elementSize(type) == 1 ? '|' : kNative) + std::string(name);
  }
  TORCH_CHECK_VALUE(!descr.empty(), c10::toString(type),
                    " has no place in a .npy; convert the tensor before");
  std::string dictionary = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (";
  for (const auto size : shape) dictionary += std::to_string(size) + (shape.size() == 1 ? "," : ", ");
  if (shape.size() > 1) dictionary.resize(dictionary.size() - 2);
  dictionary += "), }";
  constexpr std::size_t kBefore = 10, kAlignment = 64;
  dictionary.append(kAlignment - 1 - (kBefore + dictionary.size()) % kAlignment, ' ');
  dictionary += '\n';
  std::string head = "\x93NUMPY";
  head += '\1';
  head += '\0';
  head += static_cast<char>(dictionary.size() & 0xff);
  head += static_cast<char>(dictionary.size() >> 8);
  return head + dictionary;
}

}  // namespace spinlab::datasets
