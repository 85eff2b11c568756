#include "src/training/runs/checkpoint.h"

#include <ATen/core/ivalue.h>
#include <c10/util/Exception.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/import_read.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <cstring>

#include "src/core/files.h"
#include "src/core/sha256.h"

namespace spinlab::training {
namespace {

using c10::IValue;
using c10::ivalue::Tuple;

constexpr auto kConfig = "config", kDigest = "digest";

/// Of names, shapes and bytes: LibTorch reads an archive without looking at its checksums.
std::string digest(const Checkpoint& checkpoint) {
  Sha256 hash;
  hash.update(checkpoint.config_hash);
  for (const auto& [name, tensor] : checkpoint.tensors) {
    hash.update(name);
    const auto sizes = tensor.sizes();
    hash.update({reinterpret_cast<const char*>(sizes.data()), sizes.size() * sizeof(int64_t)});
    hash.update({static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()});
  }
  return hash.hex();
}

IValue pair(const std::string& name, IValue value) { return Tuple::create(IValue(name), std::move(value)); }

/// Tensors on the CPU, contiguous, each with a storage of its own.
Checkpoint packed(const Checkpoint& checkpoint) {
  auto copy = checkpoint;
  for (auto& [name, tensor] : copy.tensors) {
    const auto plain = tensor.detach().cpu().contiguous();
    tensor = plain.is_same(tensor) || plain.storage().nbytes() != plain.nbytes() ? plain.clone() : plain;
  }
  return copy;
}

/// The sizes in a file are believed only where its storage holds exactly so many bytes.
bool sound(const at::Tensor& tensor) {
  if (!tensor.defined() || tensor.layout() != at::kStrided || !tensor.is_cpu() || tensor.dim() > 8)
    return false;
  std::uint64_t bytes = tensor.itemsize();
  for (const auto size : tensor.sizes()) {
    if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes)) return false;
  }
  return tensor.storage_offset() == 0 && tensor.is_contiguous() && tensor.storage().nbytes() == bytes;
}

void take(Checkpoint& checkpoint, std::string& digest, const IValue& item) {
  const auto& elements = item.toTupleRef().elements();
  TORCH_CHECK(elements.size() == 2, "not a pair");
  const auto& name = elements[0].toStringRef();
  if (name == kConfig) {
    checkpoint.config_hash = elements[1].toStringRef();
  } else if (name == kDigest) {
    digest = elements[1].toStringRef();
  } else {
    TORCH_CHECK(sound(elements[1].toTensor()), name, " has other sizes than bytes");
    checkpoint.tensors[name] = elements[1].toTensor();
  }
}

/// A file that was cut short names places behind its end. LibTorch's own reader of memory (pickle_load) goes
/// there.
class BoundedReader : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit BoundedReader(const std::string& bytes) : bytes_(bytes) {}
  size_t size() const override { return bytes_.size(); }
  size_t read(std::uint64_t place, void* buffer, size_t count, const char*) const override {
    if (place > bytes_.size()) return 0;
    const auto there = std::min<size_t>(count, bytes_.size() - place);
    std::memcpy(buffer, bytes_.data() + place, there);
    return there;
  }

 private:
  const std::string& bytes_;
};

/// As pickle_load.
IValue read_archive(const std::string& bytes) {
  caffe2::serialize::PyTorchStreamReader reader(std::make_shared<BoundedReader>(bytes));
  return torch::jit::readArchiveAndTensors("data", "", "", std::nullopt, std::nullopt, std::nullopt, reader);
}

Checkpoint unpack(const std::string& bytes) {
  const auto content = read_archive(bytes);
  Checkpoint checkpoint;
  std::string expected;
  for (const auto& item : content.toTupleRef().elements()) take(checkpoint, expected, item);
  TORCH_CHECK(digest(checkpoint) == expected, "checksum");
  return checkpoint;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const Checkpoint& checkpoint) {
  const auto plain = packed(checkpoint);
  std::vector<IValue> items{pair(kConfig, plain.config_hash), pair(kDigest, digest(plain))};
  for (const auto& [name, tensor] : plain.tensors) items.push_back(pair(name, tensor));
  const auto bytes = torch::jit::pickle_save(Tuple::create(std::move(items)));
  write_file(file, {bytes.data(), bytes.size()});
}

Checkpoint load_checkpoint(const std::filesystem::path& file, std::uintmax_t max_bytes) {
  const auto bytes = read_file(file, max_bytes);
  try {
    return unpack(bytes);
  } catch (const std::exception&) {
    TORCH_CHECK_VALUE(false, file.string(),
                      ": damaged or not a checkpoint of Spinlab; start the run again with --overwrite");
  }
}

}  // namespace spinlab::training
