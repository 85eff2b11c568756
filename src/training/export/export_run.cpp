#include "src/training/export/export_run.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/tokens/byte_pairs.h"
#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/utc_time.h"
#include "src/training/export/metrics_export.h"
#include "src/training/export/python_model.h"
#include "src/training/export/trained_model.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr std::uintmax_t kMaxTokenizer = 256 << 20;

struct File {
  fs::path path;
  std::string content;
};

/// What will be written, before any of it is.
struct Plan {
  std::vector<File> files;
  std::vector<std::string> remarks;
};

struct Source {
  const RunFolder& run;
  const fs::path& out;
  const datasets::DataFolders& data;

  fs::path usual_folder() const { return run.path() / "export"; }
  fs::path folder(const fs::path& usual) const {
    std::error_code error;
    TORCH_CHECK_VALUE(out.empty() || !fs::exists(out, error) || fs::is_directory(out, error), out.string(),
                      ": is a file, and this format writes a folder; choose another --out");
    return out.empty() ? usual : out;
  }
  fs::path file(const char* usual) const {
    std::error_code error;
    if (out.empty()) return usual_folder() / usual;
    return fs::is_directory(out, error) || !out.has_filename() ? out / usual : out;
  }
  std::vector<Json> metrics() const {
    run.config();  // says where there is no run
    auto lines = run.metrics_lines();
    TORCH_CHECK_VALUE(!lines.empty(), run.path().string(),
                      ": has no line of metrics yet; let it train for an epoch first");
    return lines;
  }
};

Plan safetensors(const Source& source) {
  auto model = trained_model(source.run, source.data);
  return {{{source.file("model.safetensors"), safetensors_bytes(model.weights)}}, std::move(model.remarks)};
}

Plan python(const Source& source) {
  auto model = trained_model(source.run, source.data);
  const auto folder = source.folder(source.usual_folder());
  Plan plan{{{folder / "model.safetensors", safetensors_bytes(model.weights)},
             {folder / "config.json", source.run.config().dump(2) + '\n'}},
            std::move(model.remarks)};
  for (const auto* name : {datasets::BytePairs::kVocabularyFile, datasets::BytePairs::kMergesFile}) {
    const auto file = source.run.path() / name;
    if (fs::exists(file)) plan.files.push_back({folder / name, read_file(file, kMaxTokenizer)});
  }
  if (auto text = python_model(model.name)) {
    plan.files.push_back({folder / "model.py", std::move(*text)});
  } else {
    plan.remarks.push_back("no model.py is known for " + model.name +
                           ": the weights are there, their network is yours to write" +
                           " (models/networks/mlp.py is an example of how Spinlab would know it)");
  }
  return plan;
}

/// Seconds since 1970; 0 for a run from before it was written down.
double started(const Json& record) {
  const auto sittings = record.find("sittings");
  if (sittings == record.end() || !sittings->is_array() || sittings->empty()) return 0;
  try {
    return static_cast<double>(parse_utc_time(sittings->front().value("started", "")));
  } catch (const c10::ValueError&) {
    return 0;
  }
}

Plan tensorboard(const Source& source) {
  const auto lines = source.metrics();
  const auto record = source.run.record();
  const auto begin = started(record);
  // TensorBoard takes what has "tfevents" in its name.
  const auto name = "events.out.tfevents." + std::to_string(static_cast<int64_t>(begin)) + ".spinlab";
  return {{{source.folder(source.usual_folder() / "tensorboard") / name,
            tensorboard_events(begin, metrics_points(lines, record, begin))}},
          {}};
}

Plan csv(const Source& source) { return {{{source.file("metrics.csv"), metrics_csv(source.metrics())}}, {}}; }

struct Format {
  const char* name;
  Plan (*plan)(const Source&);
};
constexpr Format kFormats[] = {
    {"safetensors", safetensors}, {"python", python}, {"tensorboard", tensorboard}, {"csv", csv}};

const Format& find(const std::string& name) {
  const auto* found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                   [&](const auto& format) { return format.name == name; });
  TORCH_CHECK_VALUE(found != std::end(kFormats), "there is no format \"", name, "\"",
                    did_you_mean(name, export_formats()));
  return *found;
}

void require_no_run(const File& file) {
  TORCH_CHECK_VALUE(!RunFolder::is_own_file(file.path), file.path.string(),
                    ": is a run's own file, which no export replaces; choose another --out");
}

void require_free(const File& file) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(file.path, error))) return;
  TORCH_CHECK_VALUE(!fs::is_directory(file.path, error), file.path.string(),
                    ": is a folder; choose another --out");
  const bool same = fs::is_regular_file(file.path, error) &&
                    fs::file_size(file.path, error) == file.content.size() &&
                    read_file(file.path, file.content.size()) == file.content;
  TORCH_CHECK_VALUE(
      same, file.path.string(),
      ": is there already with other content; replace it by --overwrite, or choose another --out");
}

}  // namespace

std::vector<std::string> export_formats() {
  std::vector<std::string> names;
  for (const auto& format : kFormats) names.emplace_back(format.name);
  return names;
}

Exported export_run(const RunFolder& run, const ExportRequest& request, const datasets::DataFolders& data) {
  auto plan = find(request.format).plan({run, request.out, data});
  for (const auto& file : plan.files) {
    require_no_run(file);
    if (!request.overwrite) require_free(file);
  }
  Exported exported{{}, std::move(plan.remarks)};
  for (const auto& file : plan.files) {
    update_file(file.path, file.content);
    exported.files.push_back(file.path);
  }
  return exported;
}

}  // namespace spinlab::training
