#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/judging/rubric.h"
#include "src/judging/verdict.h"

namespace spinlab::grading {

/// What a job array is to grade, and under which rules.
struct Work {
  std::filesystem::path assignment;  // its folder
  std::string rubric_sha256;
  std::string filter = "*";
  std::uint64_t seed = 0;
  bool allow_missing_data = false;
  bool allow_weak_sandbox = false;
  int tasks = 1;
  std::vector<std::string> sources;  // their SHA-256; task i takes i, i + tasks, …
};

/// The folder, on a file system that all nodes see, by which a job array gets its work and gives its results:
/// work.json, sources/SHA.cpp, results/SHA.json, log/task-N.log, and job with the array's id. Every file is
/// whole or not there, so that tasks may die at any moment.
class WorkFolder {
 public:
  explicit WorkFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void put(const Work& work) const;
  /// Throws c10::ValueError where work.json is missing or another's.
  Work work() const;

  void put_source(const std::string& sha256, const std::string& text) const;
  std::string source(const std::string& sha256) const;

  void put_report(const std::string& sha256, const judging::Report& report) const;
  /// An infrastructure failure is no result.
  bool has_result(const std::string& sha256) const;
  /// Where no task has written one, an infrastructure failure that says so.
  judging::Report report(const std::string& sha256) const;

  std::filesystem::path script() const { return folder_ / "array.sh"; }
  std::filesystem::path logs() const { return folder_ / "log"; }
  const std::filesystem::path& path() const { return folder_; }

 private:
  std::filesystem::path result_file(const std::string& sha256) const;

  std::filesystem::path folder_;
};

}  // namespace spinlab::grading
