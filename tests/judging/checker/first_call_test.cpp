#include "src/judging/checker/first_call.h"

#include <ATen/Functions.h>

#include "src/judging/channel/pack.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using FirstCallTest = SpinlabTest;

Message call_back_of(double x) { return {{{"call back", 0}, {"arguments", {x}}}, ""}; }

TEST_F(FirstCallTest, RoundingIsNoDifference) {
  const auto x = at::linspace(-1, 1, 7, at::kDouble);
  EXPECT_TRUE(are_close(pack(x, 0.1), pack(x * (1 + 1e-15), 0.1 * (1 + 1e-15))));
  EXPECT_TRUE(are_close(pack(at::full({2}, NAN)), pack(at::full({2}, NAN))));
  EXPECT_FALSE(are_close(pack(x), pack(x * (1 + 1e-7))));
  EXPECT_FALSE(are_close(pack(x), pack(x.to(at::kFloat))));
  EXPECT_FALSE(are_close(pack(x), pack(x.unsqueeze(0))));
  EXPECT_FALSE(are_close(pack(at::arange(3)), pack(at::arange(1, 4))));
  EXPECT_FALSE(are_close(pack(0.1, x), pack(0.2, x)));
  EXPECT_TRUE(are_close(pack(at::arange(3, at::kFloat)), pack(at::arange(3, at::kFloat) * (1 + 2e-7))));
}

TEST_F(FirstCallTest, RepliesInOrderToWhatWasAskedBefore) {
  FirstCall first("descend", pack(1.0));
  first.add_call_back(call_back_of(1), pack(10.0));
  first.add_call_back(call_back_of(2), pack(20.0));
  ASSERT_NE(first.reply_to(1, call_back_of(2)), nullptr);
  EXPECT_EQ(first.reply_to(1, call_back_of(2))->head, pack(20.0).head);
  EXPECT_EQ(first.reply_to(1, call_back_of(1)), nullptr);
  EXPECT_EQ(first.reply_to(2, call_back_of(2)), nullptr);
}

TEST_F(FirstCallTest, OfTwoExceptionsTheWordsMayDiffer) {
  const Message threw{{{"error", "exception"}, {"what", "a"}}, ""}, again{{{"error", "exception"}, {"what", "b"}}, ""};
  const Message value{{{"value", 1}}, ""};
  FirstCall first("descend", pack(1.0));
  first.set_answer(threw);
  EXPECT_TRUE(first.is_answer(again));
  EXPECT_FALSE(first.is_answer(value));
}

TEST_F(FirstCallTest, IsAskedForTwiceAfterOtherArguments) {
  FirstCall first("descend", pack(1.0));
  EXPECT_EQ(first.repetitions(), 1);
  first.see("descend", pack(1.0));
  first.see("another", pack(2.0));
  EXPECT_EQ(first.repetitions(), 1);
  first.see("descend", pack(2.0));
  EXPECT_EQ(first.repetitions(), 2);
}

TEST_F(FirstCallTest, WhatIsTooMuchIsNotKept) {
  const auto large = at::zeros({17 << 20}, at::kDouble);  // 136 MiB
  EXPECT_EQ(FirstCall("descend", pack(large)).repetitions(), 0);
}

/// A worker would else be rid of the repetition by asking for something large, or for little very often.
TEST_F(FirstCallTest, WhatAWorkerSaysTooMuchDoesNotSaveItTheRepetition) {
  FirstCall large("descend", pack(1.0)), often("descend", pack(1.0)), usual("descend", pack(1.0));
  large.add_call_back(pack(at::zeros({17 << 20}, at::kDouble)), pack(1.0));
  for (int i = 0; i < 1 << 18; ++i) often.add_call_back(call_back_of(i), pack(1.0));
  usual.add_call_back(call_back_of(1), pack(1.0));
  for (const auto* first : {&large, &often}) {
    EXPECT_TRUE(first->said_too_much());
    EXPECT_EQ(first->repetitions(), 1);
  }
  EXPECT_FALSE(usual.said_too_much());
}

}  // namespace
}  // namespace spinlab::judging
