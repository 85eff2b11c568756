#include "benchmarks/exported_tensors.h"

#include <c10/util/Exception.h>

#include "src/core/config.h"
#include "src/core/files.h"

namespace spinlab::benchmarks {

void ExportedTensors::add(const std::string& name, const at::Tensor& tensor) {
  const auto plain = tensor.contiguous();
  const auto type = plain.scalar_type();
  TORCH_CHECK(type == at::kDouble || type == at::kFloat || type == at::kLong, "a peer is given numbers");
  write_file(folder_.path() / name, {static_cast<const char*>(plain.const_data_ptr()), plain.nbytes()});
  const auto* name_of_type = type == at::kLong ? "int64" : type == at::kFloat ? "float32" : "float64";
  const Json header{{"dtype", name_of_type}, {"shape", plain.sizes().vec()}};
  write_file(folder_.path() / (name + ".json"), header.dump());
}

}  // namespace spinlab::benchmarks
