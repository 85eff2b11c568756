// A table that Canvas or Moodle wrote, or somebody who sent it in their name. Whatever is filled in has the
// points in one column and is a table again.
#include <c10/util/Exception.h>

#include <cstdlib>

#include "src/grading/lms/export.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace spinlab;

std::vector<grading::Grade> grades() {
  std::vector<grading::Grade> grades(3);
  const char* const students[] = {"en@example.org", "noetheremmy_12_34_sums",
                                  "Emmy Noether_12_assignsubmission_file"};
  for (size_t i = 0; i < grades.size(); ++i) {
    grades[i].key.student = students[i];
    grades[i].report.verdict = judging::Verdict::kGraded;
    grades[i].score = {7.5, 10};
  }
  grades[0].report.verdict = judging::Verdict::kMissing;
  return grades;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  judging::Assignment assignment;
  assignment.name = "00-sums";
  assignment.title = "Sums";
  fuzz::expect_only<c10::ValueError>([&] {
    const auto csv = parse_csv({reinterpret_cast<const char*>(bytes) + 1, size - 1}, "fuzz.csv");
    const auto layout =
        bytes[0] == 0 ? grading::canvas_layout(csv, assignment, "") : grading::moodle_layout(csv, assignment, "");
    for (const bool asked : {false, true}) {
      const auto filled = fill_table(csv, layout, grades(), {.scale = asked, .missing_as_zero = asked});
      if (filled.written > static_cast<int>(layout.students.size())) std::abort();
      parse_csv(filled.text, "fuzz.csv");
    }
  });
  return 0;
}
