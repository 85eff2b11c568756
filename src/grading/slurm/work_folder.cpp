#include "src/grading/slurm/work_folder.h"

#include <c10/util/Exception.h>

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/grading/slurm/report_json.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

constexpr std::uintmax_t kMaxSourceBytes = 1 << 20;
constexpr int64_t kMaxTasks = 1'000'000;

}  // namespace

void WorkFolder::put(const Work& work) const {
  const Json json{{"assignment", work.assignment.string()},
                  {"rubric_sha256", work.rubric_sha256},
                  {"filter", work.filter},
                  {"seed", work.seed},
                  {"allow_missing_data", work.allow_missing_data},
                  {"allow_weak_sandbox", work.allow_weak_sandbox},
                  {"tasks", work.tasks},
                  {"sources", work.sources}};
  write_file(folder_ / "work.json", json.dump(1) + '\n');
  fs::create_directories(logs());
}

Work WorkFolder::work() const {
  const auto file = folder_ / "work.json";
  const Config config(read_json(file), file);
  Work work;
  work.assignment = config.get<std::string>("assignment");
  work.rubric_sha256 = config.get<std::string>("rubric_sha256");
  work.filter = config.get<std::string>("filter");
  work.seed = config.get<std::uint64_t>("seed");
  work.allow_missing_data = config.get<bool>("allow_missing_data");
  work.allow_weak_sandbox = config.get<bool>("allow_weak_sandbox");
  work.tasks = static_cast<int>(config.integer("tasks", 1, kMaxTasks));
  work.sources = config.get<std::vector<std::string>>("sources");
  config.expect_no_other_keys();
  return work;
}

void WorkFolder::put_source(const std::string& sha256, const std::string& text) const {
  write_file(folder_ / "sources" / (sha256 + ".cpp"), text);
}

std::string WorkFolder::source(const std::string& sha256) const {
  return read_file(folder_ / "sources" / (sha256 + ".cpp"), kMaxSourceBytes);
}

fs::path WorkFolder::result_file(const std::string& sha256) const {
  return folder_ / "results" / (sha256 + ".json");
}

void WorkFolder::put_report(const std::string& sha256, const judging::Report& report) const {
  write_file(result_file(sha256), report_text(report));
}

bool WorkFolder::has_result(const std::string& sha256) const {
  return report(sha256).verdict != judging::Verdict::kInfrastructureFailure;
}

judging::Report WorkFolder::report(const std::string& sha256) const {
  const auto file = result_file(sha256);
  if (fs::exists(file)) return read_report(file);
  judging::Report none;
  none.detail = "the cluster's task ended without a result (" + logs().string() + " may say why)";
  return none;
}

}  // namespace spinlab::grading
