#include "src/grading/submissions/submissions.h"

#include <c10/util/Exception.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "src/judging/answers/answers.h"
#include "src/grading/submissions/archive.h"
#include "src/grading/submissions/expected_file.h"
#include "src/core/utc_time.h"
#include "src/core/escape.h"
#include "src/grading/submissions/safe_read.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

constexpr size_t kMaxNameBytes = 100;
constexpr int kMaxFiles = 10'000;
constexpr int kMaxDepth = 32;

bool passed_over(const fs::path& name) { return name.string()[0] == '.' || name == "__MACOSX"; }

/// "alice.tar.gz" and "alice.cpp" are alice's, the folder "v1.2" is v1.2's.
std::string name_of(const fs::path& path, bool folder) {
  auto name = path.filename().string();
  if (folder) return name;
  if (is_archive_name(name) || fs::path(name).extension() == ".cpp") name = fs::path(name).stem();
  if (fs::path(name).extension() == ".tar") name = fs::path(name).stem();
  return name;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(path, error));
}

void add_folder(const fs::path& folder, const std::string& expected, std::vector<Entry>& entries) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(folder / expected, error))) {
    entries.push_back({folder, name_of(fs::canonical(folder), true), ""});
    return;
  }
  const auto before = entries.size();
  for (const auto& item : fs::directory_iterator(folder, error)) {
    const auto& path = item.path();
    if (!passed_over(path.filename())) entries.push_back({path, name_of(path, is_folder(path)), ""});
  }
  TORCH_CHECK_VALUE(!error, folder.string(), ": this folder cannot be read (", error.message(), ")");
  TORCH_CHECK_VALUE(entries.size() > before, folder.string(),
                    ": holds no submissions; expected one entry a student");
}

/// By name, then by path; what was given twice counts once.
void sort_and_drop_copies(std::vector<Entry>& entries) {
  const auto key = [](const Entry& entry) {
    return std::make_pair(entry.student, fs::absolute(entry.path / "").lexically_normal());
  };
  const auto before = [&](const Entry& a, const Entry& b) { return key(a) < key(b); };
  const auto same = [&](const Entry& a, const Entry& b) { return key(a) == key(b); };
  std::sort(entries.begin(), entries.end(), before);
  entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
}

/// Names become file names. Two that became the same one would be taken for one student: one gets a number, and
/// it is said. A name that is a file name already stays.
void make_file_names(std::vector<Entry>& entries) {
  std::map<std::string, std::string> names;  // as file names, to what they were
  for (const auto& entry : entries) {
    if (file_name_from(entry.student) == entry.student) names[entry.student] = entry.student;
  }
  for (auto& entry : entries) {
    const auto name = entry.student, plain = file_name_from(name);
    entry.student = plain;
    for (int number = 2; names.try_emplace(entry.student, name).first->second != name; ++number)
      entry.student = plain + "-" + std::to_string(number);
    if (entry.student != plain)
      entry.note = one_line(entry.path.string()) + " would have the name of another submission, " + plain +
                   "; it is graded as " + entry.student;
  }
}

/// Every file below `folder`, without following links; the expected one is read where there is just one.
std::string read_from_folder(const fs::path& folder, const std::string& expected, std::int64_t max_bytes,
                             fs::path& found) {
  ExpectedFile candidates(expected);
  int files = 0;
  std::error_code error;
  for (auto item = fs::recursive_directory_iterator(folder, error);
       item != fs::recursive_directory_iterator(); item.increment(error)) {
    TORCH_CHECK_VALUE(!error && ++files <= kMaxFiles && item.depth() < kMaxDepth, "holds over ", kMaxFiles,
                      " files or ", kMaxDepth, " folders in each other, or cannot be read; hand in ",
                      expected, " alone");
    const bool inner_folder = fs::is_directory(item->symlink_status());
    if (!inner_folder && candidates.add(item->path().lexically_relative(folder).string()))
      found = item->path();
  }
  TORCH_CHECK_VALUE(!error, "cannot be read (", error.message(), ")");
  candidates.require_one();
  return read_without_following(found, max_bytes);
}

std::string read_lone_file(const fs::path& file, const std::string& expected, std::int64_t max_bytes) {
  TORCH_CHECK_VALUE(file.extension() == ".cpp", "expected ", expected,
                    ", an archive or a folder that holds it, found ", one_line(file.filename().string()),
                    "; name the file ", expected);
  return read_without_following(file, max_bytes);
}

/// Empty where `file` has none beside it.
std::string read_answers_beside(const fs::path& file, std::int64_t max_bytes) {
  const auto answers = file.parent_path() / judging::kAnswersFile;
  const auto status = fs::symlink_status(answers);
  if (!fs::exists(status)) return "";
  TORCH_CHECK_VALUE(fs::is_regular_file(status), "holds ", judging::kAnswersFile,
                    " as a link, folder or device; hand in the file itself");
  try {
    return read_without_following(answers, max_bytes);
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, "holds ", judging::kAnswersFile, ", which ", error.what_without_backtrace());
  }
}

void read_archive(const fs::path& path, const std::string& expected, std::int64_t max_bytes,
                  judging::Submission& submission) {
  auto [place, source] = read_from_archive(path, expected, max_bytes);
  const auto folder = place.substr(0, place.size() - expected.size());  // with its separator
  submission.source = std::move(source);
  submission.answers = read_path_from_archive(path, folder + judging::kAnswersFile, max_bytes);
}

/// `file` becomes the one whose time is the submission's.
void read_entry(const fs::path& path, const std::string& expected, std::int64_t max_bytes, fs::path& file,
                judging::Submission& submission) {
  const auto status = fs::symlink_status(path);
  TORCH_CHECK_VALUE(!fs::is_symlink(status),
                    "is a symbolic link, which is not followed; hand in the file itself");
  const bool folder = fs::is_directory(status);
  TORCH_CHECK_VALUE(folder || fs::is_regular_file(status), "is not a regular file; hand in ", expected);
  if (!folder && is_archive_name(path)) return read_archive(path, expected, max_bytes, submission);
  submission.source = folder ? read_from_folder(path, expected, max_bytes, file)
                             : read_lone_file(path, expected, max_bytes);
  if (file.filename() == expected) submission.answers = read_answers_beside(file, max_bytes);
}

/// A time that no calendar of four digits a year holds is none.
std::string time_of(const fs::path& file) {
  constexpr std::int64_t kPlausible = 30'000'000'000;  // seconds: the years 1019 to 2920
  struct ::stat status{};
  if (::lstat(file.c_str(), &status) != 0) return "";
  const auto seconds = status.st_mtim.tv_sec;
  return -kPlausible < seconds && seconds < kPlausible ? utc_text(seconds) : "";
}

void require_source(const std::string& source) {
  using namespace std::string_view_literals;
  const std::string_view text = source;
  TORCH_CHECK_VALUE(text.find_first_not_of(" \t\r\n\f\v") != text.npos, "is empty; hand in the source code");
  TORCH_CHECK_VALUE(text.substr(0, 4) !=
                        "\x7F"sv
                        "ELF"sv,
                    "is a compiled program; hand in the source code");
  const auto mark = text.substr(0, 2);
  TORCH_CHECK_VALUE(mark != "\xFF\xFE"sv && mark != "\xFE\xFF"sv, "is UTF-16 text; save it as UTF-8");
  TORCH_CHECK_VALUE(text.find('\0') == text.npos, "is binary (it holds NUL bytes); hand in the source code");
}

}  // namespace

std::vector<Entry> find_entries(const std::vector<fs::path>& paths, const std::string& expected) {
  std::vector<Entry> entries;
  for (const auto& path : paths) {
    TORCH_CHECK_VALUE(fs::exists(path), path.string(), ": no such file or folder");
    if (fs::is_directory(path))
      add_folder(path, expected, entries);
    else  // the instructor's own link is followed, a student's is not
      entries.push_back({fs::is_symlink(path) ? fs::canonical(path) : path, name_of(path, false), ""});
  }
  sort_and_drop_copies(entries);
  make_file_names(entries);
  return entries;
}

judging::Submission read_submission(const Entry& entry, const std::string& expected, std::int64_t max_bytes) {
  auto file = entry.path;
  judging::Submission submission;
  const auto unreadable = [&](const std::string& problem) {
    submission = {};
    submission.problem = one_line(entry.path.filename().string()) + " " + problem;
  };
  try {
    read_entry(entry.path, expected, max_bytes, file, submission);
    require_source(submission.source);
  } catch (const c10::ValueError& error) {
    unreadable(error.what_without_backtrace());
  } catch (const fs::filesystem_error& error) {
    unreadable("cannot be read (" + error.code().message() + ")");
  }
  submission.submitted_at = time_of(file);
  return submission;
}

std::string file_name_from(const std::string& text) {
  auto name = one_line(text, kMaxNameBytes - 3);  // the ellipsis has three bytes
  for (char& c : name) {
    if (std::string_view("/\\<>:\"|?*").find(c) != std::string_view::npos) c = '_';
  }
  const auto last = name.find_last_not_of(". ");
  name.resize(last == std::string::npos ? 0 : last + 1);  // Windows drops those at the end
  if (name.empty()) return "_";
  if (name[0] == '.' || name[0] == '-') name[0] = '_';
  return name;
}

}  // namespace spinlab::grading
