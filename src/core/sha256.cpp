#include "src/core/sha256.h"

#include <c10/util/Exception.h>
#include <openssl/evp.h>

#include <array>

namespace spinlab {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  TORCH_CHECK(state_->context != nullptr && EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1,
              "OpenSSL offers no SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view piece) {
  TORCH_CHECK(EVP_DigestUpdate(state_->context, piece.data(), piece.size()) == 1, "OpenSSL's SHA-256 failed");
}

std::string Sha256::hex() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 32> bytes{};
  TORCH_CHECK(EVP_DigestFinal_ex(state_->context, bytes.data(), nullptr) == 1, "OpenSSL's SHA-256 failed");
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.hex();
}

}  // namespace spinlab
