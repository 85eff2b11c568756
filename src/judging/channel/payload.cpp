#include "src/judging/channel/payload.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "src/judging/channel/socket.h"

namespace spinlab::judging {
namespace {

constexpr std::size_t kMaxRank = 16;
constexpr std::int64_t kMaxDimension = std::int64_t{1} << 40;

struct TravellingType {
  const char* name;
  at::ScalarType type;
};

constexpr std::array<TravellingType, 12> kTypes{{{"uint8", at::kByte},
                                                 {"int8", at::kChar},
                                                 {"int16", at::kShort},
                                                 {"int32", at::kInt},
                                                 {"int64", at::kLong},
                                                 {"float16", at::kHalf},
                                                 {"bfloat16", at::kBFloat16},
                                                 {"float32", at::kFloat},
                                                 {"float64", at::kDouble},
                                                 {"bool", at::kBool},
                                                 {"complex64", at::kComplexFloat},
                                                 {"complex128", at::kComplexDouble}}};

const char* name_of(at::ScalarType type) {
  for (const auto& known : kTypes)
    if (known.type == type) return known.name;
  TORCH_CHECK_VALUE(false, "a tensor of dtype ", type, " cannot travel; convert it first");
}

at::ScalarType type_named(const nlohmann::json& name) {
  for (const auto& known : kTypes)
    if (name == known.name) return known.type;
  throw ProtocolError("a tensor of unknown dtype");
}

std::vector<std::int64_t> checked_shape(const nlohmann::json& head) {
  if (!head.is_array() || head.size() > kMaxRank)
    throw ProtocolError("a tensor's shape is not a short array");
  std::vector<std::int64_t> shape;
  for (const auto& size : head) {
    const bool fits = size.is_number_integer() && size >= 0 && size <= kMaxDimension;
    if (!fits) throw ProtocolError("a tensor's shape holds what is no size");
    shape.push_back(size.get<std::int64_t>());
  }
  return shape;
}

/// Bytes of a dense tensor. Strides are products too, so the product must fit even where a dimension is 0.
std::size_t checked_bytes(const std::vector<std::int64_t>& shape, std::size_t element_bytes) {
  std::int64_t product = static_cast<std::int64_t>(element_bytes);
  bool empty = false;
  for (const auto size : shape) {
    empty = empty || size == 0;
    if (__builtin_mul_overflow(product, std::max<std::int64_t>(size, 1), &product))
      throw ProtocolError("a tensor's shape overflows");
  }
  return empty ? 0 : static_cast<std::size_t>(product);
}

}  // namespace

void expected(const char* what, const nlohmann::json& head) {
  throw ProtocolError(std::string("expected ") + what + ", got " + head.type_name());
}

nlohmann::json Writer::tensor(const at::Tensor& value) {
  if (!value.defined()) return nullptr;
  TORCH_CHECK_VALUE(value.layout() == at::kStrided, "a sparse tensor cannot travel; call to_dense() first");
  tensors_.push_back(value);
  const auto dense = value.detach().cpu().resolve_conj().resolve_neg().contiguous();
  TORCH_CHECK_VALUE(dense.nbytes() == 0 || dense.const_data_ptr() != nullptr, "a tensor without memory cannot travel");
  payload_.append(static_cast<const char*>(dense.const_data_ptr()), dense.nbytes());
  return {{"dtype", name_of(dense.scalar_type())}, {"shape", dense.sizes().vec()}};
}

at::Tensor Reader::tensor(const nlohmann::json& head) {
  if (head.is_null()) return {};
  if (!head.is_object() || head.size() != 2 || !head.contains("dtype") || !head.contains("shape"))
    expected("a tensor", head);
  const auto type = type_named(head["dtype"]);
  const auto shape = checked_shape(head["shape"]);
  const auto bytes = checked_bytes(shape, c10::elementSize(type));
  if (bytes > rest_.size()) throw ProtocolError("a tensor is larger than the bytes that came with it");
  // A byte other than 0 and 1 is undefined behaviour in a bool: it goes through uint8.
  auto tensor = at::empty(shape, type == at::kBool ? at::kByte : type);
  if (bytes > 0) std::memcpy(tensor.data_ptr(), rest_.data(), bytes);
  rest_.remove_prefix(bytes);
  return type == at::kBool ? tensor.to(at::kBool) : tensor;
}

nlohmann::json Writer::function(Message::Function value) {
  if (!value) return nullptr;
  functions_.push_back(std::move(value));
  return functions_.size() - 1;
}

Message::Function Reader::function(const nlohmann::json& head) {
  if (head.is_null()) return nullptr;
  if (!head.is_number_unsigned()) expected("a function", head);
  if (!call_back_) throw ProtocolError("a function cannot be returned to the checker");
  return [call_back = call_back_, place = head.get<std::size_t>()](const Message& arguments) {
    return call_back(place, arguments);
  };
}

void Reader::expect_end() const {
  if (!rest_.empty()) throw ProtocolError("bytes that belong to no tensor");
}

}  // namespace spinlab::judging
