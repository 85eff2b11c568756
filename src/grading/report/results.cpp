#include "src/grading/report/results.h"

#include "src/core/files.h"
#include "src/core/parallel.h"
#include "src/grading/report/grades_csv.h"
#include "src/grading/report/gradescope.h"
#include "src/grading/report/html_report.h"
#include "src/grading/report/junit.h"

namespace fs = std::filesystem;

namespace spinlab::grading {

void write_results(const Grading& grading, const fs::path& out) {
  update_file(out / "grades.csv", grades_csv(grading));
  update_file(out / "junit.xml", junit_xml(grading));
  write_html_report(grading, out / "report");
  parallel_for(grading.grades.size(), kFileWriters, [&](size_t i) {
    const auto& grade = grading.grades[i];
    const auto file = out / "results" / (grade.key.student + ".json");
    const auto verdict = grade.report.verdict;
    if (verdict == judging::Verdict::kInfrastructureFailure || verdict == judging::Verdict::kMissing)
      fs::remove(file);  // that of an earlier submission
    else
      update_file(file, gradescope_results(grading, grade).dump(2) + '\n');
  });
}

}  // namespace spinlab::grading
