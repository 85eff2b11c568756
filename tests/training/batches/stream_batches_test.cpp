#include "src/training/batches/stream_batches.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <vector>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

/// Of the text 0, 1, …, 30 in three lanes of ten: 0–9, 10–19, 20–29.
StreamBatches three_lanes(int64_t context, int64_t per_epoch = 0, int64_t tokens = 31) {
  return {at::arange(tokens), at::zeros({3, 2}), {.lanes = 3, .context = context, .per_epoch = per_epoch}};
}

std::vector<int64_t> numbers(const at::Tensor& row) {
  return {row.const_data_ptr<int64_t>(), row.const_data_ptr<int64_t>() + row.numel()};
}

TEST(StreamBatches, GoOnWhereTheLastOneEnded) {
  auto batches = three_lanes(4);
  ASSERT_EQ(batches.per_epoch(), 3);
  batches.start_epoch(0, 0);
  const std::vector<std::vector<int64_t>> second_lane{{10, 11, 12, 13}, {14, 15, 16, 17}, {18, 19}};
  for (const auto& expected : second_lane) {
    const auto batch = batches.next();
    EXPECT_EQ(numbers(batch.inputs[1].contiguous()), expected);
    EXPECT_TRUE(batch.targets.equal(batch.inputs + 1));
  }
}

TEST(StreamBatches, HandOnTheStateThatWasLeft) {
  auto batches = three_lanes(4);
  batches.start_epoch(0, 0);
  for (int64_t pass = 0; pass < 2; ++pass) {
    for (int64_t chunk = 0; chunk < 3; ++chunk) {
      const auto batch = batches.next();
      EXPECT_TRUE(batch.state.eq(static_cast<double>(chunk)).all().item<bool>()) << chunk;  // zeros anew
      batch.after.copy_(batch.state + 1);
    }
  }
}

// A run that ends an epoch early goes on within the text, and one that is broken off anywhere as if it had
// not been.
TEST(StreamBatches, AreEnteredAnywhere) {
  auto all = three_lanes(2, 2), late = three_lanes(2, 2);
  std::vector<Batch> in_order;
  for (int64_t epoch = 0; epoch < 4; ++epoch) {
    all.start_epoch(epoch, 0);
    for (int64_t step = 0; step < 2; ++step) {
      const auto batch = all.next();
      batch.after.copy_(batch.state + 1);
      in_order.push_back(
          {batch.inputs, batch.targets, batch.number, batch.state.clone(), batch.after.clone()});
    }
  }
  EXPECT_EQ(in_order[5].number, 0);  // five batches are a pass
  for (std::size_t place = 1; place < in_order.size(); ++place) {
    const auto step = static_cast<int64_t>(place);
    late.state().at("batches.state").copy_(in_order[place - 1].after);  // of a checkpoint
    late.start_epoch(step / 2, step % 2);
    const auto batch = late.next();
    EXPECT_TRUE(batch.inputs.equal(in_order[place].inputs));
    EXPECT_TRUE(batch.state.equal(in_order[place].state)) << place;
  }
}

TEST(StreamBatches, SayHowLargeABatchMayBe) {
  EXPECT_THAT(mistake([] { three_lanes(11); }), testing::HasSubstr("choose a batch of at most 2"));
  EXPECT_EQ(three_lanes(10).per_epoch(), 1);
  EXPECT_EQ(three_lanes(10, 0, 33).per_epoch(), 1);  // two tokens more stay unread
}

}  // namespace
}  // namespace spinlab::training
