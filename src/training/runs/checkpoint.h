#pragma once

#include <filesystem>
#include <string>

#include "src/training/named_tensors.h"

namespace spinlab::training {

/// What `checkpoint.pt` holds.
struct Checkpoint {
  /// SHA-256 of the configuration that the run was started with.
  std::string config_hash;
  NamedTensors tensors;
};

/// Written aside and renamed, so that the file is always a whole one. It is in torch.save's format:
/// dict(torch.load("checkpoint.pt")) in Python has "model.layer0.weight" and so on. Throws c10::Error where
/// the disk is full or the folder cannot be written.
void save_checkpoint(const std::filesystem::path& file, const Checkpoint& checkpoint);

/// Trusts nothing: size, archive, checksum of every tensor, types and storage are checked before a tensor is
/// looked at; no code in the file is run. Throws c10::ValueError in one line where it is not a whole
/// checkpoint. `max_bytes`: larger files are refused unread.
Checkpoint load_checkpoint(const std::filesystem::path& file, std::uintmax_t max_bytes);

}  // namespace spinlab::training
