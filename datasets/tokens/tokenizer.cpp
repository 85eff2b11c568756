#include "datasets/tokens/tokenizer.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace spinlab::datasets {

std::string Tokenizer::decode(const at::Tensor& tokens) const {
  const auto flat = tokens.to(at::kCPU, at::kLong).flatten().contiguous();
  std::string text;
  for (int64_t i = 0; i < flat.numel(); ++i) {
    const auto token = flat.const_data_ptr<int64_t>()[i];
    TORCH_CHECK_VALUE(token >= 0 && token < size(), "token ", i, " is ", token, "; there are ", size());
    text += bytes(token);
  }
  return text;
}

std::vector<std::string> Tokenizer::names() const {
  std::vector<std::string> all;
  for (int64_t token = 0; token < size(); ++token) all.push_back(name(token));
  return all;
}

}  // namespace spinlab::datasets
