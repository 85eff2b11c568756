#include "datasets/formats/parsed_cache.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/own_cache.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

class ParsedCacheTest : public SpinlabTest {
 protected:
  ParsedCacheTest() { write_file(file(), std::string(2 << 20, 'x')); }

  Parsed get(const Json& options = {{"a", 1}}) {
    return parsed_once({file()}, "test 1", options, [&] {
      ++parsed_;
      return Parsed{{{"x", torch::arange(5, torch::kDouble)}, {"b", torch::tensor({1, 2}, torch::kByte)}},
                    {{"n", "ü"}}};
    });
  }
  void expect_right(const Parsed& got) {
    EXPECT_TRUE(got.tensors.at("x").equal(torch::arange(5, torch::kDouble)));
    EXPECT_EQ(got.tensors.at("b").scalar_type(), torch::kByte);
    EXPECT_EQ(got.notes, (Json{{"n", "ü"}}));
  }
  fs::path file() const { return folder() / "file"; }
  fs::path entry() const { return fs::directory_iterator(folder() / "cache/spinlab/parsed")->path(); }

  OwnCache cache_{folder() / "cache"};
  int parsed_ = 0;
};

TEST_F(ParsedCacheTest, ParsesOnceByContentAndOptions) {
  expect_right(get());
  expect_right(get());
  EXPECT_EQ(parsed_, 1);
  get({{"a", 2}});
  EXPECT_EQ(parsed_, 2);
  write_file(file(), std::string(2 << 20, 'y'));
  get();
  EXPECT_EQ(parsed_, 3);
}

TEST_F(ParsedCacheTest, ADamagedEntryIsMadeAnew) {
  get();
  const auto good = read_file(entry(), 1 << 20);
  for (std::size_t at = 0; at < good.size(); at += 7) {
    auto bad = good;
    bad[at] ^= 0x11;
    write_file(entry(), bad);
    const auto before = parsed_;
    expect_right(get());
    ASSERT_EQ(parsed_, before + 1) << at;
    ASSERT_EQ(read_file(entry(), 1 << 20), good) << at;
  }
  write_file(entry(), good.substr(0, good.size() / 2));
  expect_right(get());
}

TEST_F(ParsedCacheTest, SmallFilesAndUnwritableCachesAreParsedEachTime) {
  write_file(file(), "small");
  get(), get();
  EXPECT_EQ(parsed_, 2);
  EXPECT_FALSE(fs::exists(folder() / "cache"));
  write_file(file(), std::string(2 << 20, 'x'));
  write_file(folder() / "cache", "no folder can be made here");
  expect_right(get());
  expect_right(get());
  EXPECT_EQ(parsed_, 4);
}

}  // namespace
}  // namespace spinlab::datasets
