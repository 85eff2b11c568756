#include "tests/experiments/tiny.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/support/without_data.h"

namespace spinlab::experiments {
namespace {

class LanguageScalingTest : public SpinlabTest {};

TEST_F(LanguageScalingTest, MissingFilesAreNamedWithWhatFetchesThem) {
  const WithoutData without(folder());
  EXPECT_THAT(mistake([&] { run_tiny("language-scaling", {}, kSeed, datasets::DataFolders(folder())); }),
              testing::HasSubstr("data fetch tinyshakespeare"));
}

TEST_F(LanguageScalingTest, SaysWhatCannotBe) {
  EXPECT_THAT(mistake([] { run_tiny("language-scaling", {"shares=[0.5, 2]"}, kSeed); }),
              testing::HasSubstr("shares must lie in (0, 1], got 2"));
}

}  // namespace
}  // namespace spinlab::experiments
