#include "benchmarks/exported_tensors.h"

#include <c10/util/Exception.h>

#include <map>

#include "src/core/config.h"
#include "src/core/files.h"

namespace spinlab::benchmarks {

void ExportedTensors::add(const std::string& name, const at::Tensor& tensor) {
  const auto plain = tensor.contiguous();
  const auto type = plain.scalar_type();
  const std::map<at::ScalarType, const char*> names{
      {at::kDouble, "float64"}, {at::kFloat, "float32"}, {at::kLong, "int64"}, {at::kByte, "uint8"}};
  TORCH_CHECK(names.contains(type), "a peer is given numbers");
  write_file(folder_.path() / name, {static_cast<const char*>(plain.const_data_ptr()), plain.nbytes()});
  const Json header{{"dtype", names.at(type)}, {"shape", plain.sizes().vec()}};
  write_file(folder_.path() / (name + ".json"), header.dump());
}

}  // namespace spinlab::benchmarks
