#include "src/judging/compile/operator_callers.h"

#include "src/core/files.h"
#include "src/judging/compile/toolchain.h"
#include "src/judging/sandbox/captured_run.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

const std::string kLoss = "_ZNK5torch2nn4Loss7forwardEv";

// Three operators and their kernels: cross_entropy is made of softmax, softmax of exp, through a function of
// no name.
constexpr auto kLibrary = R"(
  #define OPERATOR(name) namespace at::_ops { struct name { static void call(); }; void name::call() { asm volatile("nop"); } }
  OPERATOR(exp) OPERATOR(softmax_int) OPERATOR(cross_entropy)
  [[gnu::noinline]] static void shifted() { asm volatile("nop"); at::_ops::exp::call(); asm volatile("nop"); }
  namespace at::cpu { void exp() { asm volatile("nop"); } }
  namespace at::compositeimplicitautograd { void softmax_symint() { shifted(); } }
  namespace at::compositeexplicitautograd { void cross_entropy_out() { at::_ops::softmax_int::call(); asm volatile("nop"); } }
  namespace torch::nn { struct Loss { void forward() const; }; void Loss::forward() const { at::_ops::cross_entropy::call(); } }
  namespace at::native { void private_kernel() { at::_ops::softmax_int::call(); } }
  namespace torch { void other() { asm volatile("nop"); } }
)";

class OperatorCallersTest : public SpinlabTest, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    const auto compiler = toolchain().compiler.filename().string();
    if (compiler.find("clang") == std::string::npos)
      GTEST_SKIP() << compiler << " compiles for one processor";
  }

  /// For the processor that the parameter names, whichever this machine has.
  fs::path library() const {
    const auto source = folder() / "library.cpp", library = folder() / "library.so";
    write_file(source, kLibrary);
    const std::vector<std::string> command{toolchain().compiler,
                                           std::string("--target=") + GetParam(),
                                           "-std=c++20",
                                           "-O1",
                                           "-fPIC",
                                           "-fsemantic-interposition",
                                           "-ffunction-sections",
                                           "-shared",
                                           "-nostdlib",
                                           "-fuse-ld=lld",
                                           source,
                                           "-o",
                                           library};
    const auto run =
        sandbox::run_captured(command, std::chrono::steady_clock::now() + std::chrono::minutes(1), 1 << 16);
    EXPECT_EQ(run.status, 0) << run.text;
    return library;
  }
};

TEST_P(OperatorCallersTest, FollowsFunctionsToTheNextOperator) {
  const auto callers =
      operator_callers(SharedLibrary(library()),
                       {{"exp", "exp"}, {"softmax_int", "softmax"}, {"cross_entropy", "cross_entropy"}});
  EXPECT_THAT(callers,
              ElementsAre(Pair("cross_entropy", ElementsAre(kLoss)), Pair("exp", ElementsAre("softmax")),
                          Pair("softmax", ElementsAre("cross_entropy"))));
}

TEST_P(OperatorCallersTest, WhatACutLibraryLacksIsSaid) {
  const auto file = library();
  const auto whole = read_file(file, 1 << 20);
  for (std::size_t size = 0; size < whole.size(); size += 101) {
    write_file(file, whole.substr(0, size));
    try {
      operator_callers(SharedLibrary(file), {{"exp", "exp"}});
    } catch (const c10::ValueError&) {
    } catch (const std::system_error&) {  // no byte at all
      EXPECT_EQ(size, 0u);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Processors, OperatorCallersTest,
                         testing::Values("x86_64-linux-gnu", "aarch64-linux-gnu"));

using SymbolSetsTest = SpinlabTest;

TEST_F(SymbolSetsTest, IsReadAsItWasWritten) {
  const SymbolSets callers{{"exp", {"softmax"}}, {"softmax", {"cross_entropy", kLoss}}};
  write_file(folder() / "callers.txt", to_text(callers));
  EXPECT_EQ(read_symbol_sets(folder() / "callers.txt"), callers);
}

TEST(OperatorCallers, TheCallersOfCallersCount) {
  const SymbolSets callers{{"exp", {"softmax"}}, {"softmax", {"cross_entropy", kLoss}}, {"sum", {"mean"}}};
  EXPECT_THAT(with_callers({"exp"}, callers), UnorderedElementsAre("exp", "softmax", "cross_entropy", kLoss));
  EXPECT_THAT(with_callers({"exp"}, callers, {"cross_entropy"}),
              UnorderedElementsAre("exp", "softmax", kLoss));
}

}  // namespace
}  // namespace spinlab::judging
