#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "src/training/batches/batches.h"

namespace spinlab::training {

struct StreamOptions {
  /// Rows of a batch: so many stretches of equal length the stream is cut into.
  int64_t lanes = 1;
  /// Tokens of a row.
  int64_t context = 64;
  /// Batches in an epoch; 0: as many as read the lanes to their ends.
  int64_t per_epoch = 0;
};

/// A text that is read on: row i of a batch goes on where row i of the batch before it ended, and with the
/// state that was left there, through which no gradient goes: truncated backpropagation through time
/// [Williams and Peng 1990]. The lanes' ends are reached after ⌈length / context⌉ batches, the last of them
/// shorter; then all begins anew, with zero state. Fewer tokens than there are lanes stay unread behind the
/// last.
class StreamBatches : public Batches {
 public:
  /// stream: int64 (length), on the device of training; zero_state: (lanes, …). Throws c10::ValueError where
  /// a lane is shorter than a context.
  StreamBatches(at::Tensor stream, const at::Tensor& zero_state, StreamOptions options);

  int64_t per_epoch() const override { return options_.per_epoch; }
  void start_epoch(int64_t epoch, int64_t batch) override { place_ = epoch * per_epoch() + batch; }
  /// Inputs and the tokens that follow them, (lanes, context) each, with their state.
  Batch next() override;
  NamedTensors state() const override { return {{"batches.state", after_}}; }

  /// Batches until the lanes end.
  int64_t per_pass() const { return per_pass_; }

 private:
  at::Tensor stream_;
  StreamOptions options_;
  int64_t lane_length_, per_pass_, place_ = 0;
  at::Tensor before_, after_;
};

}  // namespace spinlab::training
