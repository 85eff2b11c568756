// sample_report FOLDER: the report of sample_grading(), with names and output as wide and as hostile as
// students make them. browser_test.py opens it.
#include "src/core/files.h"
#include "src/grading/report/html_report.h"
#include "src/grading/submissions/submissions.h"
#include "tests/grading/report/sample_grading.h"

namespace {

using namespace spinlab::grading;

constexpr auto kMarkup =
    "</pre></bdi></title></style><img src=x onerror=\"document.title='owned'\"><svg "
    "onload=alert(1)><script>alert(2)</script>"
    "<iframe src=\"file:///etc/passwd\"></iframe><a href=\"javascript:alert(3)\">x</a><base "
    "href=\"https://example.org/\">";

}  // namespace

int main(int, char** arguments) {
  auto grading = sample_grading();
  auto& hostile = grading.grades[1];
  hostile.key.student = file_name_from(kHostileName);
  hostile.entry = kMarkup;
  hostile.report.detail = std::string(kMarkup) + std::string(2000, 'W');
  hostile.report.checks[0].message = hostile.report.detail;
  hostile.report.layers = {{kMarkup, {{"holds", true}}}};
  grading.grades[2].key.student = std::string(100, 'W');
  write_html_report(grading, arguments[1]);
}
