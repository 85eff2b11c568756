#pragma once

#include <filesystem>
#include <string>

namespace spinlab::datasets {

/// Runs lines of Python, with numpy as np and Pillow's Image imported, in the current folder `folder`; a
/// failure fails the test.
void run_in_python(const std::string& lines, const std::filesystem::path& folder);

}  // namespace spinlab::datasets
