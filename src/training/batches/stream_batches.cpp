#include "src/training/batches/stream_batches.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::training {

StreamBatches::StreamBatches(at::Tensor stream, const at::Tensor& zero_state, StreamOptions options)
    : stream_(std::move(stream)),
      options_(options),
      lane_length_((stream_.size(0) - 1) / options.lanes),
      per_pass_((lane_length_ + options.context - 1) / options.context),
      before_(zero_state.clone()),
      after_(zero_state.clone()) {
  TORCH_CHECK_VALUE(lane_length_ >= options.context, "batch is ", options.lanes, ": of the text's ",
                    stream_.size(0), " tokens each row would have ", lane_length_,
                    ", fewer than a context of ", options.context, "; choose a batch of at most ",
                    std::max<int64_t>((stream_.size(0) - 1) / options.context, 1));
  if (options_.per_epoch == 0) options_.per_epoch = per_pass_;
}

Batch StreamBatches::next() {
  const auto chunk = place_++ % per_pass_;
  if (chunk == 0)
    before_.zero_();
  else
    before_.copy_(after_);
  const auto first = chunk * options_.context, count = std::min(options_.context, lane_length_ - first);
  const auto rows = [&](int64_t from) {
    return stream_.as_strided({options_.lanes, count}, {lane_length_, 1}, stream_.storage_offset() + from);
  };
  return {rows(first).contiguous(), rows(first + 1).contiguous(), chunk, before_, after_};
}

}  // namespace spinlab::training
