#include "src/grading/report/html_report.h"

#include <set>

#include "src/core/files.h"
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
  std::set<fs::path> written;
  for (size_t i = 0; i < grading.grades.size(); ++i) {
    const auto file = folder / student_page_path(grading.grades[i]);
    write_file(file, student_page(grading, i));
    written.insert(file);
  }
  remove_other_pages(folder / "students", written);
  write_file(folder / "index.html", class_page(grading));
}

}  // namespace spinlab::grading
