#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace spinlab {

/// SHA-256 of what arrives piece by piece. [FIPS 180-4]
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::string_view piece);
  /// 64 lower-case hexadecimal digits; ends the object's work.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view text);

}  // namespace spinlab
