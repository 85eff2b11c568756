#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "src/judging/runner/submission_run.h"

namespace spinlab::cli {

/// Every check that could be run here passed.
bool passed_all(const judging::Report& report);

/// The verdict of a run, for a student: a line a check as it ends, the points at the end. What went wrong and
/// the hint stand below the first check that failed alone, since that is the one to mend; a check that fails
/// after one that it needs is not said to have failed. As JSON lines, with every message, where `json`.
class CheckTable {
 public:
  CheckTable(const judging::Assignment& assignment, bool json, bool colours, std::ostream& out);

  void add(const judging::CheckResult& result);
  void finish(const judging::Report& report);

 private:
  std::string coloured(const char* colour, const std::string& text) const;
  bool waits(const judging::CheckInfo& info) const;
  void print_line(const char* colour, const std::string& word, bool passed, const judging::CheckInfo& info);
  void print_reason(const judging::CheckResult& result, const judging::CheckInfo& info);
  void print_detail(const judging::Report& report);
  void print_total(const judging::Report& report);
  std::vector<judging::CheckInfo> infos_of(const judging::Report& report,
                                           const std::function<bool(judging::Outcome)>& wanted) const;

  std::string title_;
  std::map<std::string, judging::CheckInfo> checks_;
  bool json_;
  bool colours_;
  std::ostream& out_;
  std::vector<std::string> failed_;
};

}  // namespace spinlab::cli
