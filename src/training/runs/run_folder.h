#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "src/core/config.h"
#include "src/training/metrics.h"
#include "src/training/runs/checkpoint.h"
#include "src/training/runs/run_lock.h"

namespace spinlab::training {

/// The files of one run. Who writes holds its lock, from start() or take_up() on.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Throws c10::ValueError where the folder holds a run that `overwrite` does not give up.
  void require_free(bool overwrite) const;
  /// A new run: what an earlier one left goes, config.json and run.json are written. `record`: run_record().
  /// Throws c10::ValueError where another process is at a run here, c10::Error where the folder cannot be
  /// written.
  void start(const Json& config, const Json& record, const std::vector<Metric>& metrics, bool overwrite);
  /// Goes on with the run that was started, with what `config` changes of it (device, threads, epochs), and
  /// forgets its result.
  void take_up(const Json& config, const Json& record);

  /// Of a run that was started, by its present names and completed; a model of the user's own is loaded.
  /// Throws c10::ValueError where there is none.
  Json config() const;
  /// Throws c10::ValueError where `file`, if one is named, is not the run's own model.
  void require_model(const std::filesystem::path& file) const;
  bool has_checkpoint() const;
  /// Throws c10::ValueError where there is none, it is damaged, or belongs to another configuration.
  NamedTensors checkpoint() const;
  /// `seconds`: spent so far.
  void save(const NamedTensors& state, double seconds);

  /// One object a line, an epoch a line.
  void append_metrics(const Json& line) const;
  /// The lines that are whole objects; a run that was killed may have left half a line.
  std::vector<Json> metrics_lines() const;
  /// Forgets the lines of epochs after `epoch`, which a resumed run will write again, and what is no whole
  /// line. Returns how many of these there were.
  int64_t keep_metrics(int64_t epoch) const;
  /// Notes why the run ended before its end; take_up() forgets it.
  void note_failure(const std::string& why) const;
  /// Spent up to the checkpoint; 0 where there is none.
  double seconds() const;
  /// What is measured; of runs before it was written down, what these measured.
  std::vector<Metric> metrics() const;
  /// run.json: {"sittings": one record each, "metrics": what is measured, in which units, "seconds",
  /// "failed": why, where something went wrong}; empty for runs before it was written.
  Json record() const;

  void write_result(const Json& result) const;
  Json result() const;
  bool has_result() const;

  /// The folder and which files are there: "runs/mnist-mlp: config.json, result.json".
  std::string written() const;

  const std::filesystem::path& path() const { return folder_; }

  /// Whether the file is one of those that a run in its folder has written.
  static bool is_own_file(const std::filesystem::path& file);
  /// Whether what an export wrote lies here (export_run.h): a configuration too, but no run.
  static bool is_export(const std::filesystem::path& folder);

 private:
  void remove_half_written() const;
  Json written_config() const;
  void write_record(const Json& record) const;

  std::filesystem::path folder_;
  std::shared_ptr<RunLock> lock_;
  /// Of the configuration that is running, whatever becomes of the file.
  std::string identity_;
};

}  // namespace spinlab::training
