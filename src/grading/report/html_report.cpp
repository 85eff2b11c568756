#include "src/grading/report/html_report.h"

#include <set>

#include "src/core/files.h"
#include "src/core/parallel.h"
#include "src/grading/report/class_page.h"
#include "src/grading/report/student_page.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

void remove_other_pages(const fs::path& folder, const std::set<fs::path>& written) {
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder, error)) {
    if (item.path().extension() == ".html" && !written.contains(item.path())) fs::remove(item.path(), error);
  }
}

}  // namespace

void write_html_report(const Grading& grading, const fs::path& folder) {
  std::set<fs::path> pages;
  for (const auto& grade : grading.grades) pages.insert(folder / student_page_path(grade));
  parallel_for(grading.grades.size(), kFileWriters, [&](size_t i) {
    update_file(folder / student_page_path(grading.grades[i]), student_page(grading, i));
  });
  remove_other_pages(folder / "students", pages);
  update_file(folder / "index.html", class_page(grading));
}

}  // namespace spinlab::grading
