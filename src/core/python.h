#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace spinlab {

/// The interpreter with matplotlib, copydetect and torch: SPINLAB_PYTHON, else the project's venv, else
/// python3 of the PATH.
std::filesystem::path python();

/// Runs a script of ours (they lie beside the C++ whose files they read, and import each other by their path
/// in the repository: from assignments.shared.figure import main) and waits; `on_line` gets each line of its
/// standard error as it comes. Throws c10::Error with the script's last line where it fails.
void run_python(const std::filesystem::path& script, const std::vector<std::string>& arguments,
                const std::function<void(const std::string&)>& on_line = nullptr);

}  // namespace spinlab
