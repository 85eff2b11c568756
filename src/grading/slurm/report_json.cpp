#include "src/grading/slurm/report_json.h"

namespace spinlab::grading {
namespace {

Json to_json(const judging::CheckResult& check) {
  return {{"name", check.name},
          {"outcome", to_string(check.outcome)},
          {"message", check.message},
          {"seconds", check.seconds}};
}

judging::CheckResult check_from(const Config& config) {
  judging::CheckResult check{config.get<std::string>("name"), judging::outcome_from(config.get<std::string>("outcome")),
                    config.get<std::string>("message"), config.get<double>("seconds")};
  config.expect_no_other_keys();
  return check;
}

}  // namespace

std::string report_text(const judging::Report& report) {
  Json checks = Json::array();
  for (const auto& check : report.checks) checks.push_back(to_json(check));
  const Json json{{"verdict", to_string(report.verdict)},
                  {"detail", report.detail},
                  {"checks", checks},
                  {"seed", report.seed},
                  {"layers", report.layers},
                  {"compile_seconds", report.compile_seconds},
                  {"check_seconds", report.check_seconds}};
  return json.dump(1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

judging::Report read_report(const std::filesystem::path& file) {
  const Config config(read_json(file), file);
  judging::Report report;
  report.verdict = judging::verdict_from(config.get<std::string>("verdict"));
  report.detail = config.get<std::string>("detail");
  for (const auto& check : config.get<Json::array_t>("checks"))
    report.checks.push_back(check_from(Config(check, file.string() + ": checks")));
  report.seed = config.get<std::uint64_t>("seed");
  report.layers = config.at("layers");
  report.compile_seconds = config.get<double>("compile_seconds");
  report.check_seconds = config.get<double>("check_seconds");
  config.expect_no_other_keys();
  return report;
}

}  // namespace spinlab::grading
