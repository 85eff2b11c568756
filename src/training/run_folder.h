#pragma once

#include <filesystem>
#include <vector>

#include "src/core/config.h"
#include "src/training/checkpoint.h"

namespace spinlab::training {

/// The files of one run.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Throws c10::ValueError where the folder holds a run that `overwrite` does not give up.
  void require_free(bool overwrite) const;
  /// A new run: what an earlier one left goes, config.json is written. Throws c10::Error where the folder
  /// cannot be written.
  void start(const Json& config) const;

  /// Of a run that was started. Throws c10::ValueError where there is none.
  Json config() const;
  bool has_checkpoint() const;
  /// Throws c10::ValueError where there is none, it is damaged, or belongs to another configuration.
  NamedTensors checkpoint() const;
  void save(const NamedTensors& state) const;

  /// One object a line, an epoch a line.
  void append_metrics(const Json& line) const;
  /// Forgets the lines of epochs after `epoch`, which a resumed run will write again.
  void keep_metrics(int64_t epoch) const;
  /// Spent up to the last line; 0 where there is none.
  double seconds() const;

  void write_result(const Json& result) const;
  Json result() const;
  bool has_result() const;

  /// The folder and which files are there: "runs/mnist-mlp: config.json, result.json".
  std::string written() const;

  const std::filesystem::path& path() const { return folder_; }

 private:
  Json written_config() const;
  std::string hash() const;

  std::filesystem::path folder_;
};

}  // namespace spinlab::training
