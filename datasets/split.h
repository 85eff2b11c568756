#pragma once

#include <cstdint>
#include <optional>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The chosen examples, in the order of `rows` (int64).
Split select(const Split& all, const at::Tensor& rows);

/// Shuffles `all` by the seed's stream "split" and cuts it in two: the first (1 - test_fraction) · n,
/// rounded, train; says so in how_split. Throws c10::ValueError where either part would be empty.
void shuffle_split(const Split& all, double test_fraction, std::uint64_t seed, Dataset& into);

/// The parts of a data set that comes as one or more files; what came in a file of its own is there from the
/// start.
struct Parts {
  Split train;
  std::optional<Split> test, validation;
};

struct Fractions {
  double test = 0.2, validation = 0;  // of all examples of what is cut
};

/// Cuts from `parts.train` the test part, where there is none yet, and a validation part, where a fraction is
/// asked for. The rest trains. By the seed's stream "split" as shuffle_split does, or without a seed in the
/// order of the rows: train, validation, test. Throws c10::ValueError where a part would be empty, or a
/// fraction is given for a part that is there.
void cut(Parts& parts, const Fractions& fractions, std::optional<std::uint64_t> seed,
         const std::string& name);

/// Whether rows (n, T, …) are views of one stream of which each begins before the one before it has ended.
bool overlap(const at::Tensor& windows);

/// Windows (n, T) as the one stream that they are views of, (length); others one after the other.
at::Tensor stream_of(const at::Tensor& windows);

/// Whether a part's windows (n, T) and their targets are a text in its order, so that stream_of is that text.
bool is_text_in_order(const Split& part);

/// Of windows whose targets are views of one stream, so many that each target stands in one of them: what a
/// model is judged by. Other parts as they are.
Split judged_once(const Split& part);

/// Moves the parts to their places.
void put_parts(Parts parts, Dataset& into);

}  // namespace spinlab::datasets
