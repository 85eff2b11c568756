#include "models/estimators/ngram.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

namespace spinlab::models {
namespace {

constexpr std::int32_t kNone = -1, kRoot = 0;

}  // namespace

NGram::NGram(const at::Tensor& text, int64_t tokens, int64_t order)
    : tokens_(tokens), order_(order), nodes_(1) {
  TORCH_CHECK_VALUE(order >= 1, "an n-gram has at least one token, got ", order);
  const auto codes = text.contiguous();
  const auto* token = codes.const_data_ptr<int64_t>();
  const auto length = codes.numel();
  for (int64_t end = 0; end < length; ++end)
    TORCH_CHECK_VALUE(token[end] >= 0 && token[end] < tokens, "token ", end, " is ", token[end],
                      "; there are ", tokens);
  for (int64_t begin = 0; begin < length; ++begin) {
    auto node = kRoot;
    for (int64_t i = begin; i < std::min(begin + order, length); ++i) {
      const auto key = static_cast<std::uint64_t>(node) * static_cast<std::uint64_t>(tokens) +
                       static_cast<std::uint64_t>(token[i]);
      const auto [found, fresh] = children_.try_emplace(key, static_cast<Node>(nodes_.size()));
      if (fresh) nodes_.emplace_back();
      ++nodes_[node].followed;
      nodes_[node].kinds += fresh;
      node = found->second;
      ++nodes_[node].count;
    }
  }
}

NGram::Node NGram::child(Node node, int64_t token) const {
  const auto found = children_.find(static_cast<std::uint64_t>(node) * static_cast<std::uint64_t>(tokens_) +
                                    static_cast<std::uint64_t>(token));
  return found == children_.end() ? kNone : found->second;
}

/// From no context to the longest that was seen.
double NGram::probability(const int64_t* context, int64_t length, int64_t token) const {
  auto p = 1 / static_cast<double>(tokens_);
  for (int64_t used = 0; used <= std::min(length, order_ - 1); ++used) {
    auto node = kRoot;
    for (int64_t i = length - used; i < length && node != kNone; ++i) node = child(node, context[i]);
    if (node == kNone) break;
    const auto& seen = nodes_[node];
    if (seen.followed == 0) break;
    const auto next = child(node, token);
    const auto count = next == kNone ? 0 : nodes_[next].count;
    const auto kinds = static_cast<double>(seen.kinds);
    p = (static_cast<double>(count) + kinds * p) / (static_cast<double>(seen.followed) + kinds);
  }
  return p;
}

double NGram::log_likelihood(const at::Tensor& inputs, const at::Tensor& targets) const {
  const auto rows = inputs.cpu().contiguous(), next = targets.cpu().contiguous();
  const auto n = rows.size(0), length = rows.size(1);
  double sum = 0;
  for (int64_t row = 0; row < n; ++row) {
    const auto* context = rows.const_data_ptr<int64_t>() + row * length;
    const auto* token = next.const_data_ptr<int64_t>() + row * length;
    for (int64_t t = 0; t < length; ++t) {
      if (token[t] < 0) continue;
      const auto used = std::min(t + 1, order_ - 1);
      sum += std::log(probability(context + t + 1 - used, used, token[t]));
    }
  }
  return sum;
}

at::Tensor NGram::probabilities(const at::Tensor& context) const {
  const auto codes = context.contiguous();
  auto all = at::empty({tokens_}, at::kDouble);
  for (int64_t token = 0; token < tokens_; ++token)
    all.mutable_data_ptr<double>()[token] =
        probability(codes.const_data_ptr<int64_t>(), codes.numel(), token);
  return all;
}

}  // namespace spinlab::models
