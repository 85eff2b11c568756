#include "datasets/files/compressed_file.h"

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class PackedFileTest : public SpinlabTest {
 protected:
  fs::path file() const { return folder() / "file"; }
  const std::string content_ = std::string(300'000, 'a') + "end";
};

TEST_F(PackedFileTest, UnpacksByContentNotByName) {
  for (const char* filter : {"none", "gzip", "xz"}) {
    write_packed(file(), content_, filter);
    EXPECT_EQ(CompressedFile(file(), "").read_rest(content_.size()), content_) << filter;
  }
}

TEST_F(PackedFileTest, SaysHowManyBytesAreMissing) {
  write_file(file(), "12345");
  CompressedFile in(file(), "fetch it");
  char bytes[8];
  EXPECT_THAT(mistake([&] { in.read(bytes, 8); }),
              HasSubstr("cut short: 3 bytes are missing after 5; fetch it"));
}

TEST_F(PackedFileTest, RefusesWhatFollowsTheEnd) {
  write_file(file(), "12345");
  CompressedFile in(file(), "fetch it");
  char bytes[4];
  in.read(bytes, 4);
  EXPECT_THAT(mistake([&] { in.expect_end(); }),
              HasSubstr("more bytes follow where the file should end after 4"));
}

TEST_F(PackedFileTest, ACutPackedFileIsDamaged) {
  for (const char* filter : {"gzip", "xz"}) {
    write_packed(file(), content_, filter);
    fs::resize_file(file(), fs::file_size(file()) / 2);
    EXPECT_THAT(mistake([&] { CompressedFile(file(), "fetch it").read_rest(1 << 20); }), HasSubstr("fetch it"))
        << filter;
  }
}

TEST_F(PackedFileTest, ASmallFileThatUnpacksWithoutEndIsStopped) {
  write_packed(file(), std::string(50 << 20, '\0'), "gzip");
  ASSERT_LT(fs::file_size(file()), 100'000);
  EXPECT_THAT(mistake([&] { CompressedFile(file(), "").read_rest(1 << 20); }),
              HasSubstr("longer than 1048576 bytes"));
}

TEST_F(PackedFileTest, RefusesWhatIsMissingEmptyOrAFolder) {
  EXPECT_THAT(mistake([&] { CompressedFile(folder() / "none", "fetch it"); }),
              HasSubstr("not a readable file; fetch it"));
  EXPECT_THAT(mistake([&] { CompressedFile(folder(), ""); }), HasSubstr("not a readable file"));
  write_file(file(), "");
  EXPECT_THAT(mistake([&] { CompressedFile(file(), ""); }), HasSubstr("empty"));
}

}  // namespace
}  // namespace spinlab::datasets
