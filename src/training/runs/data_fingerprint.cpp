#include "src/training/runs/data_fingerprint.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <iostream>
#include <string_view>

#include "datasets/split.h"
#include "src/core/sha256.h"
#include "src/training/ranks/agreement.h"

namespace spinlab::training {
namespace {

void add(Sha256& sum, const at::Tensor& numbers) {
  const auto whole = numbers.contiguous();
  sum.update(c10::str(whole.scalar_type(), whole.sizes()));
  sum.update({static_cast<const char*>(whole.const_data_ptr()), whole.nbytes()});
}

}  // namespace

std::string data_fingerprint(const datasets::Dataset& set) {
  Sha256 sum;
  for (const auto& [name, tensor] : tensors_of(set)) {
    sum.update(name);
    if (!tensor.defined()) continue;
    // What windows share is taken once: every first number and the last window.
    if (datasets::overlap(tensor)) {
      add(sum, tensor.select(1, 0));
      add(sum, tensor[-1]);
    } else {
      add(sum, tensor);
    }
  }
  for (const auto& name : set.classes) sum.update(name + '\n');
  return sum.hex();
}

void require_same_data(const Json& record, const datasets::Dataset& set, const std::string& run) {
  const auto sittings = record.value("sittings", Json::array());
  const auto known = sittings.empty() ? "" : sittings.front().value("data_sha256", "");
  if (known.empty() || known == data_fingerprint(set)) return;
  TORCH_CHECK_VALUE(!set.tokenizer, run,
                    ": the text or its tokens are no longer what the run was trained on (", set.name,
                    "); put the former files back, or train anew with --overwrite");
  std::cerr << "spinlab: " << run << ": the numbers of " << set.name
            << " are not those that the run was trained on: what follows is of the present ones\n";
}

}  // namespace spinlab::training
