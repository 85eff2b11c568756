// Weights from elsewhere. What is accepted is written and read back the same.
#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cstdlib>
#include <cstring>

#include "src/core/files.h"
#include "src/training/export/safetensors.h"
#include "tests/fuzz/fuzz.h"

namespace {

using spinlab::training::Safetensors;

/// By their bytes: a NaN is none the worse for being unequal to itself.
bool same(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() &&
         (a.nbytes() == 0 || std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) == 0);
}

void require_same(const Safetensors& a, const Safetensors& b) {
  if (a.metadata != b.metadata || a.tensors.size() != b.tensors.size()) std::abort();
  for (const auto& [name, tensor] : a.tensors) {
    if (!same(tensor, b.tensors.at(name))) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "model.safetensors");
  fuzz::expect_only<c10::ValueError>([&] {
    const auto content = training::read_safetensors(file, 1 << 20);
    write_file(file, training::safetensors_bytes(content));
    require_same(training::read_safetensors(file), content);
  });
  return 0;
}
