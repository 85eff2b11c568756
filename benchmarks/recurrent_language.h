#pragma once

#include <string>

#include "benchmarks/turns.h"
#include "datasets/files/data_folders.h"
#include "src/training/config.h"

namespace spinlab::benchmarks {

/// The network of the recipe shakespeare-lstm on tinyshakespeare, or on random letters where that is not
/// there, against Python:
///   recurrent/step     100 steps of 32 rows of 64 characters, with the state of the last one; peer:
///   PyTorch's
///                      nn.LSTM, fused AdamW
///   recurrent/sample   1,000 characters; peer: a loop that carries the state
void recurrent_language(const datasets::DataFolders& data, const std::string& rows, int repetitions,
                        const EachRow& each);

/// Of that network.
struct RecurrentSize {
  int64_t hidden = 384, context = 64, batch = 32, steps = 100;

  training::TrainingConfig config() const;
};

}  // namespace spinlab::benchmarks
