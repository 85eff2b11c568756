#pragma once

#include <filesystem>

namespace spinlab {

/// Where Spinlab keeps what can be made again: XDG_CACHE_HOME/spinlab, else ~/.cache/spinlab.
std::filesystem::path cache_folder();

}  // namespace spinlab
