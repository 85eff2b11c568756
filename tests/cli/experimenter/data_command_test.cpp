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
  DataCommandTest() : server_(served()) { fs::create_directories(folder() / "data"); }

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
  EXPECT_THAT(verify.out, HasSubstr("replace it with: ./spinlab data fetch toy --overwrite"));
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

// Φ(1) of 2,000 draws: 0.8413 ± 5.5 · 0.0082.
TEST(DataShow, SaysWhatTheBayesRuleReachesAndDrawsThePlane) {
  const std::vector<std::string> blobs = {"data",  "show",         "blobs", "--set",       "classes=2",
                                          "--set", "separation=2", "--set", "samples=2000"};
  auto lines = blobs;
  lines.push_back("--json");
  const auto set = json_lines(run_spinlab(lines).out).at(0);
  EXPECT_NEAR(set["bayes_accuracy"].get<double>(), 0.8413, 0.045);
  EXPECT_EQ(set["title"], "classes of one or more Gaussians each, from a seed, with their exact posterior");
  const auto shown = run_spinlab(blobs).out;
  EXPECT_THAT(shown, HasSubstr("a character is the number of a class:\n"));
  EXPECT_THAT(shown, testing::ContainsRegex("\n[ 01]*0[ 01]*1[ 01]*\n"));
}

TEST_F(DataCommandTest, EveryCommandTakesTheCatalogAndMindsTheFolder) {
  write_catalog(server_.url("plain", "file"));
  EXPECT_THAT(data({"show", "toy"}).out, HasSubstr("A toy"));
  for (const std::string command : {"list", "verify", "show"}) {
    auto words = std::vector<std::string>{"data", command, "--data", "/nonexistent"};
    if (command == "show") words.push_back("linear");
    const auto run = run_spinlab(words);
    EXPECT_EQ(run.code, 2) << command;
    EXPECT_THAT(run.err, HasSubstr("--data /nonexistent: there is no such folder")) << command;
  }
}

TEST_F(DataCommandTest, AUsersOwnFileIsNotOverwritten) {
  write_catalog(server_.url("plain", "file"));
  write_file(fetched(), "mine");
  const auto fetch = data({"fetch", "toy"});
  EXPECT_EQ(fetch.code, 2);
  EXPECT_THAT(fetch.err, HasSubstr("it may be your own and stays"));
  EXPECT_EQ(read_file(fetched(), 100), "mine");
  EXPECT_EQ(data({"fetch", "toy", "--overwrite"}).code, 0);
  EXPECT_EQ(read_file(fetched(), 1 << 20), kContent);
}

class DataShowFileTest : public SpinlabTest {};

TEST_F(DataShowFileTest, SaysWhatItUnderstoodAndTheSectionThatLoadsIt) {
  const auto file = (folder() / "houses.csv").string();
  write_file(file, "rooms,town,price\n3,Ulm,1.5\n4,Bonn,2\n2,Ulm,1\n5,Bonn,3\n");
  const auto shown = run_spinlab({"data", "show", file});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("  town  categorical  text  distinct 2  values [\"Bonn\",\"Ulm\"]"));
  EXPECT_THAT(shown.out, HasSubstr("\"data\": {\"name\":\"csv\",\"file\":\"" + file +
                                   "\",\"target\":\"price\",\"categorical\":[\"town\"]}"));
  const auto other = json_lines(run_spinlab({"data", "show", file, "--set", "target=town", "--json"}).out);
  EXPECT_EQ(other.at(0)["data"]["target"], "town");
  EXPECT_EQ(other.at(1)["classes"], (std::vector<std::string>{"Bonn", "Ulm"}));
}

TEST_F(DataShowFileTest, WhatItIsNotToldIsSaid) {
  write_file(folder() / "what", "1");
  EXPECT_THAT(run_spinlab({"data", "show", (folder() / "what").string()}).err, HasSubstr("--set name=csv"));
  EXPECT_THAT(run_spinlab({"data", "show", "nothing.csv"}).err, HasSubstr("neither a data set nor a file"));
}

class DataShowDataTest : public RealDataTest {};

TEST_F(DataShowDataTest, NamesTheFeaturesAndTheSource) {
  const auto iris = run_spinlab({"data", "show", "iris"});
  EXPECT_THAT(iris.out, HasSubstr("petal width (cm)"));
  EXPECT_THAT(iris.out, HasSubstr("R. A. Fisher"));
}

TEST_F(DataShowDataTest, DrawsImagesRowsAndASeries) {
  EXPECT_THAT(run_spinlab({"data", "show", "digits"}).out,
              HasSubstr("the first 4 training examples (0, 0, 7, 4):\n"));
  const auto iris =
      run_spinlab({"data", "show", "iris", "--set", "species=[\"versicolor\",\"virginica\"]"}).out;
  EXPECT_THAT(iris, HasSubstr("classes    versicolor, virginica\n"));
  EXPECT_THAT(iris, testing::ContainsRegex("sepal length \\(cm\\) .* class\n"));
  const auto days = run_spinlab({"data", "show", "temperatures"}).out;
  EXPECT_THAT(days, HasSubstr("not in the file, and left out: 1984-12-31, 1988-12-31\n"));
  EXPECT_THAT(days, HasSubstr("test part, 1989-01-01 to 1990-12-31, means from"));
  EXPECT_THAT(days, testing::ContainsRegex("\n  1981-01-01 .* 20\\.7\n"));
}

}  // namespace
}  // namespace spinlab::cli
