#pragma once

#include <string>

#include "benchmarks/growth.h"
#include "benchmarks/turns.h"
#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// The network of the recipe shakespeare-gpt (nanoGPT's for a CPU) on tinyshakespeare, or on random letters
/// where that is not there, against Python:
///   transformer/step-12, -64       100 steps of so many contexts; peer: PyTorch, fused AdamW and its own
///                                  attention kernel
///   transformer/compile-12, -64    the same; peer: the same by torch.compile, its warm-up not counted
///   transformer/sample             1,000 characters; peer: nanoGPT's loop, which reads all again for each
///   transformer/sample-cache       the same; peer: a loop with a cache
///   transformer/bpe-train, -encode byte pairs of the text, 1,000 of them; peer: Hugging Face's tokenizers
///   transformer/peak               100 steps of 64; in place of a peer what their matrix products take at
///   the
///                                  machine's peak, so that the ratio is their share
void transformer(const datasets::DataFolders& data, const std::string& rows, int repetitions,
                 const EachRow& each);

/// Seconds and memory of 20 steps against the width, the length of a context and the batch.
std::vector<Growth> transformer_growth(const MachinePeaks& peaks, const EachGrowth& each);

}  // namespace spinlab::benchmarks
