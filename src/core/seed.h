#pragma once

#include <cstdint>
#include <random>
#include <string_view>

namespace at {
struct Generator;
}

namespace spinlab {

/// Independent seeds from one: a stream for each purpose ("shuffle", "init", …), so that adding one consumer
/// does not move the others. FNV-1a of the purpose, mixed with the seed by SplitMix64 [Steele et al., OOPSLA
/// 2014].
std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

/// The same for a seed that a stranger gets to see: what it was made from, and the others made from that, can't be computed
/// from it. The first 64 bits of SHA-256 of all three.
std::uint64_t one_way_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

/// A CPU generator of LibTorch's seeded with derive_seed(seed, purpose, index).
at::Generator make_generator(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

/// The same stream for scalar code: std::mt19937_64 gives the same bits with every standard library.
std::mt19937_64 make_engine(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

}  // namespace spinlab
