#include "datasets/formats/labelled_images.h"

#include <ATen/ATen.h>

#include "src/core/cache_folder.h"
#include "src/core/files.h"
#include "src/core/seed.h"
#include "src/core/sha256.h"
#include "tests/datasets/support.h"
#include "tests/support/own_cache.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

class LabelledImagesTest : public SpinlabTest {
 protected:
  static constexpr int64_t kRecords = 30, kSide = 128;

  LabelledImages read() const {
    return read_labelled_images(folder() / "a.bin.xz",
                                {.records = kRecords, .side = kSide, .classes = 7, .dataset = "cifar10"});
  }

  /// Random, so that it is large enough to be kept even when packed.
  static std::string content() {
    const auto images =
        at::randint(0, 256, {kRecords, 3 * kSide * kSide}, make_generator(1, "records"), at::kByte);
    std::string all;
    for (int64_t i = 0; i < kRecords; ++i) {
      all += static_cast<char>(i % 7);
      all.append(static_cast<const char*>(images[i].const_data_ptr()), images[i].nbytes());
    }
    return all;
  }

  OwnCache cache_{folder() / "cache"};
};

/// That the second is read from the cache is seen by what was written there in between.
TEST_F(LabelledImagesTest, APackedFileIsUnpackedOnce) {
  write_packed(folder() / "a.bin.xz", content(), "xz");
  const auto first = read();
  EXPECT_TRUE(first.labels.equal(at::arange(kRecords).remainder(7)));
  const auto kept = cache_folder() / "parsed";
  ASSERT_EQ(std::distance(fs::directory_iterator(kept), {}), 1);
  const auto entry = fs::directory_iterator(kept)->path();
  auto bytes = read_file(entry, 1 << 24);
  const auto end = bytes.size() - 64;  // the digits of the rest's SHA-256
  const auto last_label = end - sizeof(int64_t);
  bytes[last_label] = 5;
  write_file(entry, bytes.substr(0, end) + sha256_hex(bytes.substr(0, end)));
  const auto second = read();
  EXPECT_TRUE(second.images.equal(first.images));
  EXPECT_EQ(second.labels[kRecords - 1].item<int64_t>(), 5);
}

}  // namespace
}  // namespace spinlab::datasets
