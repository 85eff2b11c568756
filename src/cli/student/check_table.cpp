#include "src/cli/student/check_table.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "src/cli/student/lacking_data.h"
#include "src/judging/check_filter.h"
#include "src/judging/rules.h"
#include "src/judging/score.h"
#include "src/judging/worker/not_implemented.h"

namespace spinlab::cli {
namespace {

using judging::CheckInfo;
using judging::CheckResult;
using judging::Outcome;
using judging::points_of;
using judging::Report;
using judging::Verdict;

constexpr auto kRed = "\033[31m", kGreen = "\033[32m", kYellow = "\033[33m", kPlain = "\033[0m";
constexpr int kIndent = 20;

std::string number(double value, int digits = 4) {
  std::ostringstream text;
  text << std::setprecision(digits) << value;
  return text.str();
}

std::string indented(const std::string& text) {
  std::string result(kIndent, ' ');
  for (const char c : text) result += c == '\n' ? "\n" + std::string(kIndent, ' ') : std::string(1, c);
  return result;
}

bool is_stub(const CheckResult& result) {
  return result.outcome == Outcome::kFailed && result.message.find(kNotImplementedYet) != std::string::npos;
}

Json to_json(const CheckResult& result, const CheckInfo& info) {
  const bool passed = result.outcome == Outcome::kPassed;
  return {{"check", result.name},
          {"title", info.title},
          {"outcome", to_string(result.outcome)},
          {"points", passed ? info.points : 0.0},
          {"max_points", info.points},
          {"message", result.message},
          {"hint", passed ? "" : info.hint},
          {"seconds", result.seconds}};
}

}  // namespace

bool passed_all(const Report& report) {
  return report.verdict == Verdict::kGraded &&
         std::all_of(report.checks.begin(), report.checks.end(), [](const CheckResult& check) {
           return check.outcome == Outcome::kPassed || check.outcome == Outcome::kNotRun;
         });
}

CheckTable::CheckTable(const judging::Assignment& assignment, bool json, bool colours, std::ostream& out)
    : title_(assignment.name + "  " + assignment.title), json_(json), colours_(colours), out_(out) {
  for (const auto& check : assignment.checks) checks_.emplace(check.name, check);
  if (!json_) out_ << title_ << '\n';
}

std::string CheckTable::coloured(const char* colour, const std::string& text) const {
  return colours_ ? colour + text + kPlain : text;
}

void CheckTable::add(const CheckResult& result) {
  const auto& info = checks_.at(result.name);
  if (json_) {
    out_ << to_json(result, info).dump() << std::endl;
    return;
  }
  if (result.outcome == Outcome::kPassed) {
    print_line(kGreen, to_string(result.outcome), true, info);
  } else if (result.outcome == Outcome::kNotRun) {
    print_line(kYellow, to_string(result.outcome), false, info);
    out_ << indented(result.message) << '\n';
  } else if (waits(info)) {
    print_line(kYellow, "waits", false, info);
    failed_.push_back(result.name);
  } else {
    if (is_stub(result))
      print_line(kYellow, "to do", false, info);
    else
      print_line(kRed, to_string(result.outcome), false, info);
    if (failed_.empty()) print_reason(result, info);
    failed_.push_back(result.name);
  }
  out_.flush();
}

bool CheckTable::waits(const CheckInfo& info) const {
  return !info.needs.empty() && std::any_of(failed_.begin(), failed_.end(), [&](const std::string& name) {
    return judging::matches(name, info.needs);
  });
}

void CheckTable::print_line(const char* colour, const std::string& word, bool passed, const CheckInfo& info) {
  std::ostringstream padded, points;
  padded << std::left << std::setw(12) << word;
  points << std::right << std::setw(5) << (number(passed ? info.points : 0) + "/" + number(info.points));
  out_ << "  " << coloured(colour, padded.str()) << points.str() << " " << info.title << '\n';
}

void CheckTable::print_reason(const CheckResult& result, const CheckInfo& info) {
  out_ << indented(result.name + ": " + result.message) << '\n';
  if (!info.hint.empty() && judging::broken_rule(result).empty()) out_ << indented(coloured(kYellow, "Hint: ") + info.hint) << '\n';
}

void CheckTable::finish(const Report& report) {
  if (json_)
    out_ << Json{{"verdict", to_string(report.verdict)},
                 {"detail", report.detail},
                 {"passed", passed_all(report)},
                 {"seed", report.seed},
                 {"compile_seconds", report.compile_seconds},
                 {"check_seconds", report.check_seconds},
                 {"layers", report.layers}}
                .dump()
         << '\n';
  else if (report.verdict == Verdict::kInfrastructureFailure || report.checks.empty())
    print_detail(report);
  else
    print_total(report);
}

void CheckTable::print_detail(const Report& report) {
  out_ << "  " << coloured(kRed, to_string(report.verdict)) << '\n' << report.detail;
  if (!report.detail.ends_with('\n')) out_ << '\n';
}

std::vector<CheckInfo> CheckTable::infos_of(const Report& report,
                                            const std::function<bool(Outcome)>& wanted) const {
  std::vector<CheckInfo> infos;
  for (const auto& check : report.checks)
    if (wanted(check.outcome)) infos.push_back(checks_.at(check.name));
  return infos;
}

void CheckTable::print_total(const Report& report) {
  const auto passed = infos_of(report, [](Outcome outcome) { return outcome == Outcome::kPassed; });
  const auto run = infos_of(report, [](Outcome outcome) { return outcome != Outcome::kNotRun; });
  const auto not_run = infos_of(report, [](Outcome outcome) { return outcome == Outcome::kNotRun; });
  out_ << "  " << passed.size() << " of " << run.size() << " checks " << (not_run.empty() ? "" : "run ")
       << "passed, " << number(points_of(passed)) << " of " << number(points_of(run))
       << " points; compiled in " << number(report.compile_seconds, 2) << " s, checked in "
       << number(report.check_seconds, 2) << " s, seed " << report.seed << '\n';
  if (!not_run.empty()) out_ << "  not run: " << lacking_data(not_run) << '\n';
  if (failed_.size() > 1)
    out_ << "  the other failures' messages: --filter '" << failed_[1] << "', or --json for all\n";
}

}  // namespace spinlab::cli
