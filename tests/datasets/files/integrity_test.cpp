#include "datasets/files/integrity.h"

#include "src/core/files.h"
#include "src/core/sha256.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class IntegrityTest : public SpinlabTest {
 protected:
  IntegrityTest() {
    write_packed(folder() / "original.gz", content_, "gzip");
    const auto packed = read_file(folder() / "original.gz", 1 << 20);
    file_ = {"set/file", {content_.size(), sha256_hex(content_)},
             ".gz",      {packed.size(), sha256_hex(packed)},
             {},         ""};
  }
  FileReport report() const { return inspect(file_, DataFolders(folder())); }

  const std::string content_ = std::string(10'000, 'x') + "end";
  CatalogFile file_;
};

TEST_F(IntegrityTest, AcceptsThePackedFileAndThePlainOne) {
  EXPECT_EQ(report().state, FileState::kMissing);
  std::filesystem::create_directories(folder() / "set");
  std::filesystem::copy(folder() / "original.gz", folder() / "set" / "file.gz");
  EXPECT_EQ(report().state, FileState::kIntact);
  write_file(folder() / "set" / "file", content_);
  EXPECT_EQ(report().state, FileState::kIntact);
  EXPECT_EQ(report().found, folder() / "set" / "file");
}

TEST_F(IntegrityTest, AcceptsTheSameContentPackedOtherwise) {
  write_packed(folder() / "set" / "file.xz", content_, "xz");
  EXPECT_EQ(report().state, FileState::kIntact);
}

TEST_F(IntegrityTest, ReportsOtherContent) {
  write_file(folder() / "set" / "file", content_.substr(1));
  EXPECT_EQ(report().state, FileState::kDamaged);
  EXPECT_THAT(report().problem, HasSubstr("10002 bytes that are not those of the catalog (10003 bytes"));
}

TEST_F(IntegrityTest, ReportsACutPackedFile) {
  const auto packed = read_file(folder() / "original.gz", 1 << 20);
  write_file(folder() / "set" / "file.gz", packed.substr(0, packed.size() - 20));
  EXPECT_EQ(report().state, FileState::kDamaged);
}

TEST_F(IntegrityTest, StopsAFileThatUnpacksWithoutEnd) {
  write_packed(folder() / "set" / "file.gz", std::string(20 << 20, '\0'), "gzip");
  EXPECT_EQ(report().state, FileState::kDamaged);
  EXPECT_THAT(report().problem, HasSubstr("unpacks to more than 10003 bytes"));
}

}  // namespace
}  // namespace spinlab::datasets
