// Whatever header of the standard library or of LibTorch a submission includes, it compiles.
#include <algorithm>

#include "src/judging/compile/build.h"
#include "src/judging/compile/compile_server.h"
#include "tests/judging/fixture_submission.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

/// Of C++20 and the C library; those that a library lacks are left out by the text itself.
const std::vector<std::string> kStandard{"algorithm",
                                         "any",
                                         "array",
                                         "atomic",
                                         "barrier",
                                         "bit",
                                         "bitset",
                                         "cassert",
                                         "ccomplex",
                                         "cctype",
                                         "cerrno",
                                         "cfenv",
                                         "cfloat",
                                         "charconv",
                                         "chrono",
                                         "cinttypes",
                                         "climits",
                                         "clocale",
                                         "cmath",
                                         "compare",
                                         "complex",
                                         "concepts",
                                         "condition_variable",
                                         "coroutine",
                                         "csetjmp",
                                         "csignal",
                                         "cstdarg",
                                         "cstddef",
                                         "cstdint",
                                         "cstdio",
                                         "cstdlib",
                                         "cstring",
                                         "ctime",
                                         "cuchar",
                                         "cwchar",
                                         "cwctype",
                                         "deque",
                                         "exception",
                                         "execution",
                                         "filesystem",
                                         "format",
                                         "forward_list",
                                         "fstream",
                                         "functional",
                                         "future",
                                         "initializer_list",
                                         "iomanip",
                                         "ios",
                                         "iosfwd",
                                         "iostream",
                                         "istream",
                                         "iterator",
                                         "latch",
                                         "limits",
                                         "list",
                                         "locale",
                                         "map",
                                         "memory",
                                         "memory_resource",
                                         "mutex",
                                         "new",
                                         "numbers",
                                         "numeric",
                                         "optional",
                                         "ostream",
                                         "queue",
                                         "random",
                                         "ranges",
                                         "ratio",
                                         "regex",
                                         "scoped_allocator",
                                         "semaphore",
                                         "set",
                                         "shared_mutex",
                                         "source_location",
                                         "span",
                                         "sstream",
                                         "stack",
                                         "stdexcept",
                                         "stop_token",
                                         "streambuf",
                                         "string",
                                         "string_view",
                                         "syncstream",
                                         "system_error",
                                         "thread",
                                         "tuple",
                                         "type_traits",
                                         "typeindex",
                                         "typeinfo",
                                         "unordered_map",
                                         "unordered_set",
                                         "utility",
                                         "valarray",
                                         "variant",
                                         "vector",
                                         "version",
                                         "bits/stdc++.h",
                                         "unistd.h",
                                         "sys/mman.h",
                                         "math.h",
                                         "stdio.h",
                                         "stdlib.h",
                                         "string.h"};

/// The C++ API's, by the name that programs include them by. Extensions of Python need Python's own headers,
/// data_parallel.h CUDA's; -inl.h is the second half of another.
std::vector<std::string> of_libtorch() {
  const fs::path root = fs::path(SPINLAB_LIBTORCH_INCLUDE) / "torch/csrc/api/include";
  std::vector<std::string> names{"ATen/ATen.h", "ATen/Parallel.h"};
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto name = entry.path().lexically_relative(root).string();
    const bool has_own_needs = name.find("python") != std::string::npos || name == "torch/extension.h" ||
                               name.ends_with("data_parallel.h") || name.ends_with("-inl.h");
    if (entry.path().extension() == ".h" && !has_own_needs) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string include(const std::string& name) {
  return "#if __has_include(<" + name + ">)\n#include <" + name + ">\n#endif\n";
}

std::vector<std::string> all_headers() {
  auto names = kStandard;
  for (const auto& name : of_libtorch()) names.push_back(name);
  return names;
}

std::string refusal(const std::optional<Refusal>& refused) {
  return refused ? to_string(refused->verdict) + ": " + refused->detail : "";
}

class HeadersTest : public FixtureTest, public testing::WithParamInterface<std::string> {
 protected:
  Assignment assignment_ = read_assignment(GetParam());
  std::string solution_ = read_file(assignment_.folder / "solution.cpp", 1 << 20);
};

TEST_P(HeadersTest, AllAtOnceInEitherOrder) {
  auto names = all_headers();
  ASSERT_GT(names.size(), 200u);
  for (int order = 0; order < 2; ++order) {
    std::string text;
    for (const auto& name : names) text += include(name);
    const BuildFolder build_folder(assignment_);
    EXPECT_EQ(refusal(build(assignment_, build_folder, text + solution_)), "");
    std::reverse(names.begin(), names.end());
  }
}

class HeadersSlowTest : public HeadersTest {};

TEST_P(HeadersSlowTest, EachAlone) {
  const BuildFolder build_folder(assignment_);
  std::optional<CompileServer> compiler;
  for (const auto& name : all_headers()) {
    build_folder.clear();
    if (CompileServer::is_possible() && (!compiler || !compiler->runs()))
      compiler.emplace(assignment_, build_folder, std::chrono::seconds(60));
    EXPECT_EQ(
        refusal(build(assignment_, build_folder, include(name) + solution_, compiler ? &*compiler : nullptr)),
        "")
        << name;
  }
}

const auto kFixtures = testing::Values(SPINLAB_FIXTURE, SPINLAB_MODULE_FIXTURE);
std::string fixture_name(const testing::TestParamInfo<std::string>& fixture) {
  return fixture.param == SPINLAB_FIXTURE ? "tensor" : "nn";
}
INSTANTIATE_TEST_SUITE_P(, HeadersTest, kFixtures, fixture_name);
INSTANTIATE_TEST_SUITE_P(, HeadersSlowTest, kFixtures, fixture_name);

}  // namespace
}  // namespace spinlab::judging
