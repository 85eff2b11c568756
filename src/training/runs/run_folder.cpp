#include "src/training/runs/run_folder.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "datasets/tokens/byte_pairs.h"
#include "src/core/called_as.h"
#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/sha256.h"
#include "src/training/config.h"
#include "src/training/former_names.h"
#include "src/training/model_file_of.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr auto kConfig = "config.json", kMetrics = "metrics.jsonl", kCheckpoint = "checkpoint.pt",
               kResult = "result.json", kRecord = "run.json", kModel = "model.cpp", kSvg = "curves.svg",
               kPng = "curves.png";
constexpr auto kVocabulary = datasets::BytePairs::kVocabularyFile, kMerges = datasets::BytePairs::kMergesFile;
constexpr std::uintmax_t kMaxMetricsBytes = 1 << 30, kMaxModelBytes = 4 << 20;
constexpr std::uintmax_t kMaxCheckpointBytes = std::uintmax_t{8} << 30;

/// What of a configuration may change while its run goes on.
constexpr const char* kChangeable[] = {"recipe", "title",   "goal",        "epochs",
                                       "device", "threads", "step_threads"};

bool has_begun(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / kRecord, error) || fs::exists(folder / kCheckpoint, error);
}

constexpr const char* kAllFiles[] = {kConfig, kMetrics, kCheckpoint, kRecord,     kResult,
                                     kModel,  kSvg,     kPng,        kVocabulary, kMerges};

}  // namespace

bool RunFolder::is_own_file(const fs::path& file) {
  const auto folder = fs::absolute(file).parent_path();
  if (!has_begun(folder)) return false;
  return std::any_of(std::begin(kAllFiles), std::end(kAllFiles),
                     [&](const char* name) { return file.filename() == name; });
}

bool RunFolder::is_export(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / kConfig, error) && fs::exists(folder / "model.safetensors", error) &&
         !has_begun(folder);
}

void RunFolder::require_free(bool overwrite) const {
  std::error_code error;
  TORCH_CHECK_VALUE(
      overwrite || !fs::exists(folder_ / kConfig, error), folder_.string(),
      ": holds a run already; go on with it by --resume, replace it by --overwrite, or choose another --out");
}

void RunFolder::start(const Json& config, const Json& record, const std::vector<Metric>& metrics,
                      bool overwrite) {
  lock_.reset();
  lock_ = std::make_shared<RunLock>(folder_);
  require_free(overwrite);  // another process may have been here since it was asked
  std::error_code none;
  for (const auto* name : {kResult, kCheckpoint, kMetrics, kSvg, kPng, kVocabulary, kMerges})
    fs::remove(folder_ / name, none);
  remove_half_written();
  identity_ = config_identity(config);
  auto written = config;
  if (const auto model = config.value("model_file", ""); model.empty()) {
    fs::remove(folder_ / kModel, none);
  } else {
    // A run can be repeated when the user's own file has long changed.
    if (fs::path(model) != fs::absolute(folder_ / kModel))
      write_file(folder_ / kModel, read_file(model, kMaxModelBytes));
    written["model_file"] = kModel;
  }
  write_file(folder_ / kConfig, written.dump(2) + '\n');
  auto known = Json::array();
  for (const auto& metric : metrics) {
    known.push_back(
        {{"name", metric.name}, {"unit", metric.unit}, {"higher_is_better", metric.higher_is_better}});
  }
  write_record({{"sittings", {record}}, {"metrics", known}, {"seconds", 0.0}});
}

void RunFolder::take_up(const Json& config, const Json& record) {
  lock_.reset();
  lock_ = std::make_shared<RunLock>(folder_);
  remove_half_written();
  auto written = written_config();
  identity_ = config_identity(written);
  for (const auto* key : kChangeable) {
    if (config.contains(key)) written[key] = config.at(key);
  }
  write_file(folder_ / kConfig, written.dump(2) + '\n');
  auto all = this->record();
  all["seconds"] = seconds();
  all["sittings"].push_back(record);
  all.erase("failed");
  write_record(all);
  std::error_code none;
  fs::remove(folder_ / kResult, none);
}

/// What a process left that was killed while it wrote (write_file_with); nobody else is at it.
void RunFolder::remove_half_written() const {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_, none)) {
    const auto name = entry.path().filename().string();
    const bool half = std::ranges::any_of(
        kAllFiles, [&](const char* file) { return name.starts_with(std::string(file) + ".part"); });
    if (half) fs::remove(entry.path(), none);
  }
}

Json RunFolder::config() const {
  auto config = with_present_names(written_config());
  load_model_file_of(config, folder_);
  return complete_config(config, (folder_ / kConfig).string());
}

Json RunFolder::written_config() const {
  TORCH_CHECK_VALUE(fs::exists(folder_ / kConfig), folder_.string(), ": no run here (", kConfig,
                    " is missing); start one by ", called_as(), " train RECIPE --out ", folder_.string());
  TORCH_CHECK_VALUE(!is_export(folder_), folder_.string(),
                    ": holds an export, no run; name the folder of the run that it was made from");
  return read_json(folder_ / kConfig);
}

void RunFolder::require_model(const fs::path& file) const {
  if (file.empty()) return;
  TORCH_CHECK_VALUE(fs::exists(folder_ / kModel) &&
                        read_file(file, kMaxModelBytes) == read_file(folder_ / kModel, kMaxModelBytes),
                    file.string(), ": is not the model that the run was started with, which is ",
                    (folder_ / kModel).string(), "; leave --model out, or start another run");
}

bool RunFolder::has_checkpoint() const { return fs::exists(folder_ / kCheckpoint); }

NamedTensors RunFolder::checkpoint() const {
  auto loaded = load_checkpoint(folder_ / kCheckpoint, kMaxCheckpointBytes);
  const auto written = written_config();
  const bool ours = loaded.config_hash == config_identity(written) ||
                    loaded.config_hash == sha256_hex(written.dump());  // before epochs could change
  TORCH_CHECK_VALUE(ours, (folder_ / kCheckpoint).string(), ": belongs to another configuration than ",
                    kConfig, " beside it; put its own file back, or start again with --overwrite");
  return std::move(loaded.tensors);
}

void RunFolder::save(const NamedTensors& state, double seconds) {
  save_checkpoint(folder_ / kCheckpoint, {identity_, state});
  auto all = record();
  all["seconds"] = seconds;
  write_record(all);
}

void RunFolder::append_metrics(const Json& line) const {
  std::ofstream out(folder_ / kMetrics, std::ios::app);
  out << line.dump() << '\n' << std::flush;
  TORCH_CHECK(out, (folder_ / kMetrics).string(), ": cannot be written (", std::strerror(errno),
              "); free some disk and go on with --resume");
}

std::vector<Json> RunFolder::metrics_lines() const {
  std::vector<Json> lines;
  if (!fs::exists(folder_ / kMetrics)) return lines;
  std::istringstream text(read_file(folder_ / kMetrics, kMaxMetricsBytes));
  for (std::string line; std::getline(text, line);) {
    auto json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_object()) lines.push_back(std::move(json));
  }
  return lines;
}

int64_t RunFolder::keep_metrics(int64_t epoch) const {
  std::string kept;
  const auto lines = metrics_lines();
  for (const auto& line : lines) {
    const auto of = line.value("epoch", Json());
    if (of.is_number_integer() && of.get<int64_t>() <= epoch) kept += line.dump() + '\n';
  }
  const auto before = fs::exists(folder_ / kMetrics) ? read_file(folder_ / kMetrics, kMaxMetricsBytes) : "";
  write_file(folder_ / kMetrics, kept);
  return std::ranges::count(before, '\n') - static_cast<int64_t>(lines.size());
}

void RunFolder::note_failure(const std::string& why) const {
  auto all = record();
  all["failed"] = clean_utf8(why);
  write_record(all);
}

double RunFolder::seconds() const {
  if (const auto known = record(); known.contains("seconds")) return known.at("seconds").get<double>();
  const auto lines = metrics_lines();
  return lines.empty() ? 0 : lines.back().value("seconds", 0.0);
}

std::vector<Metric> RunFolder::metrics() const {
  const auto known = record();
  if (!known.contains("metrics")) return {{"loss", ""}, {"r2", "", true}, {"accuracy", "share", true}};
  std::vector<Metric> all;
  for (const auto& metric : known.at("metrics"))
    all.push_back({metric.at("name"), metric.value("unit", ""), metric.at("higher_is_better")});
  return all;
}

Json RunFolder::record() const {
  if (!fs::exists(folder_ / kRecord)) return Json::object();
  const auto record = read_json(folder_ / kRecord);
  TORCH_CHECK_VALUE(record.is_object(), (folder_ / kRecord).string(),
                    ": is no record of a run; remove it, the run goes on without");
  return record;
}

void RunFolder::write_record(const Json& record) const {
  write_file(folder_ / kRecord, record.dump(2) + '\n');
}

void RunFolder::write_result(const Json& result) const {
  write_file(folder_ / kResult, result.dump(2) + '\n');
}

Json RunFolder::result() const { return read_json(folder_ / kResult); }

bool RunFolder::has_result() const { return fs::exists(folder_ / kResult); }

std::string RunFolder::written() const {
  auto text = folder_.string() + ':';
  for (const auto* name : kAllFiles) {
    if (fs::exists(folder_ / name)) text += std::string(text.back() == ':' ? " " : ", ") + name;
  }
  return text;
}

}  // namespace spinlab::training
