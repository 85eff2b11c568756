#include "datasets/files/catalog.h"

#include "datasets/files/integrity.h"
#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

const std::string kSha(64, 'a');

class CatalogTest : public SpinlabTest {
 protected:
  std::string refused(const Json& file) const {
    const Json entry = {{"title", ""}, {"origin", ""}, {"licence", ""}, {"citation", ""}, {"files", {file}}};
    write_file(folder() / "catalog.json", Json{{"x", entry}}.dump());
    return mistake([&] { Catalog(folder() / "catalog.json"); });
  }
};

TEST_F(CatalogTest, TheOneThatComesWithSpinlabIsWellFormed) {
  const auto catalog = Catalog::standard();
  EXPECT_EQ(catalog.entry("mnist").files.size(), 4);
  EXPECT_EQ(catalog.entry("mnist").files[0].suffix, ".gz");
  EXPECT_TRUE(catalog.entry("cifar10").archive.has_value());
  for (const auto& entry : catalog.entries()) {
    EXPECT_FALSE(entry.citation.empty()) << entry.name;
    EXPECT_FALSE(entry.licence.empty()) << entry.name;
  }
  EXPECT_THAT(mistake([&] { catalog.entry("cifar"); }), HasSubstr("the catalog has no data set \"cifar\""));
}

TEST_F(CatalogTest, RefusesPathsThatLeaveTheFolder) {
  for (const char* path : {"../x", "/etc/passwd", "a/../../x", ""}) {
    EXPECT_THAT(refused({{"path", path}, {"bytes", 1}, {"sha256", kSha}}),
                HasSubstr("must stay below the data folder"));
  }
}

TEST_F(CatalogTest, RefusesBadChecksumsLengthsAddressesAndKeys) {
  EXPECT_THAT(refused({{"path", "a"}, {"bytes", 1}, {"sha256", "ABC"}}),
              HasSubstr("64 lower-case hexadecimal"));
  EXPECT_THAT(refused({{"path", "a"}, {"bytes", 0}, {"sha256", kSha}}), HasSubstr("bytes must lie in [1, "));
  EXPECT_THAT(refused({{"path", "a"}, {"bytes", 1}, {"sha256", kSha}, {"urls", {"file:///etc/passwd"}}}),
              HasSubstr("is not an http or https address"));
  EXPECT_THAT(refused({{"path", "a"}, {"bytes", 1}, {"sha256", kSha}, {"ulrs", {"http://a"}}}),
              HasSubstr("did you mean \"urls\"?"));
}

class CatalogDataTest : public RealDataTest {};

TEST_F(CatalogDataTest, EveryFileIsThereAndIntact) {
  const auto catalog = Catalog::standard();
  for (const auto& entry : catalog.entries()) {
    for (const auto& file : entry.files) {
      const auto report = inspect(file, DataFolders());
      EXPECT_EQ(report.state, FileState::kIntact) << file.path << ' ' << report.problem;
    }
  }
}

}  // namespace
}  // namespace spinlab::datasets
