#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "src/judging/submission.h"

namespace spinlab::grading {

/// Something that a student handed in: where it lies and the name that grades go by.
struct Entry {
  std::filesystem::path path;
  std::string student;      // the entry's name without its ending, fit for a file name; one student's have the same
  std::string note;         // where another name would become the same one; else empty
  bool superseded = false;  // a newer one of the same student lies beside it (mark_superseded)
};

/// The students' entries behind the command line's paths, sorted by student. A path is a source file, an
/// archive, a folder that holds `expected` directly (one student's), or a folder of those, one entry a
/// student; dot files and __MACOSX are passed over. Throws c10::ValueError where a path does not exist or a folder
/// holds no entry.
std::vector<Entry> find_entries(const std::vector<std::filesystem::path>& paths, const std::string& expected);

/// Reads the one file called `expected`, at any depth, from the entry's archive or folder, and the answers.json
/// beside it where there is one; a plain file may have any name that ends in .cpp, and comes without answers
/// unless it has the expected one. Links are not followed, devices not opened, nothing over `max_bytes` is
/// read. The source must be text: not empty, no NUL bytes.
judging::Submission read_submission(const Entry& entry, const std::string& expected, std::int64_t max_bytes);

/// `text` as a file name: letters, digits, spaces and most punctuation stay, UTF-8 too; separators, control
/// characters, what Windows reserves, a leading dot or dash become _; at most 100 bytes, never empty.
std::string file_name_from(const std::string& text);

}  // namespace spinlab::grading
