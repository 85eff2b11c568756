#include "src/training/export/tensorboard.h"

#include "src/core/files.h"
#include "src/core/python.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class TensorboardTest : public SpinlabTest {};

// The check value of CRC-32C, and those of RFC 3720, appendix B.4, which prints bytes from the lowest on.
TEST_F(TensorboardTest, ChecksumsArePublishedOnes) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AA);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43);
  std::string rising;
  for (char byte = 0; byte < 32; ++byte) rising += byte;
  EXPECT_EQ(crc32c(rising), 0x46DD794E);
}

TEST_F(TensorboardTest, PythonReadsTheEvents) {
  const auto file = folder() / "events.out.tfevents.1500000000.spinlab";
  write_file(file, tensorboard_events(
                       1.5e9, {{1.5e9 + 2.25, 300, {{"test/accuracy", 0.5}, {"learning_rate", 0.125}}},
                               {1.5e9 + 4.5, int64_t{1} << 40, {{"test/ü" + std::string(200, 'x'), -3}}}}));
  run_python(std::filesystem::path(SPINLAB_TEST_FOLDER) / "export" / "check_events.py", {file.string()});
}

}  // namespace
}  // namespace spinlab::training
