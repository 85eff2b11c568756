#include "datasets/files/download.h"

#include <signal.h>

#include <optional>

#include "datasets/files/part_file.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "tests/datasets/file_server.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DownloadTest : public SpinlabTest {
 protected:
  DownloadTest() {
    for (int i = 0; i < 200'000; ++i) content_.push_back(static_cast<char>(i * 7 + i / 251));
    write_file(folder() / "served" / "file", content_);
    server_.emplace(folder() / "served");
    options_.max_bytes = content_.size();
    options_.pause = std::chrono::milliseconds(1);
  }

  void get(const std::string& mode) { download(server_->url(mode, "file"), part(), options_, {}); }
  std::string failure(const std::string& mode) {
    try {
      get(mode);
    } catch (const DownloadError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }
  fs::path part() const { return folder() / "file.part"; }
  std::string got() const { return read_file(part(), 1 << 20); }

  std::string content_;
  std::optional<FileServer> server_;
  DownloadOptions options_;
};

TEST_F(DownloadTest, BringsTheBytesAndReportsProgress) {
  std::uint64_t last = 0;
  download(server_->url("plain", "file"), part(), options_, [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GT(done, last);
    EXPECT_EQ(total, content_.size());
    last = done;
  });
  EXPECT_EQ(last, content_.size());
  EXPECT_EQ(got(), content_);
}

TEST_F(DownloadTest, GoesOnWhereTheConnectionWasCut) {
  get("cut");
  EXPECT_EQ(got(), content_);
  EXPECT_THAT(server_->requests(), ElementsAre("/cut/file -", "/cut/file bytes=100000-"));
}

TEST_F(DownloadTest, GoesOnWithThePartOfAnEarlierRun) {
  write_file(part(), content_.substr(0, 150'000));
  get("plain");
  EXPECT_EQ(got(), content_);
  EXPECT_THAT(server_->requests(), ElementsAre("/plain/file bytes=150000-"));
}

TEST_F(DownloadTest, StartsAnewWhereTheServerIgnoresTheRange) {
  write_file(part(), content_.substr(0, 150'000));
  get("norange");
  EXPECT_EQ(got(), content_);
}

TEST_F(DownloadTest, StartsAnewWhereTheServerSendsAnotherRange) {
  write_file(part(), content_.substr(0, 150'000));
  get("wrongrange");
  EXPECT_EQ(got(), content_);
  EXPECT_THAT(server_->requests(), ElementsAre("/wrongrange/file bytes=150000-", "/wrongrange/file -"));
}

TEST_F(DownloadTest, AWholePartIsLeftToTheChecksum) {
  write_file(part(), content_);
  get("plain");
  EXPECT_EQ(got(), content_);
}

TEST_F(DownloadTest, TriesAgainWhereTheServerIsBusy) {
  get("busy");
  EXPECT_EQ(got(), content_);
  EXPECT_EQ(server_->requests().size(), 3);
}

TEST_F(DownloadTest, FollowsARedirectButNotToAFile) {
  get("redirect");
  EXPECT_EQ(got(), content_);
  options_.attempts = 1;
  fs::remove(part());
  EXPECT_THAT(failure("elsewhere"), HasSubstr("rotocol"));
  EXPECT_EQ(got(), "");
}

TEST_F(DownloadTest, AMissingFileIsNotAskedForTwice) {
  EXPECT_THAT(failure("missing"), HasSubstr("/missing/file: HTTP status 404"));
  EXPECT_EQ(server_->requests().size(), 1);
  EXPECT_EQ(got(), "");
}

TEST_F(DownloadTest, GivesUpWhereNothingMoreComesAndKeepsThePart) {
  options_.attempts = 3;
  EXPECT_THAT(failure("half"), HasSubstr("given up after 3 attempts"));
  EXPECT_EQ(got(), content_.substr(0, 100'000));
  EXPECT_EQ(server_->requests().size(), 4);
}

TEST_F(DownloadTest, WhatIsTooLongIsRefusedAndRemoved) {
  EXPECT_THAT(failure("endless"), HasSubstr("longer than the 200000 bytes that are expected"));
  EXPECT_FALSE(fs::exists(part()));
  EXPECT_THAT(failure("announced"), HasSubstr("longer than the 200000 bytes"));
}

TEST_F(DownloadTest, AStalledConnectionCountsAsCut) {
  options_.stall_timeout = std::chrono::seconds(1);
  options_.attempts = 1;
  EXPECT_THAT(failure("stall"), HasSubstr("given up"));
  EXPECT_EQ(got(), content_.substr(0, 100'000));
}

TEST_F(DownloadTest, AServerThatIsNotThereIsNamed) {
  options_.attempts = 2;
  const auto gone = server_->url("plain", "file");
  server_.reset();
  try {
    download(gone, part(), options_, {});
    FAIL();
  } catch (const DownloadError& error) {
    EXPECT_THAT(error.what(), HasSubstr("given up after 2 attempts"));
  }
}

TEST_F(DownloadTest, CtrlCLeavesAPartThatTheNextRunTakesUp) {
  {
    const Interrupt orderly_end;
    bool sent = false;
    const auto interrupt = [&](std::uint64_t, std::uint64_t) {
      if (!std::exchange(sent, true)) ::raise(SIGINT);
    };
    EXPECT_THROW(download(server_->url("stall", "file"), part(), options_, interrupt), c10::Error);
  }
  const auto left = got();
  EXPECT_GT(left.size(), 0);
  EXPECT_EQ(left, content_.substr(0, left.size()));
  const Interrupt fresh;
  get("plain");
  EXPECT_EQ(got(), content_);
}

TEST_F(DownloadTest, TwoNeverWriteIntoOnePart) {
  const PartFile other(part());
  EXPECT_THROW(get("plain"), c10::Error);
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(DownloadTest, AFullDiskIsNamed) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  try {
    download(server_->url("plain", "file"), "/dev/full", options_, {});
    FAIL();
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what_without_backtrace(),
                HasSubstr("the disk is full or not writable (No space left on device)"));
  }
}

TEST_F(DownloadTest, AFolderThatCannotBeWrittenIsNamed) {
  try {
    download(server_->url("plain", "file"), folder() / "none" / "file.part", options_, {});
    FAIL();
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what_without_backtrace(), HasSubstr("choose another folder with --data"));
  }
}

}  // namespace
}  // namespace spinlab::datasets
