#include "datasets/files/unpack_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include "datasets/files/fetch.h"
#include "src/core/files.h"
#include "src/core/sha256.h"
#include "tests/datasets/file_server.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

void write_tar_gz(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& members) {
  fs::create_directories(file.parent_path());
  auto* out = archive_write_new();
  archive_write_add_filter_gzip(out);
  archive_write_set_format_pax_restricted(out);
  ASSERT_EQ(archive_write_open_filename(out, file.c_str()), ARCHIVE_OK);
  for (const auto& [name, content] : members) {
    auto* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    ASSERT_EQ(archive_write_header(out, entry), ARCHIVE_OK);
    archive_write_data(out, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_free(out);
}

class UnpackArchiveTest : public SpinlabTest {
 protected:
  UnpackArchiveTest() {
    for (const auto* name : {"one", "two"}) {
      CatalogFile file;
      file.path = std::string("set/") + name + ".bin";
      file.content = {content(name).size(), sha256_hex(content(name))};
      file.member = std::string("inside/") + name + ".bin";
      entry_.files.push_back(file);
    }
    entry_.name = "set";
  }
  static std::string content(const std::string& name) { return std::string(100'000, name[0]) + name; }
  std::string unpack() const {
    return unpack_members(archive(), {&entry_.files[0], &entry_.files[1]}, folder() / "data");
  }
  fs::path archive() const { return folder() / "served" / "all.tar.gz"; }
  bool exists(const std::string& name) const {
    return fs::exists(folder() / "data" / "set" / (name + ".bin"));
  }

  CatalogEntry entry_;
};

TEST_F(UnpackArchiveTest, TakesTheMembersAndNothingElse) {
  write_tar_gz(
      archive(),
      {{"../../escape", "x"}, {"inside/two.bin", content("two")}, {"inside/one.bin", content("one")}});
  EXPECT_EQ(unpack(), "");
  EXPECT_EQ(read_file(folder() / "data/set/one.bin", 1 << 20), content("one"));
  EXPECT_EQ(std::distance(fs::recursive_directory_iterator(folder() / "data"), {}), 3);
}

TEST_F(UnpackArchiveTest, RefusesAMemberThatIsNotTheCatalogs) {
  write_tar_gz(archive(), {{"inside/one.bin", content("other")}});
  EXPECT_THAT(unpack(), HasSubstr("archive member inside/one.bin"));
  EXPECT_FALSE(exists("one"));
  write_tar_gz(archive(), {{"inside/one.bin", content("one") + "more"}});
  EXPECT_THAT(unpack(), HasSubstr("longer than the catalog says"));
}

TEST_F(UnpackArchiveTest, NamesWhatIsMissingOrDamaged) {
  write_tar_gz(archive(), {{"inside/one.bin", content("one")}});
  EXPECT_EQ(unpack(), "the archive has no member inside/two.bin");
  write_file(archive(), "no archive at all");
  EXPECT_NE(unpack(), "");
}

TEST_F(UnpackArchiveTest, ADataSetIsFetchedOutOfItsArchive) {
  write_tar_gz(archive(), {{"inside/one.bin", content("one")}, {"inside/two.bin", content("two")}});
  const FileServer server(archive().parent_path());
  entry_.archive =
      CatalogArchive{{server.url("missing", "all.tar.gz"), server.url("cut", "all.tar.gz")}, 1 << 20};
  FetchOptions options;
  options.download.pause = std::chrono::milliseconds(1);
  fetch_dataset(entry_, DataFolders(folder() / "data"), options);
  EXPECT_TRUE(exists("one") && exists("two"));
  EXPECT_FALSE(fs::exists(folder() / "data/set/archive.part"));
}

}  // namespace
}  // namespace spinlab::datasets
