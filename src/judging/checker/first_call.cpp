#include "src/judging/checker/first_call.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/judging/channel/codec.h"

namespace spinlab::judging {
namespace {

constexpr std::size_t kMaxKeptBytes = std::size_t{128} << 20;
/// Of a message without tensors, about.
constexpr std::size_t kHeadBytes = 512;

Message copied(const Message& message) { return {message.head, message.payload}; }

bool are_close(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b)) ||
         std::abs(a - b) <=
             std::sqrt(std::numeric_limits<double>::epsilon()) * std::max(std::abs(a), std::abs(b));
}

bool is_tensor(const nlohmann::json& head) { return head.is_object() && head.contains("dtype"); }

bool are_close(const at::Tensor& a, const at::Tensor& b) {
  if (a.numel() == 0 || !(a.is_floating_point() || a.is_complex())) return a.equal(b);
  const double digits = a.scalar_type() == at::kDouble || a.scalar_type() == at::kComplexDouble
                            ? std::numeric_limits<double>::epsilon()
                            : std::numeric_limits<float>::epsilon();
  const auto scale = a.abs().nan_to_num(0, 0, 0).max().item<double>();
  return at::allclose(a, b, std::sqrt(digits), std::sqrt(digits) * scale, /*equal_nan=*/true);
}

/// Heads part by part, and their tensors in the order in which they stand there.
class Comparison {
 public:
  Comparison(const Message& a, const Message& b) : a_(a), b_(b) {}

  bool close(const nlohmann::json& a, const nlohmann::json& b) {
    if (is_tensor(a) && is_tensor(b)) return a == b && are_close(a_.tensor(a), b_.tensor(b));
    if (a.is_number_float() && b.is_number_float()) return are_close(a.get<double>(), b.get<double>());
    if (!a.is_structured() || a.type() != b.type() || a.size() != b.size()) return a == b;
    return std::equal(a.begin(), a.end(), b.begin(),
                      [this](const auto& x, const auto& y) { return close(x, y); });
  }

 private:
  Reader a_, b_;
};

}  // namespace

bool are_close(const Message& a, const Message& b) {
  if (a.head == b.head && a.payload == b.payload) return true;
  try {
    return Comparison(a, b).close(a.head, b.head);
  } catch (const ProtocolError&) {
    return false;
  }
}

FirstCall::FirstCall(std::string function, const Message& arguments)
    : function_(std::move(function)), has_arguments_(arguments.payload.size() <= kMaxKeptBytes) {
  if (has_arguments_) arguments_ = copied(arguments);
}

bool FirstCall::keep(std::size_t bytes) {
  said_bytes_ += bytes;
  return has_arguments_ && !said_too_much();
}

bool FirstCall::said_too_much() const { return said_bytes_ > kMaxKeptBytes; }

void FirstCall::add_call_back(const Message& request, const Message& reply) {
  if (keep(request.payload.size() + reply.payload.size() + 2 * kHeadBytes))
    calls_back_.push_back({copied(request), copied(reply)});
}

void FirstCall::set_answer(const Message& answer) {
  if (keep(answer.payload.size())) answer_ = copied(answer);
}

void FirstCall::see(const std::string& function, const Message& arguments) {
  others_ = others_ || (function == function_ &&
                        (arguments.head != arguments_.head || arguments.payload != arguments_.payload));
}

int FirstCall::repetitions() const {
  if (!has_arguments_) return 0;
  return others_ ? 2 : 1;
}

const Message* FirstCall::reply_to(std::size_t n, const Message& request) const {
  if (n >= calls_back_.size() || !are_close(calls_back_[n].request, request)) return nullptr;
  return &calls_back_[n].reply;
}

/// Of two exceptions the words may differ.
bool FirstCall::is_answer(const Message& answer) const {
  const bool threw = answer_.head.contains("error");
  return threw ? answer.head.is_object() && answer.head.contains("error") : are_close(answer_, answer);
}

}  // namespace spinlab::judging
