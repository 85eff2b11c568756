#pragma once

#include <filesystem>

namespace spinlab::models {

/// Compiles a user's model, one .cpp that registers itself as ours do, with the command line of our own
/// models, and loads it: from now on make_network finds it. What was compiled is kept in the cache
/// (XDG_CACHE_HOME/spinlab/models) by its content and this program's, and used again. It is the user's own
/// code and runs as such. Throws c10::ValueError where there is no such file, it does not compile (the
/// compiler's first error), does not link, or registers nothing that is new.
void load_model_file(const std::filesystem::path& source);

}  // namespace spinlab::models
