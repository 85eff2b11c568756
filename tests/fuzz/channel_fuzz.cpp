// What a worker sends: a head in CBOR and a payload, decoded as each type that a student's function may
// return.
#include "src/judging/checker/student_module.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace spinlab::judging;

struct Fit {
  at::Tensor w;
  double loss = 0;
  std::vector<double> history;
};

template <typename T>
void decode(const Message& message) {
  spinlab::fuzz::expect_only<ProtocolError>([&] { unpack<T>(message); });
}

void parse(std::string_view bytes) {
  if (bytes.empty()) return;
  // The first byte says where the head ends, in 256ths of the whole.
  const auto cut = 1 + (bytes.size() - 1) * static_cast<unsigned char>(bytes[0]) / 255;
  const Message message{parse_head(bytes.substr(1, cut - 1)), std::string(bytes.substr(cut))};
  decode<at::Tensor>(message);
  decode<double>(message);
  decode<std::int64_t>(message);
  decode<std::string>(message);
  decode<Fit>(message);
  decode<std::optional<Fit>>(message);
  decode<std::vector<at::Tensor>>(message);
  decode<NamedTensorList>(message);
  decode<std::pair<bool, std::vector<std::int64_t>>>(message);
  decode<StudentModule>(message);
  decode<std::function<double(at::Tensor)>>(message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  spinlab::fuzz::expect_only<ProtocolError>([&] { parse({reinterpret_cast<const char*>(bytes), size}); });
  return 0;
}
