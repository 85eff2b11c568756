#include <sstream>

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/sha256.h"
#include "tests/cli/run_spinlab.h"
#include "tests/datasets/file_server.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

class DataCommandTest : public SpinlabTest {
 protected:
  DataCommandTest() : server_(served()) {}

  // A catalog of one data set "toy" of one file, at `url`.
  void write_catalog(const std::string& url) const {
    const Json file = {
        {"path", "toy/file"}, {"bytes", kContent.size()}, {"sha256", sha256_hex(kContent)}, {"urls", {url}}};
    const Json entry = {
        {"title", "A toy"}, {"origin", url}, {"licence", "none"}, {"citation", "none"}, {"files", {file}}};
    write_file(folder() / "catalog.json", Json{{"toy", entry}}.dump());
  }
  CommandRun data(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "data");
    for (const auto& each : {std::string("--catalog"), (folder() / "catalog.json").string(),
                             std::string("--data"), (folder() / "data").string()}) {
      arguments.push_back(each);
    }
    return run_spinlab(arguments);
  }
  fs::path served() const {
    write_file(folder() / "served" / "file", kContent);
    return folder() / "served";
  }
  fs::path fetched() const { return folder() / "data" / "toy" / "file"; }

  static inline const std::string kContent = std::string(50'000, 'x') + "end";
  datasets::FileServer server_;
};

TEST_F(DataCommandTest, FetchesListsAndVerifies) {
  write_catalog(server_.url("plain", "file"));
  EXPECT_EQ(json_lines(data({"list", "--json"}).out)[0]["present"], 0);
  const auto fetch = data({"fetch", "toy"});
  EXPECT_EQ(fetch.code, 0) << fetch.err;
  EXPECT_THAT(fetch.out, HasSubstr("wrote " + fetched().string()));
  EXPECT_EQ(json_lines(data({"list", "--json"}).out)[0]["present"], 1);
  const auto verify = data({"verify", "--json"});
  EXPECT_EQ(verify.code, 0);
  EXPECT_EQ(json_lines(verify.out)[0]["state"], "intact");
}

TEST_F(DataCommandTest, VerifyFailsAtDamageAndSaysWhatToDo) {
  write_catalog(server_.url("plain", "file"));
  EXPECT_EQ(data({"verify"}).code, 0);         // nothing is there, nothing was asked for
  EXPECT_EQ(data({"verify", "toy"}).code, 1);  // it was asked for
  write_file(fetched(), "damaged");
  const auto verify = data({"verify"});
  EXPECT_EQ(verify.code, 1);
  EXPECT_THAT(verify.out, HasSubstr("mend it with: ./spinlab data fetch toy"));
}

TEST_F(DataCommandTest, AFailedFetchIsOneLineAndLeavesNothing) {
  write_catalog(server_.url("wrong", "file"));
  const auto fetch = data({"fetch", "toy"});
  EXPECT_EQ(fetch.code, 3);
  EXPECT_THAT(fetch.err, HasSubstr("spinlab: toy/file could not be fetched: http://127.0.0.1"));
  EXPECT_FALSE(fs::exists(fetched()));
}

TEST_F(DataCommandTest, MistakesAreTheUsers) {
  write_catalog(server_.url("plain", "file"));
  const auto unknown = data({"fetch", "toi"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("the catalog has no data set \"toi\"; did you mean \"toy\"?"));
  EXPECT_EQ(data({"fetch"}).code, 2);
  EXPECT_EQ(data({"show", "nothing"}).code, 2);
  EXPECT_EQ(data({"show", "linear", "--set", "samples"}).code, 2);
}

TEST(DataShow, DescribesWhatIsMade) {
  const auto shown =
      run_spinlab({"data", "show", "ising", "--json", "--set", "side=4", "--set", "samples=10"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const auto set = json_lines(shown.out).at(0);
  EXPECT_EQ(set["train"]["inputs"], (std::vector<int64_t>{160, 1, 4, 4}));
  EXPECT_EQ(set["train"]["type"], "Char");
  EXPECT_EQ(set["classes"], (std::vector<std::string>{"disordered", "ordered"}));
}

TEST(DataShow, DrawsAnExampleForPeople) {
  const auto spins = run_spinlab({"data", "show", "ising", "--set", "side=4", "--set", "samples=10"});
  // Two characters a spin.
  EXPECT_THAT(spins.out, testing::ContainsRegex("\n[#.]{8}\n[#.]{8}\n[#.]{8}\n[#.]{8}\n"));
}

class DataShowDataTest : public RealDataTest {};

TEST_F(DataShowDataTest, NamesTheFeaturesAndTheSource) {
  const auto iris = run_spinlab({"data", "show", "iris"});
  EXPECT_THAT(iris.out, HasSubstr("petal width (cm) = "));
  EXPECT_THAT(iris.out, HasSubstr("R. A. Fisher"));
}

}  // namespace
}  // namespace spinlab::cli
