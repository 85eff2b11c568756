#include "src/training/run_folder.h"

#include <c10/util/Exception.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "src/core/called_as.h"
#include "src/core/files.h"
#include "src/core/sha256.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr auto kConfig = "config.json", kMetrics = "metrics.jsonl", kCheckpoint = "checkpoint.pt",
               kResult = "result.json", kSvg = "curves.svg", kPng = "curves.png";
constexpr std::uintmax_t kMaxMetricsBytes = 1 << 30;
constexpr std::uintmax_t kMaxCheckpointBytes = std::uintmax_t{8} << 30;

/// The lines that are whole objects; a run that was killed may have left half a line.
std::vector<Json> metrics_lines(const fs::path& file) {
  std::vector<Json> lines;
  if (!fs::exists(file)) return lines;
  std::istringstream text(read_file(file, kMaxMetricsBytes));
  for (std::string line; std::getline(text, line);) {
    auto json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_object()) lines.push_back(std::move(json));
  }
  return lines;
}

/// Runs of Spinlab 0.1 before November 2026 call three settings otherwise.
Json with_present_names(Json config) {
  const auto rename = [](Json& in, const char* from, const char* to) {
    if (!in.is_object() || !in.contains(from)) return;
    in[to] = in[from];
    in.erase(from);
  };
  rename(config, "average", "ema_decay");
  rename(config, "mirror_test", "flip_tta");
  if (config.is_object() && config.contains("optimizer")) rename(config["optimizer"], "decay_vectors", "decay_1d");
  return config;
}

}  // namespace

void RunFolder::require_free(bool overwrite) const {
  std::error_code error;
  TORCH_CHECK_VALUE(
      overwrite || !fs::exists(folder_ / kConfig, error), folder_.string(),
      ": holds a run already; go on with it by --resume, replace it by --overwrite, or choose another --out");
}

void RunFolder::start(const Json& config) const {
  std::error_code none;
  for (const auto* name : {kResult, kCheckpoint, kMetrics, kSvg, kPng}) fs::remove(folder_ / name, none);
  write_file(folder_ / kConfig, config.dump(2) + '\n');
}

Json RunFolder::config() const { return with_present_names(written_config()); }

Json RunFolder::written_config() const {
  TORCH_CHECK_VALUE(fs::exists(folder_ / kConfig), folder_.string(), ": no run here (", kConfig,
                    " is missing); start one by ", called_as(), " train RECIPE --out ", folder_.string());
  return read_json(folder_ / kConfig);
}

bool RunFolder::has_checkpoint() const { return fs::exists(folder_ / kCheckpoint); }

NamedTensors RunFolder::checkpoint() const {
  auto loaded = load_checkpoint(folder_ / kCheckpoint, kMaxCheckpointBytes);
  TORCH_CHECK_VALUE(loaded.config_hash == hash(), (folder_ / kCheckpoint).string(),
                    ": belongs to another configuration than ", kConfig,
                    " beside it; put its own file back, or start again with --overwrite");
  return std::move(loaded.tensors);
}

void RunFolder::save(const NamedTensors& state) const {
  save_checkpoint(folder_ / kCheckpoint, {hash(), state});
}

void RunFolder::append_metrics(const Json& line) const {
  std::ofstream out(folder_ / kMetrics, std::ios::app);
  out << line.dump() << '\n' << std::flush;
  TORCH_CHECK(out, (folder_ / kMetrics).string(), ": cannot be written (", std::strerror(errno),
              "); free some disk and go on with --resume");
}

void RunFolder::keep_metrics(int64_t epoch) const {
  std::string kept;
  for (const auto& line : metrics_lines(folder_ / kMetrics)) {
    if (line.value("epoch", epoch + 1) <= epoch) kept += line.dump() + '\n';
  }
  write_file(folder_ / kMetrics, kept);
}

double RunFolder::seconds() const {
  const auto lines = metrics_lines(folder_ / kMetrics);
  return lines.empty() ? 0 : lines.back().value("seconds", 0.0);
}

void RunFolder::write_result(const Json& result) const {
  write_file(folder_ / kResult, result.dump(2) + '\n');
}

Json RunFolder::result() const { return read_json(folder_ / kResult); }

bool RunFolder::has_result() const { return fs::exists(folder_ / kResult); }

std::string RunFolder::written() const {
  auto text = folder_.string() + ':';
  for (const auto* name : {kConfig, kMetrics, kCheckpoint, kResult, kSvg, kPng}) {
    if (fs::exists(folder_ / name)) text += std::string(text.back() == ':' ? " " : ", ") + name;
  }
  return text;
}

std::string RunFolder::hash() const { return sha256_hex(written_config().dump()); }

}  // namespace spinlab::training
