#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace spinlab {

/// Something that is built when it is first used: ./spinlab builds the program spinlab alone.
struct OnDemand {
  std::string what;                  // in messages: "the checker of 01-regression"
  std::vector<std::string> targets;  // of the build: programs in its bin/
  /// Files, and folders with all C++ and CMake files below, that make the targets stale where they are newer:
  /// below the project, or absolute.
  std::vector<std::filesystem::path> sources;
};

/// A checkout, and the folder of a build of it.
struct BuildTree {
  std::filesystem::path project, build;
};

/// Has ./spinlab build the targets where one is missing or older than a source. It prints what it builds, and
/// the compiler's last lines where that fails; two processes that ask for the same take turns. Only in a
/// build that ./spinlab made: in a developer's own this does nothing. Throws c10::Error where the targets
/// can't be built.
void build_where_stale(const OnDemand& wanted, const BuildTree& tree);

/// The same for this program's own build; once a process, whatever its threads ask for.
void require_built(const OnDemand& wanted);

}  // namespace spinlab
