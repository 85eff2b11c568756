#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "src/judging/sandbox/temporary_folder.h"

namespace spinlab::benchmarks {

/// Tensors as files for a peer in Python, which go with the object: NAME, and NAME.json with type and shape.
class ExportedTensors {
 public:
  void add(const std::string& name, const at::Tensor& tensor);
  std::string folder() const { return folder_.path(); }

 private:
  sandbox::TemporaryFolder folder_;
};

}  // namespace spinlab::benchmarks
