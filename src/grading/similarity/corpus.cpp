#include "src/grading/similarity/corpus.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/escape.h"
#include "src/grading/submissions/submissions.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

/// The student's name, and where he handed in several times the path.
std::string label_of(const Entry& entry, const std::vector<Entry>& entries) {
  const auto same = [&](const Entry& other) { return other.student == entry.student; };
  if (std::count_if(entries.begin(), entries.end(), same) == 1) return entry.student;
  return entry.student + " (" + one_line(entry.path.string()) + ")";
}

void add(const std::vector<fs::path>& paths, const std::string& past, Similarity& similarity) {
  const auto& assignment = similarity.assignment;
  const auto entries = find_entries(paths, assignment.file);
  for (const auto& entry : entries) {
    const auto submission = read_submission(entry, assignment.file, assignment.limits.source_bytes);
    const auto label = label_of(entry, entries);
    if (!entry.note.empty()) similarity.notes.push_back(entry.note);
    if (submission.problem.empty())
      similarity.files.push_back({label, entry.student, past, plain_lines(submission.source)});
    else
      similarity.not_compared.push_back({label, past, submission.problem});
  }
}

void require_apart(const fs::path& past, const std::vector<fs::path>& paths) {
  std::error_code unknown;
  for (const auto& path : paths) {
    TORCH_CHECK_VALUE(!fs::equivalent(path, past, unknown), past.string(),
                      ": given as this year's and as a past year's submissions; name it once");
  }
}

}  // namespace

void read_corpus(const SimilarityOptions& options, Similarity& similarity) {
  add(options.paths, "", similarity);
  auto seen = options.paths;
  for (const auto& past : options.past) {
    require_apart(past, seen);
    add({past}, one_line((past / "").lexically_normal().parent_path().string()), similarity);
    seen.push_back(past);
  }
}

std::string plain_lines(std::string_view source) {
  std::string text;
  for (size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (c == '\r' && i + 1 < source.size() && source[i + 1] == '\n') continue;
    text += c == '\r' ? '\n' : c == '\f' || c == '\v' ? ' ' : c;
  }
  return clean_utf8(text);
}

}  // namespace spinlab::grading
