#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace spinlab {

/// The whole file. Throws c10::ValueError where it is missing, not a regular file, or larger than
/// `max_bytes`.
std::string read_file(const std::filesystem::path& file, std::uintmax_t max_bytes);

/// Whole files or none: writes beside `file`, syncs, renames. Creates the folder. Throws c10::Error (disk
/// full, no permission) and then leaves neither the new file nor a part of it.
void write_file(const std::filesystem::path& file, std::string_view content);

/// The same, but where `file` holds `content` already it stays as it is, time and all: most of hundreds of pages do.
void update_file(const std::filesystem::path& file, std::string_view content);

/// The same as write_file for a writer that wants a path, torch::save say: `writer` gets the path to write aside.
void write_file_with(const std::filesystem::path& file,
                     const std::function<void(const std::filesystem::path&)>& writer);

/// Makes the folder where it is not. Throws c10::Error where nothing can be written into it.
void make_writable_folder(const std::filesystem::path& folder);

/// The checkout (or installed tree) that this program's assignments, recipes and catalog lie in:
/// SPINLAB_ROOT, else the folder that it was built from.
std::filesystem::path root();

/// The folder of the running program: its companions (worker, checkers) lie there.
std::filesystem::path program_folder();

}  // namespace spinlab
