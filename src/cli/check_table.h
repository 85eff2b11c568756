#pragma once

#include <map>
#include <ostream>

#include "src/grading/runner.h"

namespace spinlab::cli {

/// Every check that could be run here passed.
bool passed_all(const grading::Report& report);

/// The verdict of a run, for a student: a line a check as it ends, why it did not pass and the hint, the
/// points at the end. As JSON lines where `json`.
class CheckTable {
 public:
  CheckTable(const grading::Assignment& assignment, bool json, bool colours, std::ostream& out);

  void add(const grading::CheckResult& result);
  void finish(const grading::Report& report);

 private:
  std::string coloured(const char* colour, const std::string& text) const;
  void print_detail(const grading::Report& report);
  void print_total(const grading::Report& report);

  std::string title_;
  std::map<std::string, grading::CheckInfo> checks_;
  bool json_;
  bool colours_;
  std::ostream& out_;
};

}  // namespace spinlab::cli
