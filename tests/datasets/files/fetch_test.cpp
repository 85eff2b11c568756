#include "datasets/files/fetch.h"

#include "datasets/files/integrity.h"
#include "src/core/files.h"
#include "src/core/sha256.h"
#include "tests/datasets/file_server.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FetchTest : public SpinlabTest {
 protected:
  FetchTest() : folders_(folder() / "data") {
    for (int i = 0; i < 200'000; ++i) content_.push_back(static_cast<char>(i * 7 + i / 251));
    write_packed(served("file"), content_, "none");
    write_packed(served("file.gz"), content_, "gzip");
    const auto packed = read_file(served("file.gz"), 1 << 20);
    file_ = {"set/file", {content_.size(), sha256_hex(content_)},
             ".gz",      {packed.size(), sha256_hex(packed)},
             {},         ""};
    server_.emplace(folder() / "served");
    options_.download.pause = std::chrono::milliseconds(1);
    options_.download.attempts = 2;
    options_.say = [this](const std::string& line) { said_.push_back(line); };
  }

  void fetch(const std::vector<std::string>& urls) {
    file_.urls = urls;
    CatalogEntry entry;
    entry.name = "set";
    entry.files = {file_};
    fetch_dataset(entry, folders_, options_);
  }
  std::string failure(const std::vector<std::string>& urls) {
    try {
      fetch(urls);
    } catch (const c10::Error& error) {
      return error.what_without_backtrace();
    }
    return "nothing was thrown";
  }
  std::string url(const std::string& mode, const std::string& name = "file") const {
    return server_->url(mode, name);
  }
  fs::path served(const std::string& name) const { return folder() / "served" / name; }
  fs::path data(const std::string& name) const { return folder() / "data" / "set" / name; }
  std::vector<std::string> in_place() const {
    std::vector<std::string> names;
    for (const auto& each : fs::directory_iterator(folder() / "data" / "set"))
      names.push_back(each.path().filename());
    return names;
  }

  std::string content_;
  CatalogFile file_;
  DataFolders folders_;
  std::optional<FileServer> server_;
  FetchOptions options_;
  std::vector<std::string> said_;
};

TEST_F(FetchTest, PutsThePlainAndThePackedFileUnderTheirNames) {
  fetch({url("plain")});
  EXPECT_THAT(in_place(), ElementsAre("file"));
  EXPECT_THAT(said_, ElementsAre("wrote " + data("file").string()));
  options_.again = true;
  fetch({url("plain", "file.gz")});
  EXPECT_THAT(in_place(), ElementsAre("file.gz"));
}

TEST_F(FetchTest, WhatIsIntactIsLeftAlone) {
  fetch({url("plain")});
  fetch({url("plain")});
  EXPECT_EQ(server_->requests().size(), 1);
  EXPECT_EQ(said_.back(), "intact: " + data("file").string());
}

TEST_F(FetchTest, AFileThatIsNotTheCatalogsStaysUnlessItIsToBeOverwritten) {
  for (const char* suffix : {"", ".gz", ".xz"}) {
    write_packed(data("file" + std::string(suffix)), "my own", "none");
    EXPECT_THAT(mistake([&] { fetch({url("plain")}); }),
                testing::AllOf(HasSubstr("file" + std::string(suffix) + ": 6 bytes that are not"),
                               HasSubstr("fetch with --overwrite to replace it")));
    EXPECT_EQ(read_file(data("file" + std::string(suffix)), 100), "my own");
    fs::remove(data("file" + std::string(suffix)));
  }
  EXPECT_TRUE(server_->requests().empty());
  write_file(data("file"), "my own");
  options_.overwrite = true;
  fetch({url("plain", "file.gz")});
  EXPECT_THAT(in_place(), ElementsAre("file.gz"));
}

TEST_F(FetchTest, AMirrorThatHangsIsSaidAndLeft) {
  options_.download.stall_timeout = std::chrono::seconds(1);
  options_.download.attempts = 5;
  fetch({url("silent"), url("plain")});
  EXPECT_THAT(in_place(), ElementsAre("file"));
  EXPECT_THAT(said_.front(), testing::AllOf(HasSubstr(url("silent") + ": given up"),
                                            HasSubstr("the next address is tried")));
  EXPECT_EQ(server_->requests().size(), 2);
}

TEST_F(FetchTest, AWrongChecksumLeavesNothingAndIsNamed) {
  EXPECT_THAT(failure({url("wrong")}),
              HasSubstr(url("wrong") + ": its bytes have another SHA-256 than the catalog's"));
  EXPECT_TRUE(in_place().empty());
}

TEST_F(FetchTest, MirrorsAreTriedInOrderAndEachFailureIsNamed) {
  fetch({url("missing"), url("wrong"), url("plain")});
  EXPECT_THAT(in_place(), ElementsAre("file"));
  options_.again = true;
  EXPECT_THAT(failure({url("missing"), url("wrong")}),
              testing::AllOf(HasSubstr("set/file could not be fetched"), HasSubstr("HTTP status 404"),
                             HasSubstr("another SHA-256"), HasSubstr("try again later")));
  EXPECT_EQ(read_file(data("file"), 1 << 20), content_);
}

TEST_F(FetchTest, AMirrorGoesOnWhereAnotherBroke) {
  fetch({url("half"), url("plain")});
  EXPECT_EQ(read_file(data("file"), 1 << 20), content_);
  EXPECT_EQ(server_->requests().back(), "/plain/file bytes=100000-");
}

TEST_F(FetchTest, APartThatSpoilsTheFileIsFetchedAnew) {
  write_file(data("file.part"), std::string(1000, '?'));
  fetch({url("plain")});
  EXPECT_EQ(read_file(data("file"), 1 << 20), content_);
  EXPECT_THAT(server_->requests(), ElementsAre("/plain/file bytes=1000-", "/plain/file -"));
  EXPECT_THAT(in_place(), ElementsAre("file"));
}

TEST_F(FetchTest, WhatHasNoAddressIsToBePutInPlaceByHand) {
  EXPECT_THAT(failure({}), HasSubstr("no address to fetch this from: set/file; put it into " +
                                     (folder() / "data").string()));
}

}  // namespace
}  // namespace spinlab::datasets
