#include "src/grading/submissions/latest_submission.h"

#include <algorithm>
#include <set>

#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

struct HandedIn {
  Entry entry;
  judging::Submission submission;
};

std::string described(const HandedIn& one) {
  const auto& time = one.submission.submitted_at;
  return one_line(one.entry.path.string()) + " (" + (time.empty() ? "no file time" : time) + ")";
}

/// "noether handed in 2 times: class/noether.zip (…) counts; kept: class/noether.cpp (…)"
std::string note_on(const std::vector<HandedIn>& oldest_first) {
  const auto& newest = oldest_first.back();
  const auto& before = oldest_first[oldest_first.size() - 2];
  std::string note = newest.entry.student + " handed in " + std::to_string(oldest_first.size()) +
                     " times: " + described(newest) + " counts";
  if (before.submission.submitted_at == newest.submission.submitted_at)
    note += " as the last by path of those with the newest file time";
  note += "; kept:";
  for (auto one = oldest_first.rbegin() + 1; one != oldest_first.rend(); ++one)
    note += (one == oldest_first.rbegin() + 1 ? " " : ", ") + described(*one);
  return note;
}

/// Of what holds the same, the newest.
std::vector<Entry> without_repeats(const std::vector<HandedIn>& oldest_first) {
  std::set<std::string> seen;
  std::vector<Entry> entries;
  for (auto one = oldest_first.rbegin(); one != oldest_first.rend(); ++one) {
    if (seen.insert(judging::sha256_of(one->submission)).second) entries.push_back(one->entry);
  }
  return entries;
}

/// Times are all of one form, so that their texts have their order; an unknown one is the oldest.
std::vector<HandedIn> read_oldest_first(const std::vector<Entry>& of_one_student, const std::string& expected,
                                        std::int64_t max_bytes) {
  std::vector<HandedIn> handed_in;
  for (const auto& entry : of_one_student)
    handed_in.push_back({entry, read_submission(entry, expected, max_bytes)});
  std::stable_sort(handed_in.begin(), handed_in.end(), [](const HandedIn& a, const HandedIn& b) {
    return a.submission.submitted_at < b.submission.submitted_at;
  });
  for (auto& one : handed_in) one.entry.superseded = &one != &handed_in.back();
  return handed_in;
}

}  // namespace

std::vector<std::string> mark_superseded(std::vector<Entry>& entries, const std::string& expected,
                                         std::int64_t max_bytes) {
  std::vector<std::string> notes;
  std::vector<Entry> marked;
  for (auto first = entries.begin(); first != entries.end();) {
    const auto other = [&](const Entry& entry) { return entry.student != first->student; };
    std::vector<Entry> of_one(first, std::find_if(first, entries.end(), other));
    first += static_cast<std::ptrdiff_t>(of_one.size());
    if (of_one.size() > 1) {
      const auto handed_in = read_oldest_first(of_one, expected, max_bytes);
      notes.push_back(note_on(handed_in));
      of_one = without_repeats(handed_in);
    }
    marked.insert(marked.end(), of_one.begin(), of_one.end());
  }
  entries = std::move(marked);
  return notes;
}

}  // namespace spinlab::grading
