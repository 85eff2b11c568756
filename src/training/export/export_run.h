#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/files/data_folders.h"
#include "src/training/runs/run_folder.h"

namespace spinlab::training {

/// In which form a run leaves Spinlab.
///   safetensors  its weights in one file (trained_model.h)
///   python       a folder: the same, a model.py that predicts with them in plain PyTorch, the run's
///   config.json tensorboard  a folder with an event file of its metrics csv          its metrics as a table
std::vector<std::string> export_formats();

struct ExportRequest {
  /// One of export_formats().
  std::string format;
  /// A file, or a folder for its usual name (model.safetensors, metrics.csv); always a folder for python and
  /// tensorboard. Empty: RUN/export, or RUN/export/tensorboard.
  std::filesystem::path out;
  /// Whether a file with other content may be replaced.
  bool overwrite = false;
};

struct Exported {
  /// Every file, whether it was written or stood there already with this content.
  std::vector<std::filesystem::path> files;
  /// What their reader should know, a line each.
  std::vector<std::string> remarks;
};

/// Throws c10::ValueError, with nothing written, where the run has nothing of that kind, its data is missing
/// (weights alone need it), or a file of another content is in the way; c10::Error where a file cannot be
/// written.
Exported export_run(const RunFolder& run, const ExportRequest& request, const datasets::DataFolders& data);

}  // namespace spinlab::training
