#include "src/training/export/export_run.h"

#include <ATen/ATen.h>

#include "src/core/files.h"
#include "src/training/config.h"
#include "src/training/export/safetensors.h"
#include "src/training/runs/run.h"
#include "src/training/runs/run_record.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ExportRunTest : public SpinlabTest {
 protected:
  void train(const Json& changes = Json::object()) const {
    ASSERT_TRUE(start_run(toy_config(changes), run_, data_, "test", false));
  }
  Exported export_as(const char* format, const std::string& out = "", bool overwrite = false) const {
    return export_run(run_, {format, out.empty() ? out : (folder() / out).string(), overwrite}, data_);
  }
  Safetensors exported_weights() const {
    return read_safetensors(export_as("safetensors", "", true).files.at(0));
  }
  std::string refusal(const char* format, const std::string& out = "") const {
    return mistake([&] { export_as(format, out); });
  }

  RunFolder run_{folder() / "run"};
  datasets::DataFolders data_;
};

TEST_F(ExportRunTest, WritesWhereItIsToldAndSaysWhere) {
  train();
  const auto usual = run_.path() / "export";
  EXPECT_THAT(export_as("safetensors").files, ElementsAre(usual / "model.safetensors"));
  EXPECT_THAT(export_as("python").files,
              ElementsAre(usual / "model.safetensors", usual / "config.json", usual / "model.py"));
  EXPECT_THAT(export_as("csv").files, ElementsAre(usual / "metrics.csv"));
  EXPECT_THAT(export_as("csv", "table").files, ElementsAre(folder() / "table"));
  std::filesystem::create_directory(folder() / "there");
  EXPECT_THAT(export_as("csv", "there").files, ElementsAre(folder() / "there" / "metrics.csv"));
  EXPECT_THAT(export_as("csv", "new/").files, ElementsAre(folder() / "new" / "metrics.csv"));
  const auto events = export_as("tensorboard", "curves").files;
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].parent_path(), folder() / "curves");
  EXPECT_THAT(events[0].filename().string(), HasSubstr("tfevents"));
  for (const auto& file : {usual / "model.safetensors", usual / "model.py", folder() / "table", events[0]})
    EXPECT_TRUE(std::filesystem::is_regular_file(file)) << file;
}

TEST_F(ExportRunTest, ReplacesNothingUntold) {
  train();
  write_file(folder() / "out" / "config.json", "mine");
  EXPECT_THAT(refusal("python", "out"),
              HasSubstr("config.json: is there already with other content; replace it by --overwrite"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "out" / "model.safetensors"));
  EXPECT_EQ(read_file(folder() / "out" / "config.json", 100), "mine");
  export_as("python", "out", /*overwrite=*/true);
  export_as("python", "out");  // the same again is no other content
  EXPECT_EQ(read_json(folder() / "out" / "config.json"), run_.config());
  EXPECT_THAT(refusal("python", "out/config.json"), HasSubstr("writes a folder"));
  std::filesystem::create_directory(folder() / "run" / "export");
  std::filesystem::create_directory(folder() / "run" / "export" / "metrics.csv");
  EXPECT_THAT(refusal("csv"), HasSubstr("is a folder"));
}

TEST_F(ExportRunTest, TheFileSaysWhatItIs) {
  train();
  const auto about = exported_weights().metadata;
  EXPECT_EQ(about.at("recipe"), "toy");
  EXPECT_EQ(about.at("format"), "pt");
  EXPECT_EQ(about.at("weights"), "after 5 of 5 epochs");
  EXPECT_EQ(Json::parse(about.at("metrics")), run_.result().at("metrics"));
  EXPECT_EQ(Json::parse(about.at("model")).at("hidden"), Json({16}));
  EXPECT_EQ(Json::parse(about.at("problem")).at("outputs"), 1);
  const auto state = run_.checkpoint();
  const auto mean = Json::parse(about.at("normalization")).at("mean").get<std::vector<double>>();
  EXPECT_TRUE(at::equal(at::tensor(mean, at::kDouble), state.at("normalization.mean").flatten()));
  const auto target = Json::parse(about.at("target")).at("deviation").get<std::vector<double>>();
  EXPECT_TRUE(at::equal(at::tensor(target, at::kDouble), state.at("target_deviation")));
}

TEST_F(ExportRunTest, ItsWeightsAreThoseOfTheBestEpoch) {
  train({{"validation", {{"fraction", 0.2}}}, {"epochs", 4}});
  const auto weights = exported_weights();
  const auto state = run_.checkpoint();
  for (const auto& [name, tensor] : weights.tensors)
    EXPECT_TRUE(at::equal(tensor, state.at("best.model." + name))) << name;
  const auto chosen = run_.result().at("chosen");
  EXPECT_EQ(weights.metadata.at("weights"),
            "of epoch " + chosen.at("epoch").dump() + ", the best by validation_loss");
}

TEST_F(ExportRunTest, ItsWeightsAreTheAveragedOnes) {
  train({{"ema_decay", 0.9}});
  const auto weights = exported_weights();
  const auto state = run_.checkpoint();
  EXPECT_TRUE(at::equal(weights.tensors.at("layer0.weight"), state.at("average.0")));
  EXPECT_FALSE(at::equal(weights.tensors.at("layer0.weight"), state.at("model.layer0.weight")));
  EXPECT_THAT(weights.metadata.at("weights"), HasSubstr("averaged with decay 0.9"));
}

// Before the statistics were saved with the weights.
TEST_F(ExportRunTest, AnOldCheckpointTakesItsStatisticsFromTheData) {
  train();
  const auto before = exported_weights().metadata;
  auto state = run_.checkpoint();
  for (const auto* name :
       {"normalization.mean", "normalization.deviation", "target_mean", "target_deviation"})
    ASSERT_EQ(state.erase(name), 1u) << name;
  {
    RunFolder old = run_;
    old.take_up(run_.config(), run_record("test"));
    old.save(state, 0);
  }
  const auto after = exported_weights().metadata;
  EXPECT_EQ(after.at("normalization"), before.at("normalization"));
  EXPECT_EQ(after.at("target"), before.at("target"));
  EXPECT_THAT(export_as("safetensors").remarks, ElementsAre(HasSubstr("has not ended")));
}

TEST_F(ExportRunTest, AModelWithoutADescriptionStillHasItsWeights) {
  train();
  const auto elsewhere = folder() / "elsewhere";  // a tree with the data sets and no model
  std::filesystem::create_directory(elsewhere);
  std::filesystem::create_directory_symlink(root() / "datasets", elsewhere / "datasets");
  const char* set = std::getenv("SPINLAB_ROOT");
  const std::string before = set == nullptr ? "" : set;
  ::setenv("SPINLAB_ROOT", elsewhere.c_str(), 1);
  Exported exported;
  EXPECT_NO_THROW(exported = export_as("python", "out"));
  ::setenv("SPINLAB_ROOT", before.c_str(), 1);  // empty is none
  EXPECT_THAT(exported.files,
              ElementsAre(folder() / "out" / "model.safetensors", folder() / "out" / "config.json"));
  EXPECT_THAT(exported.remarks, ElementsAre(HasSubstr("no model.py is known for mlp")));
}

TEST_F(ExportRunTest, ARunBeginsWithWeightsFromAFile) {
  train();
  const auto file = export_as("safetensors").files.at(0);
  const RunFolder next(folder() / "next");
  const auto changes =
      Json{{"start_from", file.string()}, {"optimizer", {{"name", "sgd"}, {"lr", 1e-12}}}, {"epochs", 1}};
  ASSERT_TRUE(start_run(toy_config(changes), next, data_, "test", false));
  EXPECT_CLOSE(next.checkpoint().at("model.layer1.weight"), run_.checkpoint().at("model.layer1.weight"),
               atol(1e-9));
  write_file(file, std::string("\0\xe4\x0bT\2\0\0\0", 8) + "{}");  // a header of 10 GB
  EXPECT_THAT(
      mistake([&] { start_run(toy_config(changes), RunFolder(folder() / "none"), data_, "test", false); }),
      HasSubstr("its header is of 10000000000 bytes"));
}

TEST_F(ExportRunTest, SaysWhatIsMissing) {
  EXPECT_THAT(refusal("safetensors"), HasSubstr("no run here"));
  EXPECT_THAT(refusal("csv"), HasSubstr("no run here"));
  EXPECT_THAT(refusal("safetensor"), HasSubstr("did you mean \"safetensors\"?"));
  RunFolder begun = run_;
  begun.start(toy_config(), run_record("test"), {{"loss", "nats"}}, false);
  EXPECT_THAT(refusal("python"), HasSubstr("no checkpoint yet"));
  EXPECT_THAT(refusal("tensorboard"), HasSubstr("no line of metrics yet"));
  EXPECT_FALSE(std::filesystem::exists(run_.path() / "export"));
}

}  // namespace
}  // namespace spinlab::training
