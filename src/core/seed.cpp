#include "src/core/seed.h"

#include <string>

#include "src/core/sha256.h"

namespace spinlab {
namespace {

std::uint64_t split_mix(std::uint64_t state) {
  state += 0x9e3779b97f4a7c15U;
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9U;
  state = (state ^ (state >> 27)) * 0x94d049bb133111ebU;
  return state ^ (state >> 31);
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3U;
  return hash;
}

}  // namespace

std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  return split_mix(split_mix(split_mix(seed) ^ fnv1a(purpose)) + index);
}

std::uint64_t one_way_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  const auto text = std::to_string(seed) + ' ' + std::to_string(index) + ' ' + std::string(purpose);
  return std::stoull(sha256_hex(text).substr(0, 16), nullptr, 16);
}

std::mt19937_64 make_engine(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  return std::mt19937_64(derive_seed(seed, purpose, index));
}

}  // namespace spinlab
